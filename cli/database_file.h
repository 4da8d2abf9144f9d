// Writing a service's durable part as an SQLite file, for whoever wants to look at it with SQL.
//
// One table for each table of the service, its first column the primary key. A column is INTEGER
// where every value in it is a whole number, else TEXT. Table `deeds` holds what the service did,
// in order: at_ms (after time 0), instance, deed, subject, item, amount (money in hundredths, stock
// in pieces, else 0), record ("orders-0@12", or NULL for a call over HTTP).
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "sim/base/outcome.h"
#include "sim/world/world.h"

namespace brokerlab {

struct WrittenDatabase {
    std::size_t tables = 0;  ///< of the service, without `deeds`
    std::size_t rows = 0;    ///< in them
    std::size_t deeds = 0;
    bool replaced = false;  ///< an SQLite database of that name was there before

    bool operator==(const WrittenDatabase&) const = default;
};

/// Writes to a new file beside `path` and gives it that name when it is whole. Fails with a
/// sentence, and leaves everything as it was, when the file can't be written, when `path` is
/// something other than an SQLite database, or when such a database is open for writing.
[[nodiscard]] Outcome<WrittenDatabase> write_database_file(const std::string& path,
                                                           const World& world,
                                                           const std::string& service);

}  // namespace brokerlab
