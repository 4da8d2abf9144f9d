#include "sim/world/boot.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/world/lifecycle.h"

namespace brokerlab {
namespace {

constexpr Duration kFirstLook = 100_ms;
constexpr NodeId kAdmin{NodeKind::kClient, 1};
constexpr std::string_view kCreateTopics = "create the declared topics";

void look_again(World& world, Duration in, EventSequence cause) {
    world.queue.push(world.now + in, static_cast<uint16_t>(EventKind::kBoot), 0, 0, cause);
}

/// The brokers that the active controller does not yet count as unfenced.
std::vector<BrokerId> brokers_missing(const World& world) {
    std::vector<BrokerId> missing;
    const ControllerNode* active = world.active_controller();
    for (const Cow<BrokerHost>& host : world.brokers) {
        const BrokerRegistration* registration =
            active == nullptr ? nullptr : active->committed().find_broker(host->setup.id);
        if (registration == nullptr || registration->fenced) {
            missing.push_back(host->setup.id);
        }
    }
    return missing;
}

/// The first declared partition that is not complete in the broker's metadata.
std::optional<TopicPartition> partition_missing(const Setup& setup, const BrokerNode& broker) {
    for (const TopicSetup& topic : setup.topics) {
        const TopicImage* image = broker.image().find_topic(topic.name);
        for (int32_t p = 0; p < topic.partitions; ++p) {
            const bool there = image != nullptr && p < image->partition_count();
            const PartitionRegistration* partition =
                there ? &*image->partitions[static_cast<std::size_t>(p)] : nullptr;
            if (partition == nullptr || partition->leader == kNoBroker ||
                partition->isr.size() < partition->replicas.size()) {
                return TopicPartition{topic.name, PartitionId(p)};
            }
        }
    }
    return std::nullopt;
}

CreateTopicsRequest declared_topics(const Setup& setup) {
    CreateTopicsRequest request;
    for (const TopicSetup& topic : setup.topics) {
        CreateTopicsRequest::Topic creatable;
        creatable.name = topic.name;
        creatable.num_partitions = topic.partitions;
        creatable.replication_factor = static_cast<int16_t>(topic.replication_factor);
        for (const auto& [key, value] : topic.config.values()) {
            creatable.configs.push_back({key, value});
        }
        request.topics.push_back(std::move(creatable));
    }
    request.timeout_ms = 30'000;
    return request;
}

void start_processes(World& world, StepResult& result) {
    for (std::size_t i = 0; i < world.controllers.size(); ++i) {
        start_controller(world, result, static_cast<int32_t>(i) + 1);
    }
    for (std::size_t i = 0; i < world.brokers.size(); ++i) {
        start_broker(world, result, BrokerId(static_cast<int32_t>(i) + 1));
    }
    start_client(world, result, kAdmin);
}

void create_topics(World& world, StepResult& result) {
    if (world.setup->topics.empty()) {
        return;
    }
    Turn turn(world, result, kAdmin);
    ClientHost& host = world.clients.front().edit();
    std::get<AdminClient>(host.process.edit())
        .submit(std::string(kCreateTopics), declared_topics(*world.setup), turn.env(),
                turn.effects());
}

void start_clients(World& world, StepResult& result) {
    world.boot = BootPhase::kDone;
    world.time_zero = world.now;
    for (std::size_t i = 1; i < world.clients.size(); ++i) {
        start_client(world, result, {NodeKind::kClient, static_cast<int32_t>(i) + 1});
    }
}

}  // namespace

World new_world(const Setup& setup) {
    World world;
    world.setup = Cow<Setup>(setup);
    world.network = Cow<Network>(Network(setup.network, setup.seed));
    for (int32_t n = 1; n <= setup.controllers; ++n) {
        ControllerHost host;
        host.number = n;
        host.disk = Cow<RaftDisk>(formatted_controller_disk(SimTime()));
        world.controllers.emplace_back(std::move(host));
    }
    for (const BrokerSetup& broker : setup.brokers) {
        BL_CHECK(broker.id.value == static_cast<int32_t>(world.brokers.size()) + 1);
        BrokerHost host;
        host.setup = broker;
        host.config = setup.cluster_config;
        host.disk = Cow<BrokerDisk>(formatted_broker_disk(setup.seed, broker.id, SimTime()));
        world.brokers.emplace_back(std::move(host));
    }
    ClientHost admin;
    admin.name = "admin";
    world.clients.emplace_back(std::move(admin));
    for (const ProducerSetup& producer : setup.producers) {
        ClientHost host;
        host.name = producer.name;
        host.setup = producer;
        world.clients.emplace_back(std::move(host));
    }
    for (const ConsumerSetup& consumer : setup.consumers) {
        for (int32_t number = 1; number <= consumer.members; ++number) {
            world.clients.emplace_back(consumer_host(consumer, number));
        }
    }
    for (const ServiceSetup& service : setup.services) {
        Business& business = world.business.edit();
        business.databases[service.name] = Cow<Database>();
        business.counts[service.name] = ServiceCounts();
        for (int32_t number = 1; number <= service.instances; ++number) {
            world.clients.emplace_back(service_host(service, number));
        }
    }
    world.queue.push(SimTime(), static_cast<uint16_t>(EventKind::kBoot), 0, 0, kNoEvent);
    return world;
}

void advance_boot(World& world, StepResult& result) {
    const EventSequence event = result.event.sequence;
    if (world.now == SimTime()) {
        start_processes(world, result);
        look_again(world, kFirstLook, event);
        return;
    }
    if (world.boot == BootPhase::kBrokers) {
        if (!brokers_missing(world).empty()) {
            look_again(world, kFirstLook, event);
            return;
        }
        world.boot = BootPhase::kTopics;
        create_topics(world, result);
        look_again(world, 1_s - Duration(world.now.ns) % 1_s, event);
        return;
    }
    if (!boot_waits_for(world).empty()) {
        look_again(world, 1_s, event);
        return;
    }
    start_clients(world, result);
}

std::string boot_waits_for(const World& world) {
    if (world.boot == BootPhase::kDone) {
        return {};
    }
    if (world.active_controller() == nullptr) {
        return "an active controller";
    }
    if (const std::vector<BrokerId> missing = brokers_missing(world); !missing.empty()) {
        return fmt::format("broker {} to be registered and unfenced", missing.front().value);
    }
    for (const Cow<BrokerHost>& host : world.brokers) {
        const std::optional<TopicPartition> missing =
            partition_missing(*world.setup, **host->process);
        if (missing) {
            return fmt::format("the full ISR of {} in the metadata of broker {}",
                               missing->to_string(), host->setup.id.value);
        }
    }
    return {};
}

std::optional<Failure> boot_failure(const StepResult& result) {
    for (const Fact& fact : result.facts) {
        const auto* answer = std::get_if<AdminAnswered>(&fact.body);
        if (answer != nullptr && answer->request == kCreateTopics &&
            answer->error != ErrorCode::kNone) {
            return Failure{fmt::format("{} ({})", answer->message, error_name(answer->error))};
        }
    }
    return std::nullopt;
}

}  // namespace brokerlab
