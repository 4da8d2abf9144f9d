// The slots of messages: taking, emptying, and when a slot may be used again.
//
// A slot is free when its message is gone and no arrival in the event queue names it.
#include "sim/network/message_slots.h"

#include <memory>

#include "sim/base/aggregate_digest.h"
#include "sim/base/check.h"

namespace brokerlab {

uint32_t MessageSlots::take() {
    if (free_.empty()) {
        const uint32_t first = size();
        chunks_.emplace_back(std::vector<MessageSlot>(kChunk));
        for (uint32_t i = kChunk; i-- > 0;) {
            free_.push_back(first + i);
        }
    }
    const uint32_t slot = free_.back();
    free_.pop_back();
    return slot;
}

void MessageSlots::clear(uint32_t slot) {
    MessageSlot& s = edit(slot);
    BL_CHECK(s.stage != MessageStage::kNone);
    const uint32_t scheduled = s.scheduled;
    // In place: an assignment would visit the packets of both sides.
    std::destroy_at(&s);
    std::construct_at(&s);
    s.scheduled = scheduled;
    give_back_if_unused(slot);
}

void MessageSlots::count_arrived(uint32_t slot) {
    BL_CHECK(slot < size());
    MessageSlot& s = edit(slot);
    BL_CHECK(s.scheduled > 0);
    --s.scheduled;
    give_back_if_unused(slot);
}

void MessageSlots::give_back_if_unused(uint32_t slot) {
    const MessageSlot& s = (*this)[slot];
    if (s.stage == MessageStage::kNone && s.scheduled == 0) {
        free_.push_back(slot);
    }
}

void digest_into(Digest& d, const MessageSlots& slots) {
    digest_fields(d, slots.chunks_, slots.free_);
}

}  // namespace brokerlab
