// Business: what the order services did outside Kafka, as plain data in the World.
//
// A service's Database is its durable part: tables that all its instances share and that outlive
// them. The ledger holds every deed of every service in the order in which they happened, for the
// oracle to judge (charged twice, mail sent twice ...); step writes it from the facts, and no crash
// takes anything back.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/chunked_vector.h"
#include "sim/base/cow.h"
#include "sim/base/flat_map.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/facts.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// Rows by their key, which is the first column.
struct DatabaseTable {
    std::vector<std::string> columns;
    FlatMap<std::string, std::vector<std::string>> rows;

    bool operator==(const DatabaseTable&) const = default;
};
inline void digest_into(Digest& d, const DatabaseTable& table) {
    digest_fields(d, table.columns, table.rows);
}

/// The tables of one service by their names.
struct Database {
    FlatMap<std::string, Cow<DatabaseTable>> tables;

    bool operator==(const Database&) const = default;
};
inline void digest_into(Digest& d, const Database& database) {
    digest_fields(d, database.tables);
}

/// One deed, with who did it and when.
struct DoneDeed {
    ServiceActed deed;
    NodeId by;
    SimTime at;

    bool operator==(const DoneDeed&) const = default;
};
void digest_into(Digest& d, const DoneDeed& done);

/// How much a service has worked, over all its instances and their lives.
struct ServiceCounts {
    uint64_t handled = 0;  ///< records and calls
    uint64_t failed = 0;   ///< attempts at records, and calls not answered with 200

    bool operator==(const ServiceCounts&) const = default;
};
inline void digest_into(Digest& d, const ServiceCounts& counts) {
    digest_fields(d, counts.handled, counts.failed);
}

struct Business {
    FlatMap<std::string, Cow<Database>> databases;  ///< by service
    FlatMap<std::string, ServiceCounts> counts;     ///< by service
    ChunkedVector<DoneDeed> deeds;

    /// Takes note of a fact; those that are not of a service change nothing.
    void note(const Fact& fact);

    bool operator==(const Business&) const = default;
};
inline void digest_into(Digest& d, const Business& business) {
    digest_fields(d, business.databases, business.counts, business.deeds);
}

}  // namespace brokerlab
