#include "sim/kernel/sim_time.h"

#include <array>
#include <string_view>

#include <fmt/format.h>

namespace brokerlab {
namespace {

struct Unit {
    Duration length;
    std::string_view name;
};
constexpr std::array<Unit, 6> kUnits = {
    {{24_h, "d"}, {1_h, "h"}, {1_min, "min"}, {1_s, "s"}, {1_ms, "ms"}, {1_us, "us"}}};

}  // namespace

std::string to_string(SimTime t) {
    const int64_t ms = t.to_ms();
    const int64_t magnitude = ms < 0 ? -ms : ms;  // Milliseconds of 64-bit nanoseconds: it fits.
    return fmt::format("{}{}.{:03} s", ms < 0 ? "-" : "", magnitude / 1000, magnitude % 1000);
}

std::string to_string(Duration d) {
    if (d == Duration()) {
        return "0 s";
    }
    if (d == kForever) {
        return "forever";
    }
    for (const Unit& unit : kUnits) {
        if (d % unit.length == Duration()) {
            return fmt::format("{} {}", d / unit.length, unit.name);
        }
    }
    return fmt::format("{} ns", d.ns);
}

}  // namespace brokerlab
