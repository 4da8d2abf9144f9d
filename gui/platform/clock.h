// Clock: the seconds by which frames are paced.
#pragma once

#include <chrono>

namespace brokerlab {

/// Of a clock that never goes back, since any moment.
[[nodiscard]] inline double seconds_now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace brokerlab
