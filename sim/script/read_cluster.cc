// Reading the cluster of a scenario file: brokers, controllers, settings, the network.
#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/script/read_setup.h"

namespace brokerlab {
namespace {

constexpr int64_t kMostBrokers = 1000;

void read_brokers(const YamlNode& node, std::vector<BrokerSetup>& brokers) {
    if (!node.is_list()) {
        const int64_t count = node.integer(0, 1, kMostBrokers);
        for (int64_t id = 1; id <= count; ++id) {
            brokers.push_back({BrokerId(static_cast<int32_t>(id)), std::nullopt});
        }
        return;
    }
    for (const YamlNode& item : node.items("a broker")) {
        item.expect_keys({"id", "rack"});
        BrokerSetup broker;
        broker.id = BrokerId(static_cast<int32_t>(item.need("id").integer(1, 1, kMostBrokers)));
        if (item.at("rack").there()) {
            broker.rack = item.at("rack").text();
        }
        brokers.push_back(std::move(broker));
    }
    std::sort(brokers.begin(), brokers.end(),
              [](const BrokerSetup& a, const BrokerSetup& b) { return a.id < b.id; });
    for (std::size_t i = 0; i < brokers.size(); ++i) {
        if (brokers[i].id.value != static_cast<int32_t>(i) + 1) {
            node.fail("the ids of brokers run from 1, each once");
            return;
        }
    }
    if (brokers.empty()) {
        node.fail("a cluster needs at least one broker");
    }
}

/// "10MiB/s" and the like, in bytes a second.
std::optional<int64_t> bandwidth(const YamlNode& node) {
    static constexpr std::pair<std::string_view, int64_t> kUnits[] = {
        {"B/s", 1}, {"KiB/s", 1024}, {"MiB/s", 1024 * 1024}, {"GiB/s", 1024 * 1024 * 1024}};
    const std::string text = node.text();
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    for (const auto& [unit, factor] : kUnits) {
        if (digits == 0 || text.substr(digits) != unit) {
            continue;
        }
        int64_t rate = 0;
        const std::errc failed = std::from_chars(text.data(), text.data() + digits, rate).ec;
        if (failed == std::errc() && !__builtin_mul_overflow(rate, factor, &rate) && rate > 0) {
            return rate;
        }
    }
    if (text != "unlimited") {
        node.fail(fmt::format("'{}' is no bandwidth; write one as 10MiB/s", text));
    }
    return std::nullopt;
}

}  // namespace

void read_config(const YamlNode& node, ConfigMap& config, FileErrors& errors) {
    for (const YamlNode::Entry& entry : node.entries()) {
        if (std::optional<Failure> failure = config.set(entry.key, entry.value.text())) {
            // An unknown key is wrong itself; else its value is.
            const bool unknown = find_config(config.scope(), entry.key) == nullptr;
            errors.add(unknown ? entry.key_mark : entry.value.mark(), failure->what);
        }
    }
}

void read_cluster(const YamlNode& node, Setup& setup, FileErrors& errors) {
    if (!node.there()) {
        return;
    }
    node.expect_keys({"brokers", "controllers", "config", "combined"});
    if (node.at("combined").there()) {
        node.at("combined").fail("'combined' is reserved: controllers run apart from brokers");
    }
    read_brokers(node.need("brokers"), setup.brokers);
    setup.controllers = static_cast<int32_t>(node.at("controllers").integer(3, 1, 99));
    setup.cluster_config = ConfigMap(ConfigScope::kBroker);
    read_config(node.at("config"), setup.cluster_config, errors);
}

void read_network(const YamlNode& node, NetworkSetup& network) {
    if (!node.there()) {
        return;
    }
    node.expect_keys({"latency", "jitter", "bandwidth"});
    network.latency = node.at("latency").duration(network.latency);
    if (network.latency < 1_us) {
        node.at("latency").fail("the latency is at least 1us: nothing arrives before it is sent");
    }
    network.jitter = node.at("jitter").duration();
    if (node.at("bandwidth").there()) {
        network.bandwidth = bandwidth(node.at("bandwidth"));
    }
}

}  // namespace brokerlab
