// Goal: what a run goes on for. One way to say it for the app, lessons and the command line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "sim/kernel/sim_time.h"
#include "sim/query/expression.h"

namespace brokerlab {

/// The run stops where the first of these is reached.
struct Goal {
    Duration limit;                                  ///< after time 0; everything up to it runs
    std::optional<Expression> until = std::nullopt;  ///< holds
    std::optional<std::size_t> fact_index =
        std::nullopt;       ///< a fact of this kind happens (index in FactBody)
    bool any_mark = false;  ///< any mark happens

    bool operator==(const Goal&) const = default;
};

/// Why a run stopped.
enum class StopReason : uint8_t { kHolds, kBreakpoint, kLimit };

}  // namespace brokerlab
