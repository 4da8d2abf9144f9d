// Messages that do not get through: held ones, and those that a cut or a silent machine stops.
#include <utility>

#include <fmt/format.h>

#include "sim/base/flat_map.h"
#include "sim/view/explain_text.h"
#include "sim/view/inspect_parts.h"
#include "sim/view/waits.h"

namespace brokerlab {
namespace {

/// TCP sends nothing again before: what is younger has not met a cut.
constexpr Duration kYoungest = 150_ms;

Thing link_thing(NodeId a, NodeId b) {
    return a < b ? LinkThing{a, b} : LinkThing{b, a};
}

void add_ends(const World& world, const Message& message, Waiting& waiting) {
    waiting.involves.push_back(link_thing(message.from, message.to));
    waiting.involves.push_back(MessageThing{message.number});
    waiting.involves.push_back(thing_of(world, message.from));
    waiting.involves.push_back(thing_of(world, message.to));
}

void add_held(const World& world, const Message& message, std::vector<Waiting>& waits) {
    Waiting waiting;
    waiting.wait = {MessageThing{message.number},
                    fmt::format("{} is held", message_text(world, message)),
                    "a command holds it, and with it all that was sent behind it",
                    fmt::format("with 'release message {}'", message.number), std::nullopt};
    add_ends(world, message, waiting);
    waits.push_back(std::move(waiting));
}

/// What does not get from one node to another.
struct Stopped {
    const Message* first = nullptr;
    std::size_t count = 0;
    Waiting waiting;
};

std::string obstacle(const World& world, const Message& message) {
    const Network& network = *world.network;
    if (network.is_isolated(message.from) || network.is_isolated(message.to)) {
        return who_text(world, network.is_isolated(message.to) ? message.to : message.from) +
               " is cut off from everyone";
    }
    if (!network.passes(message.from, message.to)) {
        return "the link is cut";
    }
    return network.presence(message.to) == NodePresence::kSilent
               ? who_text(world, message.to) + " has no power"
               : "they got lost on the way; the link is open";
}

}  // namespace

void gather_network_waits(const World& world, std::vector<Waiting>& waits) {
    FlatMap<LinkId, Stopped> stopped;
    for (const Message* message : world.network->in_flight()) {
        if (message->arrives_at != kNever && world.now - message->sent_at < kYoungest) {
            continue;
        }
        const MessageStage stage = world.network->stage(message->number);
        if (stage == MessageStage::kHeld) {
            add_held(world, *message, waits);
        } else if (stage == MessageStage::kStalled || stage == MessageStage::kBehind) {
            Stopped& direction = stopped[{message->from, message->to}];
            if (direction.first == nullptr) {
                direction.first = message;
            }
            ++direction.count;
            add_ends(world, *message, direction.waiting);
        }
    }
    for (auto& [link, direction] : stopped) {
        const Message& first = *direction.first;
        Wait& wait = direction.waiting.wait;
        wait.who = link_thing(link.from, link.to);
        wait.what =
            fmt::format("{} from {} to {} {} not get through",
                        counted(direction.count, "message", "messages"), who_text(world, link.from),
                        who_text(world, link.to), direction.count == 1 ? "does" : "do");
        if (first.arrives_at == kNever) {
            wait.holds_it = "they are behind a message that is held";
            wait.ends = "when that one is released";
        } else {
            wait.holds_it = obstacle(world, first);
            wait.ends = fmt::format("TCP sends the first of them again so that it could arrive {}",
                                    by_text(world, first.arrives_at));
            wait.deadline = shown_deadline(world, first.arrives_at);
        }
        waits.push_back(std::move(direction.waiting));
    }
}

}  // namespace brokerlab
