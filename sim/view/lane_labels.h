// Lane labels: a fact in the few words that stand beside its mark on a timeline.
//
// Shorter than its sentence (sentences.h): the lane already says where it happened.
#pragma once

#include <string>
#include <string_view>

#include "sim/model/facts.h"
#include "sim/world/world.h"

namespace brokerlab {

/// "leads orders-0, epoch 2".
[[nodiscard]] std::string lane_label(const World& world, const Fact& fact);

/// A kind of fact in words: "a leader changes", by its index in FactBody. For menus.
[[nodiscard]] std::string_view fact_kind_words(std::size_t fact_index);

}  // namespace brokerlab
