// The parts of a scenario file that make its Setup: the cluster, its network, topics and clients.
//
// Each reader takes a node of the file and adds to what was read before it: brokers, then topics,
// then clients. What is wrong is told to `errors`, by the nodes themselves or with their places;
// the readers go on with defaults.
#pragma once

#include <string>
#include <vector>

#include "sim/app/handler.h"
#include "sim/model/setup.h"
#include "sim/script/yaml_node.h"

namespace brokerlab {

/// Settings with Kafka's keys; an error stands at the key when that is unknown, else at its value.
void read_config(const YamlNode& node, ConfigMap& config, FileErrors& errors);

void read_cluster(const YamlNode& node, Setup& setup, FileErrors& errors);
void read_network(const YamlNode& node, NetworkSetup& network);
/// Refuses, with Kafka's sentence, what no cluster of these brokers would create.
void read_topics(const YamlNode& list, Setup& setup, FileErrors& errors);

/// The time that an application takes for a record; none when the node is not there.
[[nodiscard]] WorkTime read_work_time(const YamlNode& node);

/// The producers, consumers and services of a file, whose names are unique together; also those of
/// groups, of their members and of the instances of services.
class ClientReader {
public:
    ClientReader(Setup& setup, FileErrors& errors) : setup_(setup), errors_(errors) {}

    void read_producer(const YamlNode& node);
    void read_consumer(const YamlNode& node);
    void read_service(const YamlNode& node);

private:
    [[nodiscard]] std::string take_name(const YamlNode& node);
    void take_member_name(const YamlNode& node, const std::string& name);
    void read_membership(const YamlNode& node, ConsumerSetup& consumer);
    void read_subscription(const YamlNode& node, ConsumerSetup& consumer);
    void check_topic(const YamlNode& node, const std::string& topic) const;

    // Of services (read_services.cc).
    void read_entry(const YamlNode& node, ServiceSetup& service, const Handler& handler);
    void read_reading(const YamlNode& node, ServiceSetup& service, const Handler& handler);
    void read_writing(const YamlNode& node, ServiceSetup& service, const Handler& handler) const;
    void read_service_config(const YamlNode& node, ServiceSetup& service, const Handler& handler);
    [[nodiscard]] std::string take_service_group(const YamlNode& node, const std::string& service);

    Setup& setup_;
    FileErrors& errors_;
    std::vector<std::string> names_;
};

}  // namespace brokerlab
