#include "sim/client/murmur2.h"
#include "tests/vectors/vector_checks.h"

namespace brokerlab::vectors {
namespace {

std::optional<Difference> judge(const Json& c, const Json& partition_counts) {
    const Bytes key = bytes_of_hex(c.at("key_hex").get<std::string>());
    if (auto difference = differ("murmur2", c.at("murmur2").get<int32_t>(), murmur2(key))) {
        return difference;
    }
    const Json& partitions = c.at("partition");
    for (std::size_t i = 0; i < partition_counts.size(); ++i) {
        const auto count = partition_counts[i].get<int32_t>();
        if (auto difference =
                differ("partition of " + std::to_string(count), partitions.at(i).get<int32_t>(),
                       partition_for_key(key, count).value)) {
            return difference;
        }
    }
    return std::nullopt;
}

}  // namespace

void check_murmur2(const Json& file, Report& report) {
    for (const Json& c : file.at("cases")) {
        report.judge("key " + c.at("key_hex").dump(), judge(c, file.at("partition_counts")));
    }
}

}  // namespace brokerlab::vectors
