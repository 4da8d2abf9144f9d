#include "sim/world/world.h"

#include <fmt/format.h>

#include "sim/base/aggregate_digest.h"
#include "sim/base/check.h"

namespace brokerlab {
namespace {

constexpr unsigned kNumberBits = 14;

}  // namespace

const ProducerClient* ClientHost::producer() const {
    if (const ServiceInstance* of = instance()) {
        return of->producer() ? &*of->producer() : nullptr;
    }
    return std::get_if<ProducerClient>(&*process);
}

const ConsumerClient* ClientHost::consumer() const {
    if (const ServiceInstance* of = instance()) {
        return of->consumer() ? &*of->consumer() : nullptr;
    }
    return std::get_if<ConsumerClient>(&*process);
}

bool ClientHost::has_ended() const {
    return state == ClientState::kStopped || state == ClientState::kCrashed;
}

bool ClientHost::produces() const {
    const ServiceSetup* of = service();
    const Handler* handler = of == nullptr ? nullptr : find_handler(of->handler);
    return std::holds_alternative<ProducerSetup>(setup) || (handler != nullptr && handler->sends());
}

ProducerCounts ClientHost::counts() const {
    ProducerCounts all = counts_before;
    if (const ProducerClient* running = producer()) {
        all.sent += running->counts().sent;
        all.acked += running->counts().acked;
        all.failed += running->counts().failed;
    }
    return all;
}

const BrokerHost* World::find_broker(BrokerId id) const {
    for (const Cow<BrokerHost>& host : brokers) {
        if (host->setup.id == id) {
            return &*host;
        }
    }
    return nullptr;
}

const ControllerHost* World::find_controller(int32_t number) const {
    const auto index = static_cast<std::size_t>(number) - 1;
    return index < controllers.size() ? &*controllers[index] : nullptr;
}

const ClientHost* World::find_client(std::string_view name) const {
    for (const Cow<ClientHost>& host : clients) {
        if (host->name == name) {
            return &*host;
        }
    }
    return nullptr;
}

const ControllerNode* World::active_controller() const {
    const ControllerNode* active = nullptr;
    for (const Cow<ControllerHost>& host : controllers) {
        if (!host->has_process() || !(**host->process).is_active()) {
            continue;
        }
        const ControllerNode& node = **host->process;
        if (active == nullptr || *node.active_epoch() > *active->active_epoch()) {
            active = &node;
        }
    }
    return active;
}

const MetadataImage& World::committed_metadata() const {
    if (const ControllerNode* active = active_controller()) {
        return active->committed();
    }
    static const MetadataImage kNothing;
    const MetadataImage* most = &kNothing;
    const auto consider = [&most](const MetadataImage& image) {
        if (image.last_offset > most->last_offset) {
            most = &image;
        }
    };
    for (const Cow<ControllerHost>& host : controllers) {
        if (host->has_process()) {
            consider((**host->process).committed());
        }
    }
    for (const Cow<BrokerHost>& host : brokers) {
        if (host->has_process()) {
            consider((**host->process).image());
        }
    }
    return *most;
}

uint64_t world_digest(const World& world) {
    Digest d;
    digest_fields(d, world.setup, world.now, world.queue, world.network, world.rules, world.boot,
                  world.time_zero, world.controllers, world.brokers, world.clients, world.outcomes,
                  world.processing, world.business, world.commands_refused, world.events_run,
                  world.history);
    return d.value();
}

uint16_t node_code(NodeId node) {
    BL_CHECK(node.number >= 0);
    BL_CHECK(node.number < 1 << kNumberBits);
    return static_cast<uint16_t>(static_cast<unsigned>(node.kind) << kNumberBits |
                                 static_cast<unsigned>(node.number));
}

NodeId node_of_code(uint16_t code) {
    return {static_cast<NodeKind>(code >> kNumberBits),
            static_cast<int32_t>(code & ((1U << kNumberBits) - 1))};
}

std::string node_name(const World& world, NodeId node) {
    switch (node.kind) {
        case NodeKind::kBroker:
            return fmt::format("broker {}", node.number);
        case NodeKind::kController:
            return fmt::format("controller {}", node.number);
        case NodeKind::kClient:
            return world.clients[static_cast<std::size_t>(node.number) - 1]->name;
    }
    BL_CHECK(false);
}

ClientHost consumer_host(const ConsumerSetup& setup, int32_t number) {
    ClientHost host;
    host.name = setup.group ? member_name(*setup.group, number) : setup.name;
    ConsumerSetup own = setup;
    own.name = host.name;
    host.setup = std::move(own);
    return host;
}

ClientHost service_host(const ServiceSetup& setup, int32_t number) {
    ClientHost host;
    host.name = member_name(setup.name, number);
    host.setup = setup;
    return host;
}

}  // namespace brokerlab
