// KnownNames: what a scenario file and the lines before a place create, to check names by.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/model/commands.h"
#include "sim/model/setup.h"
#include "sim/query/expression.h"

namespace brokerlab {

class KnownNames {
public:
    explicit KnownNames(const Setup& setup);

    /// Why the command can't mean anything here; then takes note of what it creates.
    [[nodiscard]] std::optional<std::string> check(const Command& command);
    /// Why the expression can't mean anything.
    [[nodiscard]] std::optional<std::string> check(const Expression& expression) const;

    [[nodiscard]] bool has_topic(const std::string& topic) const;
    [[nodiscard]] std::optional<std::string> check_topic(const std::string& topic) const;

private:
    friend struct CommandNames;

    [[nodiscard]] std::optional<std::string> check_broker(int64_t number) const;
    [[nodiscard]] std::optional<std::string> check_node(NodeId node) const;
    [[nodiscard]] std::optional<std::string> check_end(const LinkEnd& end) const;
    [[nodiscard]] std::optional<std::string> check_partition(const TopicPartition& tp) const;
    void add_service(const ServiceSetup& service);
    [[nodiscard]] std::vector<std::string> service_names() const;
    [[nodiscard]] std::vector<std::string> group_names() const;
    [[nodiscard]] std::optional<std::string> check_name(const std::string& name,
                                                        const std::vector<std::string>& names,
                                                        const std::string& kind) const;

    int64_t brokers_;
    int64_t controllers_;
    bool auto_create_;                      ///< the file sets auto.create.topics.enable: true
    int32_t default_partitions_ = 1;        ///< of a topic that is created without a number
    FlatMap<std::string, int32_t> topics_;  ///< and the most partitions that they ever get
    std::vector<std::string> producers_;
    std::vector<std::string> consumers_;    ///< without a group, and members
    FlatMap<std::string, int32_t> groups_;  ///< and the highest number of a member
    std::vector<std::string> services_;
    std::vector<std::string> instances_;          ///< of services
    std::vector<std::string> service_producers_;  ///< those of them that write records
    std::vector<std::string> service_groups_;
};

}  // namespace brokerlab
