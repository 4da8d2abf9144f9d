// The loop of boot() (play.h), a template because its caller watches every move.
#pragma once

#include <utility>

#include "sim/timeline/play.h"
#include "sim/world/boot.h"

namespace brokerlab {

/// Why a boot can't be waited for any longer.
[[nodiscard]] Failure boot_took_too_long(const World& world);

template <class Each>
Outcome<Cursor> boot(const Setup& setup, Each each) {
    Cursor cursor{new_world(setup), 0};
    const Plan nothing;
    Move move;
    while (cursor.world.boot != BootPhase::kDone) {
        if (next_due(cursor, nothing) > SimTime() + kBootLimit) {
            return boot_took_too_long(cursor.world);
        }
        move_on(cursor, nothing, move);
        each(std::as_const(cursor), std::as_const(move));
        if (std::optional<Failure> failure = boot_failure(move.result)) {
            return *std::move(failure);
        }
    }
    return cursor;
}

}  // namespace brokerlab
