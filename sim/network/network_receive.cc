// The receiving end: what a node's kernel does with a packet, and when its process reads it.
//
// A process reads what was received in its order: not while it is paused, and a server not the next
// request while one is unanswered. What is kept unread is woken by an arrival for the same instant,
// so that each hand-over is an event of its own. The end of a connection is read in its order too:
// a server still reads the requests before it. With nothing unread it hears of the end at once,
// also while it works on a request, where Kafka's would only after its answer.
#include <algorithm>

#include "sim/base/check.h"
#include "sim/network/network.h"

namespace brokerlab {

bool Network::is_reset(uint32_t slot) const {
    return std::holds_alternative<ConnectionReset>(slots_[slot].message.packet);
}
bool Network::is_request(uint32_t slot) const {
    return std::holds_alternative<Request>(slots_[slot].message.packet);
}

/// The first message on its sender's wire has come to the end of the link.
std::optional<Delivery> Network::receive(Work& work, uint32_t slot) {
    const Whose from = slots_[slot].from_opener ? Whose::kOpener : Whose::kPeer;
    const NodeId sender = slots_[slot].message.from;
    const NodeId receiver = slots_[slot].message.to;
    const NodePresence there = presence(receiver);
    ConnectionEnd& sending = end_of(work, from);
    if (!passes(sender, receiver) || there == NodePresence::kSilent) {
        if (is_abandoned(sending, sender, receiver)) {
            drop_from(sending, 0);
        } else {
            stall(sending, 0, work.now, work.arrivals);
        }
        return std::nullopt;
    }
    sending.wire.erase(sending.wire.begin());
    sending.retry_after = Duration();
    ConnectionEnd& receiving = end_of(work, other(from));
    if (std::holds_alternative<ConnectionRequested>(slots_[slot].message.packet)) {
        slots_.clear(slot);
        if (there == NodePresence::kRefusing) {
            answer_with_reset(work, other(from));
        } else {
            receiving.open = true;
            send(work, other(from), slots_.take(ConnectionAccepted{}));
        }
        return std::nullopt;
    }
    if (!receiving.open) {
        const bool reset = is_reset(slot);
        slots_.clear(slot);
        if (!reset) {
            answer_with_reset(work, other(from));
        }
        return std::nullopt;
    }
    return read_or_keep(work, other(from), slot, there == NodePresence::kPaused);
}

/// What came is read at once or waits in the socket's buffer, as it does for a paused process.
std::optional<Delivery> Network::read_or_keep(Work& work, Whose end, uint32_t slot, bool paused) {
    ConnectionEnd& own = end_of(work, end);
    if (is_reset(slot)) {
        if (own.lost) {
            slots_.clear(slot);
            return std::nullopt;
        }
        drop_unsent(own);  // there is nobody to send it to
    }
    const bool in_turn = own.unread.empty() && !(own.busy && is_request(slot));
    if (!paused && in_turn) {
        return hand_over(work, end, slot);
    }
    own.lost = own.lost || is_reset(slot);
    own.unread.push_back(slot);
    MessageSlot& kept = slots_.edit(slot);
    kept.stage = MessageStage::kReceived;
    kept.wake_at = kNever;
    if (paused) {
        nodes_.at(node_at(work.id, end)).while_paused.push_back(slot);
    }
    return std::nullopt;
}

/// A message in the buffer was woken.
std::optional<Delivery> Network::read_kept(Work& work, Whose end, uint32_t slot) {
    ConnectionEnd& own = end_of(work, end);
    const NodeId node = node_at(work.id, end);
    const bool paused = presence(node) == NodePresence::kPaused;
    BL_CHECK(!own.unread.empty());
    if (paused || own.unread.front() != slot || (own.busy && is_request(slot))) {
        slots_.edit(slot).wake_at = kNever;
        if (paused) {
            nodes_.at(node).while_paused.push_back(slot);
        }
        return std::nullopt;
    }
    own.unread.erase(own.unread.begin());
    std::optional<Delivery> delivery = hand_over(work, end, slot);
    wake_next(work, end);
    return delivery;
}

std::optional<Delivery> Network::hand_over(Work& work, Whose end, uint32_t slot) {
    ConnectionEnd& own = end_of(work, end);
    Packet& packet = slots_.edit(slot).message.packet;
    std::optional<Delivery> delivery(std::in_place);
    delivery->to = node_at(work.id, end);
    delivery->connection = work.id;
    if (auto* request = std::get_if<Request>(&packet)) {
        delivery->kind = Delivery::Kind::kRequest;
        delivery->body.emplace<Request>(std::move(*request));
        own.busy = true;
    } else if (auto* response = std::get_if<Response>(&packet)) {
        delivery->kind = Delivery::Kind::kResponse;
        delivery->body.emplace<Response>(std::move(*response));
    } else if (std::holds_alternative<ConnectionAccepted>(packet)) {
        delivery->kind = Delivery::Kind::kConnected;
    } else {
        BL_CHECK(std::holds_alternative<ConnectionReset>(packet));
        delivery->kind = Delivery::Kind::kConnectionLost;
        let_go(own);
    }
    slots_.clear(slot);
    return delivery;
}

/// Lets the process read what is first in the buffer, if it may.
void Network::wake_next(Work& work, Whose end) {
    const ConnectionEnd& own = end_of(work, end);
    if (own.unread.empty()) {
        return;
    }
    const uint32_t first = own.unread.front();
    const bool woken = slots_[first].wake_at == work.now;
    if (woken || (own.busy && is_request(first))) {
        return;
    }
    const NodeId node = node_at(work.id, end);
    if (presence(node) == NodePresence::kPaused) {
        nodes_.at(node).while_paused.push_back(first);
    } else {
        schedule(first, work.now, work.arrivals);
    }
}

/// `end` does not know the connection and says so to the one who does.
void Network::answer_with_reset(Work& work, Whose end) {
    const ConnectionEnd& own = end_of(work, end);
    const bool said = !own.wire.empty() && is_reset(own.wire.back());
    if (end_of(work, other(end)).open && !said) {
        send(work, end, slots_.take(ConnectionReset{}));
    }
}

/// The node knows nothing of the connection any more.
void Network::let_go(ConnectionEnd& end) {
    for (const uint32_t slot : end.unread) {
        slots_.clear(slot);
    }
    end.unread.clear();
    end.open = false;
    end.busy = false;
    end.lost = false;
}

}  // namespace brokerlab
