#include "sim/client/load.h"

#include <algorithm>

namespace brokerlab {
namespace {

constexpr int64_t kNanosecondsIn1000s = 1'000'000'000'000;
constexpr SimTime kLongAgo{detail::kLowest};

}  // namespace

Load::Load(const ProducerSetup& setup, SimTime time_zero, uint64_t first_n, SimTime now)
    : rate_milli_(setup.rate_milli) {
    if (setup.stop) {
        last_ = time_zero + *setup.stop;
    }
    if (setup.count) {
        left_ = *setup.count >= first_n ? *setup.count - first_n + 1 : 0;
    }
    begin_ = std::max(now, time_zero + setup.start);
    start_at(begin_);
}

void Load::start_at(SimTime base) {
    next_ = base;
    carry_ = 0;
    step();
}

void Load::step() {
    if (rate_milli_ <= 0) {
        next_ = kNever;
        return;
    }
    next_ += Duration(kNanosecondsIn1000s / rate_milli_);
    // The remainders add up, so that the k-th record comes at the floor of k/rate exactly.
    carry_ += kNanosecondsIn1000s % rate_milli_;
    if (carry_ >= rate_milli_) {
        carry_ -= rate_milli_;
        next_ += Duration(1);
    }
}

SimTime Load::next_due() const {
    if (left_ == uint64_t{0}) {
        return kNever;
    }
    if (waiting_ > 0) {
        return kLongAgo;
    }
    return next_ <= last_ ? next_ : kNever;
}

bool Load::take(SimTime now) {
    const SimTime due = next_due();
    if (due > now || due == kNever) {
        return false;
    }
    if (waiting_ > 0) {
        --waiting_;
    } else {
        step();
    }
    if (left_) {
        --*left_;
    }
    return true;
}

void Load::set_rate(int64_t rate_milli, SimTime now) {
    while (next_ <= now && next_ <= last_ && next_ != kNever) {
        ++waiting_;
        step();
    }
    rate_milli_ = rate_milli;
    start_at(std::max(now, begin_));
}

}  // namespace brokerlab
