// Random steps for a Play.
#pragma once

#include <rapidcheck.h>

#include <vector>

#include "tests/unit/log/log_play.h"

namespace brokerlab::testing {

/// What producers do comes more often than what befalls a broker.
inline rc::Gen<Step> any_step() {
    const auto common = rc::gen::inRange(0, 8);
    const auto any = rc::gen::inRange(0, static_cast<int>(Do::kCount));
    return rc::gen::build<Step>(
        rc::gen::set(&Step::what, rc::gen::map(rc::gen::oneOf(common, common, common, any),
                                               [](int n) { return static_cast<Do>(n); })),
        rc::gen::set(&Step::a, rc::gen::inRange(0, 64)),
        rc::gen::set(&Step::b, rc::gen::inRange(0, 64)));
}
/// Up to `most` of them.
inline rc::Gen<std::vector<Step>> some_steps(int most) {
    return rc::gen::resize(most, rc::gen::container<std::vector<Step>>(any_step()));
}

}  // namespace brokerlab::testing
