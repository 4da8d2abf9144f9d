#include "sim/client/load.h"

#include <algorithm>

namespace brokerlab {
namespace {

constexpr SimTime kLongAgo{detail::kLowest};

}  // namespace

Load::Load(const ProducerSetup& setup, SimTime time_zero, uint64_t first_n, SimTime now)
    : rate_(setup.rate) {
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
    const int64_t count = rate_.in_1000_hours;
    if (count <= 0) {
        next_ = kNever;
        return;
    }
    next_ += Duration(kRatePeriod.ns / count);
    // The remainders add up, so that the k-th record comes at the floor of k/rate exactly.
    carry_ += kRatePeriod.ns % count;
    if (carry_ >= count) {
        carry_ -= count;
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

void Load::set_rate(Rate rate, SimTime now) {
    while (next_ <= now && next_ <= last_ && next_ != kNever) {
        ++waiting_;
        step();
    }
    rate_ = rate;
    start_at(std::max(now, begin_));
}

}  // namespace brokerlab
