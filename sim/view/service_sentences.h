// Sentences and labels of the facts about order services: parts of those of all facts.
#pragma once

#include <string>
#include <string_view>

#include "sim/model/facts.h"
#include "sim/world/world.h"

namespace brokerlab {

/// "placed", "charged", "mailed" ...: a word for a mark or a column.
[[nodiscard]] std::string_view deed_word(Deed deed);

/// "orders-0 at 5".
[[nodiscard]] std::string place_text(const RecordPlace& place);

/// Sentences without their full stops; `node` is the instance.
[[nodiscard]] std::string tell(const World& world, NodeId node, const ServiceActed& fact);
[[nodiscard]] std::string tell(const World& world, NodeId node, const ServiceFailed& fact);
[[nodiscard]] std::string tell(const World& world, NodeId node, const HttpAnswered& fact);
[[nodiscard]] std::string tell(const World& world, NodeId node, const HttpUnanswered& fact);

/// A few words for a mark on a lane.
[[nodiscard]] std::string label(const ServiceActed& fact);
[[nodiscard]] std::string label(const ServiceFailed& fact);
[[nodiscard]] std::string label(const HttpAnswered& fact);
[[nodiscard]] std::string label(const HttpUnanswered& fact);

}  // namespace brokerlab
