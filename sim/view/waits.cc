#include "sim/view/waits.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "sim/view/quorum_standing.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

bool is_about(const Waiting& waiting, const Thing& thing) {
    return waiting.wait.who == thing || std::find(waiting.involves.begin(), waiting.involves.end(),
                                                  thing) != waiting.involves.end();
}

}  // namespace

std::vector<Wait> waits(const World& world, const Thing& thing) {
    std::vector<Waiting> all;
    gather_controller_waits(world, all);
    gather_leader_waits(world, all);
    gather_broker_waits(world, all);
    gather_client_waits(world, all);
    gather_group_waits(world, all);
    gather_network_waits(world, all);
    const bool everything = std::holds_alternative<std::monostate>(thing);
    std::vector<Wait> chosen;
    for (Waiting& waiting : all) {
        if (everything ? !waiting.ordinary : is_about(waiting, thing)) {
            chosen.push_back(std::move(waiting.wait));
        }
    }
    std::stable_sort(chosen.begin(), chosen.end(), [](const Wait& a, const Wait& b) {
        return a.deadline.value_or(kForever) < b.deadline.value_or(kForever);
    });
    return chosen;
}

std::optional<Session> session_of(const World& world, BrokerId broker) {
    const ControllerNode* active = deciding_controller(world);
    if (active == nullptr) {
        return std::nullopt;
    }
    const BrokerHeartbeatState* state = active->heartbeats().brokers.find(broker);
    if (state == nullptr || state->fenced) {
        return std::nullopt;
    }
    const Duration interval = world.setup->cluster_config.ms("broker.heartbeat.interval.ms");
    return Session{state->last_contact, state->last_contact + active->config().session_timeout,
                   world.now - state->last_contact > interval + interval / 2};
}

SimTime leaves_isr_at(const ReplicaManager& leader, const FollowerState& follower) {
    const Duration limit = leader.config->replica_lag_time_max;
    const SimTime allowed = follower.last_caught_up_at + limit;
    if (limit == kForever || allowed == kNever) {
        return kNever;
    }
    SimTime pass = leader.next_isr_shrink;
    const Duration every = std::max(limit / 2, 1_ms);
    if (pass <= allowed) {
        pass += every * ((allowed - pass) / every + 1);
    }
    return pass;
}

std::string by_text(const World& world, SimTime at) {
    return fmt::format("by {} s", moment_text(world.shown(at)));
}

std::optional<Duration> shown_deadline(const World& world, SimTime at) {
    return at == kNever ? std::nullopt : std::optional(world.shown(at));
}

std::string absence_of(const World& world, BrokerId broker) {
    const BrokerHost* host = world.find_broker(broker);
    if (host == nullptr) {
        return fmt::format("there is no broker {}", broker.value);
    }
    switch (host->state) {
        case HostState::kDown:
            return fmt::format("broker {} is down", broker.value);
        case HostState::kOff:
            return fmt::format("broker {} has no power", broker.value);
        case HostState::kPaused:
            return fmt::format("broker {} stands still", broker.value);
        case HostState::kRunning:
            break;
    }
    return host->isolated ? fmt::format("broker {} is cut off", broker.value) : std::string();
}

}  // namespace brokerlab
