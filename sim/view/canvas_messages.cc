// Messages on their way: where each is, by the model's own times, and what it means.
//
// A message flies evenly from its sending to its arrival. One that can't get through (a cut, a
// machine that is off), is held, or is late because a packet of it was lost, stands half way until
// it can go on; several on one lane stand behind each other.
#include <algorithm>
#include <cstdint>

#include "sim/view/canvas_message_text.h"
#include "sim/view/canvas_parts.h"

namespace brokerlab {
namespace {

/// With more than these a picture has no room for words.
constexpr std::size_t kMostLabels = 40;

// ---- What it means

bool is_quorum(ApiKey key) {
    switch (key) {
        case ApiKey::kVote:
        case ApiKey::kBeginQuorumEpoch:
        case ApiKey::kEndQuorumEpoch:
        case ApiKey::kDescribeQuorum:
        case ApiKey::kFetchSnapshot:
            return true;
        default:
            return false;
    }
}

Traffic traffic_of(ApiKey key, NodeId from, NodeId to) {
    const auto either = [&](NodeKind kind) { return from.kind == kind || to.kind == kind; };
    const bool client = either(NodeKind::kClient);
    if (is_quorum(key)) {
        return Traffic::kQuorum;
    }
    switch (key) {
        case ApiKey::kProduce:
            return Traffic::kProduce;
        case ApiKey::kFetch:
            return client                          ? Traffic::kConsume
                   : either(NodeKind::kController) ? Traffic::kQuorum
                                                   : Traffic::kReplicate;
        case ApiKey::kListOffsets:
        case ApiKey::kOffsetForLeaderEpoch:
            return client ? Traffic::kConsume : Traffic::kReplicate;
        default:
            return Traffic::kControl;
    }
}

Traffic traffic_of(const Message& message) {
    if (const auto* request = std::get_if<Request>(&message.packet)) {
        return traffic_of(api_key_of(request->body), message.from, message.to);
    }
    if (const auto* response = std::get_if<Response>(&message.packet)) {
        return traffic_of(api_key_of(response->body), message.from, message.to);
    }
    return Traffic::kConnection;
}

/// What goes on all the time among the servers themselves.
bool is_internal(const Message& message, Traffic traffic) {
    if (message.from.kind == NodeKind::kClient || message.to.kind == NodeKind::kClient) {
        return false;
    }
    if (const auto* request = std::get_if<Request>(&message.packet)) {
        return traffic == Traffic::kQuorum ||
               std::holds_alternative<BrokerHeartbeatRequest>(request->body);
    }
    if (const auto* response = std::get_if<Response>(&message.packet)) {
        return traffic == Traffic::kQuorum ||
               std::holds_alternative<BrokerHeartbeatResponse>(response->body);
    }
    return traffic == Traffic::kConnection;
}

// ---- Where it is

/// Where the first that waits on a lane stands, and those behind it.
constexpr float kStop = 0.5F;
constexpr float kBehind = 0.035F;
constexpr float kNearest = 0.06F;

struct Flight {
    float way = 0;
    bool waits = false;
};

float share(Duration part, Duration whole) {
    return whole <= Duration()
               ? 1.0F
               : static_cast<float>(std::clamp(
                     static_cast<double>(part.ns) / static_cast<double>(whole.ns), 0.0, 1.0));
}

class Flights {
public:
    Flights(const World& world, SimTime now) : world_(world), now_(now) {}

    /// `waiting` counts those that stand on this lane already.
    [[nodiscard]] Flight flight_of(const Message& message, uint32_t& waiting) const {
        const Network& network = *world_.network;
        const NetworkSetup& setup = world_.setup->network;
        const Duration flown = now_ - message.sent_at;
        const Duration latency =
            setup.latency + network.link(message.from, message.to).extra_latency;
        const bool blocked = message.arrives_at == kNever ||
                             !network.passes(message.from, message.to) ||
                             network.presence(message.to) == NodePresence::kSilent;
        if (blocked) {
            return stand_at_stop(flown, latency, waiting);
        }
        const Duration whole = message.arrives_at - message.sent_at;
        // Bandwidth makes messages slow, not late.
        const Duration usual = (latency + setup.jitter) * 2 + 1_ms;
        if (setup.bandwidth || whole <= usual || latency <= Duration()) {
            return {share(flown, whole), false};
        }
        const Duration left = message.arrives_at - now_;
        if (left <= latency / 2) {
            return {std::max(kStop, 1 - 0.5F * share(left, latency / 2)), false};
        }
        return stand_at_stop(flown, latency, waiting);
    }

private:
    static Flight stand_at_stop(Duration flown, Duration latency, uint32_t& waiting) {
        const float stop = std::max(kNearest, kStop - kBehind * static_cast<float>(waiting));
        const float way = share(flown, latency);
        if (way < stop) {
            return {way, false};
        }
        ++waiting;
        return {stop, true};
    }

    const World& world_;
    SimTime now_;
};

}  // namespace

void add_messages(Canvas& canvas, const World& world, const CanvasOptions& options,
                  CanvasIndex& index) {
    const std::vector<const Message*> in_flight = world.network->in_flight();
    const Flights flights(world, options.now);
    std::vector<uint32_t> waiting;  // of each link, there and back
    for (CanvasLink& link : canvas.links) {
        link.busy = link.disturbed;
    }
    canvas.messages.reserve(in_flight.size());
    std::vector<const Message*> shown;
    for (const Message* message : in_flight) {
        const Traffic traffic = traffic_of(*message);
        const std::optional<std::size_t> from = index.card_of(message->from);
        const std::optional<std::size_t> to = index.card_of(message->to);
        if (!from || !to || *from == *to ||
            (!options.internal_traffic && is_internal(*message, traffic))) {
            continue;
        }
        std::optional<std::size_t> link = index.link_of(*from, *to);
        if (!link) {
            link = add_link(canvas, world, index, *from, *to);
        }
        canvas.links[*link].busy = true;
        waiting.resize(canvas.links.size() * 2);
        CanvasMessage& drawn = canvas.messages.emplace_back();
        drawn.thing = MessageThing{message->number};
        drawn.traffic = traffic;
        drawn.link = *link;
        drawn.forward = canvas.links[*link].a == *from;
        drawn.request = !std::holds_alternative<Response>(message->packet);
        const Flight flight =
            flights.flight_of(*message, waiting[*link * 2 + (drawn.forward ? 0 : 1)]);
        drawn.way = flight.way;
        drawn.waits = flight.waits;
        drawn.at = lane_point(canvas.links[*link], drawn.forward, drawn.way);
        shown.push_back(message);
    }
    for (std::size_t i = 0; shown.size() <= kMostLabels && i < shown.size(); ++i) {
        canvas.messages[i].label = message_label(world, *shown[i]);
    }
}

std::string message_label(const World& world, uint64_t number) {
    const Message* message = world.network->find(number);
    return message == nullptr ? std::string() : message_label(world, *message);
}

}  // namespace brokerlab
