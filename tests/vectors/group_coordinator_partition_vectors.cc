#include "sim/base/java_hash.h"
#include "sim/group/coordinator_partition.h"
#include "tests/vectors/vector_checks.h"

namespace brokerlab::vectors {
namespace {

std::optional<Difference> judge(const Json& c) {
    // The bytes of the wire, not the JSON's text: a lone surrogate has no UTF-8 of its own.
    const Bytes utf8 = bytes_of_hex(c.at("utf8_hex").get<std::string>());
    const std::string_view group_id = as_text(utf8);
    if (auto difference =
            differ("java_hash", c.at("java_hash").get<int32_t>(), java_string_hash(group_id))) {
        return difference;
    }
    for (const auto& [count, partition] : c.at("partition").items()) {
        if (auto difference = differ("partition of " + count, partition.get<int32_t>(),
                                     coordinator_partition(group_id, std::stoi(count)).value)) {
            return difference;
        }
    }
    return std::nullopt;
}

}  // namespace

void check_group_coordinator_partition(const Json& file, Report& report) {
    for (const Json& c : file.at("cases")) {
        report.judge("group " + c.at("group_id").dump(), judge(c));
    }
}

}  // namespace brokerlab::vectors
