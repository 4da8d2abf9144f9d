// Single messages: to find, drop, hold, release and delay one by its number.
//
// A message is on its way until the receiver's kernel has it; what waits in a socket's buffer is
// not. These are a learner's commands and may look at every slot.
#include <algorithm>

#include "sim/base/check.h"
#include "sim/network/network.h"

namespace brokerlab {
namespace {

bool is_on_its_way(const MessageSlot& slot) {
    return slot.stage != MessageStage::kNone && slot.stage != MessageStage::kReceived;
}

}  // namespace

std::optional<uint32_t> Network::slot_of(uint64_t number) const {
    for (uint32_t slot = 0; slot < slots_.size(); ++slot) {
        if (is_on_its_way(slots_[slot]) && slots_[slot].message.number == number) {
            return slot;
        }
    }
    return std::nullopt;
}

Network::OnWire Network::on_wire(uint32_t slot) {
    const MessageSlot& s = slots_[slot];
    Connection& connection = connections_.at(s.message.connection).edit();
    ConnectionEnd& end = s.from_opener ? connection.opener : connection.peer;
    const auto found = std::find(end.wire.begin(), end.wire.end(), slot);
    BL_CHECK(found != end.wire.end());
    return {end, static_cast<std::size_t>(found - end.wire.begin())};
}

const Message* Network::find(uint64_t number) const {
    const std::optional<uint32_t> slot = slot_of(number);
    return slot ? &slots_[*slot].message : nullptr;
}

bool Network::is_held(uint64_t number) const {
    const std::optional<uint32_t> slot = slot_of(number);
    return slot && slots_[*slot].stage == MessageStage::kHeld;
}

MessageStage Network::stage(uint64_t number) const {
    const std::optional<uint32_t> slot = slot_of(number);
    return slot ? slots_[*slot].stage : MessageStage::kNone;
}

std::vector<const Message*> Network::in_flight() const {
    std::vector<const Message*> messages;
    for (uint32_t slot = 0; slot < slots_.size(); ++slot) {
        if (is_on_its_way(slots_[slot])) {
            messages.push_back(&slots_[slot].message);
        }
    }
    std::sort(messages.begin(), messages.end(),
              [](const Message* a, const Message* b) { return a->number < b->number; });
    return messages;
}

bool Network::remove(uint32_t slot) {
    const auto [end, place] = on_wire(slot);
    const MessageStage stage = slots_[slot].stage;
    const bool last = place + 1 == end.wire.size();
    if (stage == MessageStage::kStalled && !last &&
        slots_[end.wire[place + 1]].stage == MessageStage::kBehind) {
        // The next is sent again instead, when this one would have been: it takes over its slot,
        // for which that is scheduled.
        const uint32_t next = end.wire[place + 1];
        MessageSlot& s = slots_.edit(slot);
        s.message = std::move(slots_.edit(next).message);
        s.due = slots_[next].due;
        slots_.clear(next);
        end.wire.erase(end.wire.begin() + static_cast<std::ptrdiff_t>(place) + 1);
        return false;
    }
    slots_.clear(slot);
    end.wire.erase(end.wire.begin() + static_cast<std::ptrdiff_t>(place));
    const bool first = place == 0 || slots_[end.wire[place - 1]].stage == MessageStage::kFlying;
    if (stage == MessageStage::kHeld && !first) {
        replan(end, place);
    }
    return stage == MessageStage::kHeld && first && !last;
}

void Network::drop(uint64_t number, SimTime now, std::vector<Arrival>& arrivals) {
    const std::optional<uint32_t> slot = slot_of(number);
    if (!slot) {
        return;
    }
    const auto [end, place] = on_wire(*slot);
    const ConnectionId id = slots_[*slot].message.connection;
    if (remove(*slot)) {
        launch(end, place, now, arrivals);
    }
    forget_if_over(id);
}

void Network::hold(uint64_t number) {
    const std::optional<uint32_t> slot = slot_of(number);
    if (!slot || slots_[*slot].stage == MessageStage::kHeld) {
        return;
    }
    const auto [end, place] = on_wire(*slot);
    for (std::size_t i = place; i < end.wire.size(); ++i) {
        MessageSlot& s = slots_.edit(end.wire[i]);
        s.wake_at = kNever;
        if (s.stage != MessageStage::kHeld) {
            s.stage = i == place ? MessageStage::kHeld : MessageStage::kBehind;
        }
    }
    replan(end, place);
}

void Network::release(uint64_t number, SimTime now, std::vector<Arrival>& arrivals) {
    const std::optional<uint32_t> slot = slot_of(number);
    if (!slot || slots_[*slot].stage != MessageStage::kHeld) {
        return;
    }
    const auto [end, place] = on_wire(*slot);
    slots_.edit(*slot).stage = MessageStage::kBehind;
    if (place == 0 || slots_[end.wire[place - 1]].stage == MessageStage::kFlying) {
        launch(end, place, now, arrivals);
    } else {
        replan(end, place);
    }
}

void Network::delay(uint64_t number, Duration by, std::vector<Arrival>& arrivals) {
    BL_CHECK(by >= Duration());
    const std::optional<uint32_t> slot = slot_of(number);
    if (!slot) {
        return;
    }
    const auto [end, place] = on_wire(*slot);
    MessageSlot& s = slots_.edit(*slot);
    const bool planned = s.message.arrives_at != kNever;
    s.due = (planned ? s.message.arrives_at : s.due) + by;
    if (planned) {
        s.message.arrives_at = s.due;
    }
    if (s.stage == MessageStage::kFlying) {
        schedule(*slot, s.due, arrivals);
    }
    keep_order_behind(end, place, arrivals);
}

}  // namespace brokerlab
