// MessageSlots: the messages of a network, each in a numbered slot that is used again.
//
// A slot that is empty is given out again only when no arrival that names it is left in the event
// queue. So an arrival always means the message for which it was scheduled, if that is still there,
// and needs no generation beside the number. This holds as long as each arrival that was returned
// is handed to deliver() once, as step does. Chunks of 16 slots are shared between copies of a
// World until one of them writes.
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/base/cow.h"
#include "sim/base/digest.h"
#include "sim/network/message.h"

namespace brokerlab {

class MessageSlots {
public:
    static constexpr uint32_t kChunk = 16;

    /// An empty slot; the caller fills it.
    uint32_t take();
    /// A slot that holds `packet`, one of the alternatives of Packet; the caller fills in the rest.
    template <class T>
    uint32_t take(T&& packet) {
        const uint32_t slot = take();
        edit(slot).message.packet.template emplace<std::decay_t<T>>(std::forward<T>(packet));
        return slot;
    }
    [[nodiscard]] const MessageSlot& operator[](uint32_t slot) const {
        return (*chunks_[slot / kChunk])[slot % kChunk];
    }
    MessageSlot& edit(uint32_t slot) { return chunks_[slot / kChunk].edit()[slot % kChunk]; }

    /// The message is gone; whoever wanted its packet has moved it out.
    void clear(uint32_t slot);
    /// An arrival that names the slot was scheduled.
    void count_arrival(uint32_t slot) { ++edit(slot).scheduled; }
    /// One of them has run.
    void count_arrived(uint32_t slot);

    [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(chunks_.size()) * kChunk; }

    bool operator==(const MessageSlots&) const = default;
    friend void digest_into(Digest& d, const MessageSlots& slots);

private:
    void give_back_if_unused(uint32_t slot);

    std::vector<Cow<std::vector<MessageSlot>>> chunks_;
    std::vector<uint32_t> free_;  ///< the last is taken first
};

}  // namespace brokerlab
