// The wire: when a message arrives, and what becomes of those that are lost, cut off or held up.
//
// Each end of a connection keeps what it sent in order. The first to meet a cut, or a machine that
// is silent, stalls with all behind it, and is sent again after 200 ms (1 s while the connection is
// set up, as Linux does), doubling up to 120 s; when it gets through, all arrive one latency later,
// in order. A lost packet is only late. Not modelled: that retransmissions are lost in their turn
// on a lossy link after a cut, and that TCP gives a connection up after 15 of them.
#include <algorithm>

#include "sim/base/check.h"
#include "sim/network/network.h"
#include "sim/network/packet_size.h"

namespace brokerlab {
namespace {

constexpr Duration kFirstRetry = 200_ms;
constexpr Duration kFirstSetupRetry = 1_s;
constexpr Duration kLongestRetry = 120_s;
constexpr uint32_t kMostLosses = 15;  ///< of one packet in a row

bool sets_up(const Packet& packet) {
    return std::holds_alternative<ConnectionRequested>(packet) ||
           std::holds_alternative<ConnectionAccepted>(packet);
}
Duration first_retry(const Packet& packet) {
    return sets_up(packet) ? kFirstSetupRetry : kFirstRetry;
}
Duration doubled(Duration wait) {
    return std::min(wait * 2, kLongestRetry);
}
/// Tells a packet's draws from those of others: its kind and, of a protocol message, its api.
uint64_t kind_of(const Packet& packet) {
    if (const auto* request = std::get_if<Request>(&packet)) {
        return draw_key(packet.index(), api_key_of(request->body));
    }
    if (const auto* response = std::get_if<Response>(&packet)) {
        return draw_key(packet.index(), api_key_of(response->body));
    }
    return draw_key(packet.index());
}
LinkId link_of(const Message& message) {
    return {message.from, message.to};
}

}  // namespace

/// Sends what stands in the slot.
void Network::send(Work& work, Whose from, uint32_t slot) {
    ConnectionEnd& end = end_of(work, from);
    const LinkId link{node_at(work.id, from), node_at(work.id, other(from))};
    MessageSlot& s = slots_.edit(slot);
    const Packet& packet = s.message.packet;
    const SimTime due = last_byte_out(end, packet, work.now) + flight_time(link, packet, work.now);
    SimTime arrives_at = due;
    bool blocked = false;
    if (!end.wire.empty()) {
        const MessageSlot& before = slots_[end.wire.back()];
        arrives_at = std::max(due, before.message.arrives_at);
        blocked = before.stage != MessageStage::kFlying;
    }
    s.message.number = ++messages_sent_;
    s.message.connection = work.id;
    s.message.from = link.from;
    s.message.to = link.to;
    s.message.sent_at = work.now;
    s.message.arrives_at = arrives_at;
    s.message.cause = work.cause;
    s.from_opener = from == Whose::kOpener;
    s.due = due;
    s.stage = blocked ? MessageStage::kBehind : MessageStage::kFlying;
    end.wire.push_back(slot);
    if (blocked) {
        // Where the one that held it up was dropped, the first that waits can go.
        const auto first = std::find_if(end.wire.begin(), end.wire.end(), [this](uint32_t i) {
            return slots_[i].stage != MessageStage::kFlying;
        });
        if (slots_[*first].stage == MessageStage::kBehind) {
            launch(end, static_cast<std::size_t>(first - end.wire.begin()), work.now,
                   work.arrivals);
        }
    } else if (passes(link.from, link.to)) {
        schedule(slot, arrives_at, work.arrivals);
    } else {
        stall(end, end.wire.size() - 1, work.now, work.arrivals);
    }
}

/// Latency, jitter and what losses add.
Duration Network::flight_time(const LinkId& link, const Packet& packet, SimTime now) {
    const LinkState* state = links_.find(link);
    const uint32_t loss = state == nullptr ? 0 : state->loss_ppm;
    Duration time = latency(link);
    if (setup_.jitter < 1_us && loss == 0) {
        return time;
    }
    LinkTies& ties = ties_[link];
    if (ties.at != now) {
        ties = {now, 0};
    }
    const uint64_t entity = draw_key(link.from, link.to);
    const uint64_t key = draw_key(kind_of(packet), now, ties.sent++);
    const RandomBits jitter = draw(seed_, DrawPurpose::kNetworkJitter, entity, key);
    time += Duration::from_us(uniform_between(jitter, 0, setup_.jitter / 1_us));
    if (loss == 0 || loss >= kMillion) {
        return time;  // nothing is lost, or the link is as good as cut
    }
    Duration wait = first_retry(packet);
    for (uint32_t i = 0; i < kMostLosses; ++i) {
        if (!chance(draw(seed_, DrawPurpose::kNetworkLoss, entity, draw_key(key, i)), loss)) {
            break;
        }
        time += wait;
        wait = doubled(wait);
    }
    return time;
}

/// When the last byte has left; each direction of a connection sends one message after the other.
SimTime Network::last_byte_out(ConnectionEnd& end, const Packet& packet, SimTime now) const {
    if (!setup_.bandwidth) {
        return now;
    }
    BL_CHECK(*setup_.bandwidth > 0);
    constexpr int64_t kSecond = 1'000'000'000;
    const Duration length = Duration(packet_size(packet)) * kSecond / *setup_.bandwidth;
    end.sending_until = std::max(now, end.sending_until) + length;
    return end.sending_until;
}

Duration Network::latency(const LinkId& link) const {
    const LinkState* state = links_.find(link);
    return state == nullptr ? setup_.latency : setup_.latency + state->extra_latency;
}

/// Whether a packet that comes now gets to a kernel that takes it.
bool Network::reaches(NodeId from, NodeId to) const {
    return passes(from, to) && presence(to) != NodePresence::kSilent;
}

/// Whether nobody will send a lost packet again, or nobody will ever answer.
bool Network::is_abandoned(const ConnectionEnd& sender, NodeId from, NodeId to) const {
    return presence(from) == NodePresence::kSilent ||
           (!sender.open && presence(to) == NodePresence::kSilent);
}

void Network::schedule(uint32_t slot, SimTime at, std::vector<Arrival>& arrivals) {
    MessageSlot& s = slots_.edit(slot);
    s.wake_at = at;
    if (at != kNever) {
        ++s.scheduled;
        arrivals.push_back({at, slot, s.message.to});
    }
}

/// The message at `from` of the wire did not get through: it and all behind it wait.
void Network::stall(ConnectionEnd& end, std::size_t from, SimTime now,
                    std::vector<Arrival>& arrivals) {
    const uint32_t first = end.wire[from];
    const Message& message = slots_[first].message;
    end.retry_after =
        end.retry_after == Duration() ? first_retry(message.packet) : doubled(end.retry_after);
    const SimTime again = now + end.retry_after;
    const SimTime arrives_at = again + latency(link_of(message));
    schedule(first, again, arrivals);
    MessageSlot& s = slots_.edit(first);
    s.stage = MessageStage::kStalled;
    s.message.arrives_at = std::max(arrives_at, s.due);
    for (std::size_t i = from + 1; i < end.wire.size(); ++i) {
        if (slots_[end.wire[i]].stage != MessageStage::kHeld) {
            MessageSlot& behind = slots_.edit(end.wire[i]);
            behind.stage = MessageStage::kBehind;
            behind.wake_at = kNever;
        }
    }
    replan(end, from + 1);
}

/// The stalled message is sent again.
void Network::retry(Work& work, Whose from, uint32_t slot) {
    ConnectionEnd& end = end_of(work, from);
    const auto found = std::find(end.wire.begin(), end.wire.end(), slot);
    BL_CHECK(found != end.wire.end());
    const auto at = static_cast<std::size_t>(found - end.wire.begin());
    const LinkId link = link_of(slots_[slot].message);
    if (reaches(link.from, link.to)) {
        launch(end, at, work.now + latency(link), work.arrivals);
    } else if (is_abandoned(end, link.from, link.to)) {
        drop_from(end, at);
    } else {
        stall(end, at, work.now, work.arrivals);
    }
}

/// What waits from `from` on flies, up to one that is held.
void Network::launch(ConnectionEnd& end, std::size_t from, SimTime not_before,
                     std::vector<Arrival>& arrivals) {
    SimTime at = not_before;
    if (from > 0) {
        at = std::max(at, slots_[end.wire[from - 1]].message.arrives_at);
    }
    std::size_t i = from;
    for (; i < end.wire.size(); ++i) {
        const uint32_t slot = end.wire[i];
        if (slots_[slot].stage == MessageStage::kHeld) {
            break;
        }
        MessageSlot& s = slots_.edit(slot);
        at = std::max(at, s.due);
        s.stage = MessageStage::kFlying;
        s.message.arrives_at = at;
        schedule(slot, at, arrivals);
    }
    replan(end, i);
}

/// Says of what waits from `from` on when it will arrive, as far as one can tell.
void Network::replan(ConnectionEnd& end, std::size_t from) {
    for (std::size_t i = from; i < end.wire.size(); ++i) {
        const SimTime before = i == 0 ? SimTime() : slots_[end.wire[i - 1]].message.arrives_at;
        MessageSlot& s = slots_.edit(end.wire[i]);
        const bool held = s.stage == MessageStage::kHeld;
        s.message.arrives_at = held ? kNever : std::max(before, s.due);
    }
}

/// The message at `at` arrives later than before: those that fly behind it don't overtake it. Those
/// of the same time are scheduled anew, for the events of an instant run as they were scheduled.
void Network::keep_order_behind(ConnectionEnd& end, std::size_t at,
                                std::vector<Arrival>& arrivals) {
    std::size_t i = at + 1;
    for (; i < end.wire.size(); ++i) {
        const uint32_t slot = end.wire[i];
        const SimTime before = slots_[end.wire[i - 1]].message.arrives_at;
        const MessageSlot& s = slots_[slot];
        if (s.stage != MessageStage::kFlying || s.message.arrives_at > before) {
            break;
        }
        slots_.edit(slot).message.arrives_at = before;
        schedule(slot, before, arrivals);
    }
    // Of what is stalled behind them, only the planned arrival can change.
    for (; i < end.wire.size(); ++i) {
        const SimTime before = slots_[end.wire[i - 1]].message.arrives_at;
        if (slots_[end.wire[i]].message.arrives_at < before) {
            slots_.edit(end.wire[i]).message.arrives_at = before;
        }
    }
}

/// The sender forgets what it would have sent again; what flies, and what is held, is out already.
void Network::drop_unsent(ConnectionEnd& end) {
    std::erase_if(end.wire, [this](uint32_t slot) {
        const MessageStage stage = slots_[slot].stage;
        if (stage != MessageStage::kStalled && stage != MessageStage::kBehind) {
            return false;
        }
        slots_.clear(slot);
        return true;
    });
}

void Network::drop_from(ConnectionEnd& end, std::size_t from) {
    for (std::size_t i = from; i < end.wire.size(); ++i) {
        slots_.clear(end.wire[i]);
    }
    end.wire.resize(from);
}

}  // namespace brokerlab
