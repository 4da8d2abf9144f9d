// Why an application seeks, in the words of the fact PositionReset: told apart by who tells causes.
#pragma once

#include <string_view>

namespace brokerlab {

/// A record failed and is to be tried again: ConsumerClient::retry_record().
inline constexpr std::string_view kSeeksBackToUndone =
    "its application goes back to what it is not done with";

}  // namespace brokerlab
