// Load: when an application's records come: open loop, whatever the producer does.
//
// The k-th record is due at base + k/rate, floored to whole nanoseconds, and stays due until it is
// taken: while send() blocks, arrivals queue. The base is the moment that the application starts
// (or, before it, the start of its setup); a new rate makes a new base and keeps what was due.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/kernel/sim_time.h"
#include "sim/model/setup.h"

namespace brokerlab {

class Load {
public:
    Load() = default;
    /// Nothing comes after `setup.stop`, an arrival at that very moment is the last. `first_n`
    /// counts what came before a restart against setup.count.
    Load(const ProducerSetup& setup, SimTime time_zero, uint64_t first_n, SimTime now);

    /// When the next record that was not taken is or was due; kNever when there is none.
    [[nodiscard]] SimTime next_due() const;
    /// Takes a record; false when none is due at `now`.
    bool take(SimTime now);
    /// From now on.
    void set_rate(Rate rate, SimTime now);

    bool operator==(const Load&) const = default;
    friend void digest_into(Digest& d, const Load& load) {
        digest_fields(d, load.rate_.in_1000_hours, load.begin_, load.next_, load.carry_, load.last_,
                      load.left_, load.waiting_);
    }

private:
    void start_at(SimTime base);
    void step();

    Rate rate_;
    SimTime begin_;  ///< nothing comes before it
    SimTime next_ = kNever;
    int64_t carry_ = 0;  ///< of next_, in units of a nanosecond over the rate
    SimTime last_ = kNever;
    std::optional<uint64_t> left_;  ///< of setup.count
    uint64_t waiting_ = 0;          ///< were due when the rate changed
};

}  // namespace brokerlab
