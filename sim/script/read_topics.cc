// Reading the topics of a scenario file.
//
// They are created during the boot, all with one request; what Kafka is sure to answer with an
// error is told here, with its place.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/controller/topic_names.h"
#include "sim/script/read_setup.h"

namespace brokerlab {
namespace {

constexpr int64_t kMostPartitions = 10'000;  // of all topics together
/// The wire carries a replication factor in 16 bits.
constexpr int64_t kMostReplicas = 32'767;

/// Why Kafka would not create a topic of this name after those before it.
std::optional<std::string> name_refused(const std::string& name,
                                        const std::vector<TopicSetup>& before) {
    if (std::optional<std::string> wrong = invalid_topic_name(name)) {
        return wrong;
    }
    if (name == kClusterMetadataTopic) {
        return fmt::format("Creation of internal topic {} is prohibited.", name);
    }
    for (const TopicSetup& other : before) {
        if (other.name == name) {
            return fmt::format("the topic '{}' stands twice", name);
        }
        if (topic_names_collide(other.name, name)) {
            return fmt::format("Topic '{}' collides with existing topic: {}", name, other.name);
        }
    }
    return std::nullopt;
}

TopicSetup read_topic(const YamlNode& node, const Setup& setup, FileErrors& errors) {
    node.expect_keys({"name", "partitions", "replication-factor", "config"});
    TopicSetup topic;
    topic.name = node.need("name").text();
    if (std::optional<std::string> refused = name_refused(topic.name, setup.topics)) {
        node.at("name").fail(*std::move(refused));
    }
    topic.partitions = static_cast<int32_t>(node.at("partitions").integer(1, 1, kMostPartitions));
    const YamlNode factor = node.at("replication-factor");
    topic.replication_factor = static_cast<int32_t>(factor.integer(1, 1, kMostReplicas));
    if (static_cast<std::size_t>(topic.replication_factor) > setup.brokers.size()) {
        factor.fail(
            fmt::format("Unable to replicate the partition {0} time(s): The target "
                        "replication factor of {0} cannot be reached because "
                        "only {1} broker(s) are registered.",
                        topic.replication_factor, setup.brokers.size()));
    }
    topic.config = ConfigMap(ConfigScope::kTopic);
    read_config(node.at("config"), topic.config, errors);
    return topic;
}

}  // namespace

void read_topics(const YamlNode& list, Setup& setup, FileErrors& errors) {
    int64_t partitions = 0;
    for (const YamlNode& node : list.items("a topic")) {
        setup.topics.push_back(read_topic(node, setup, errors));
        partitions += setup.topics.back().partitions;
        if (partitions > kMostPartitions) {
            node.fail(fmt::format("the topics of a scenario have at most {} partitions together",
                                  kMostPartitions));
        }
    }
}

}  // namespace brokerlab
