// The records of Kafka's internal logs and of the embedded consumer protocol, kind by kind.
#include "sim/assign/consumer_protocol.h"
#include "sim/group/group_coordinator_record.h"
#include "sim/metadata/metadata_record.h"
#include "sim/raft/raft_records.h"
#include "sim/txn/transaction_log_record.h"
#include "tests/vectors/message_case.h"
#include "tests/vectors/vector_checks.h"

namespace brokerlab::vectors {
namespace {

using JudgeCase = std::optional<Difference> (*)(const Json&);
using Kinds = std::map<std::string, JudgeCase, std::less<>>;

/// A record of __cluster_metadata: the body, and the frame around it both ways.
template <class Kind>
std::optional<Difference> judge_metadata_record(const Json& c) {
    if (auto difference = judge_message<Kind>(c)) {
        return difference;
    }
    const auto version = c.at("version").get<ApiVersion>();
    const Bytes framed = bytes_of_hex(c.at("framed").get<std::string>());
    const Outcome<VersionedMetadataRecord> decoded = decode_metadata_record(framed);
    if (!decoded) {
        return Difference{"the framed bytes", "a record", decoded.failure().what};
    }
    if (auto difference = differ("the framed version", version, decoded->version)) {
        return difference;
    }
    const Kind* record = std::get_if<Kind>(&decoded->record);
    if (record == nullptr) {
        return Difference{"the framed kind", std::string(Kind::kName),
                          std::string(record_name(decoded->record))};
    }
    if (auto difference = difference_from_json(*record, c.at("json"), version)) {
        return difference;
    }
    const Bytes encoded = encode_metadata_record(decoded->record, version);
    if (c.at("variant") == "unknown_tags") {
        return differ_by_unknown_tags(framed, encoded);
    }
    return differ("the framed bytes", hex_of_bytes(framed), hex_of_bytes(encoded));
}

template <class... Record>
void add_metadata_records(Kinds& kinds, std::type_identity<std::variant<Record...>>) {
    (kinds.emplace(Record::kName, judge_metadata_record<Record>), ...);
}

template <class... Record>
void add_group_records(Kinds& kinds, std::type_identity<std::variant<Record...>>) {
    (kinds.emplace(Record::Key::kName, judge_message<typename Record::Key>), ...);
    (kinds.emplace(Record::Key::Value::kName, judge_message<typename Record::Key::Value>), ...);
}

template <class... Message>
void add_messages(Kinds& kinds) {
    (kinds.emplace(Message::kName, judge_message<Message>), ...);
}

Kinds kinds_of_the_lab() {
    Kinds kinds;
    add_metadata_records(kinds, std::type_identity<MetadataRecord>());
    add_group_records(kinds, std::type_identity<GroupCoordinatorRecord>());
    add_messages<TransactionLogKey, TransactionLogValue, QuorumStateData, LeaderChangeMessage,
                 SnapshotHeaderRecord, SnapshotFooterRecord, KRaftVersionRecord, VotersRecord,
                 ConsumerProtocolSubscription, ConsumerProtocolAssignment>(kinds);
    return kinds;
}

/// Kinds of Kafka's that the lab neither reads nor writes: share groups (KIP-932) are a preview in
/// 4.0, and nobody logs in.
bool is_left_out(std::string_view kind) {
    return kind.starts_with("ShareGroup") || kind == "DefaultPrincipalData";
}

}  // namespace

void check_record_messages(const Json& file, Report& report) {
    const Kinds kinds = kinds_of_the_lab();
    for (const char* array :
         {"clients_data", "cluster_metadata_records", "group_coordinator_records",
          "transaction_log_records", "raft_data"}) {
        const Json& cases = file.at(array);
        for (std::size_t i = 0; i < cases.size(); ++i) {
            const auto kind = cases[i].at("message").get<std::string>();
            const auto known = kinds.find(kind);
            if (known != kinds.end()) {
                report.judge(case_name(cases[i], array, i), known->second(cases[i]));
            } else if (is_left_out(kind)) {
                report.skip(kind);
            } else {
                report.judge(case_name(cases[i], array, i),
                             Difference{"the kind", "one that the lab knows or leaves out", kind});
            }
        }
    }
}

}  // namespace brokerlab::vectors
