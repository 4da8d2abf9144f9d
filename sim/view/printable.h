// Text that may have come from outside, as a record's value has, made fit for a terminal and a
// file.
#pragma once

#include <string>
#include <string_view>

namespace brokerlab {

/// The text with its control characters (C0, DEL and C1) and with bytes that are no UTF-8 escaped
/// as \xHH, byte by byte; all else as it is. No terminal takes anything of it for a command.
[[nodiscard]] std::string printable(std::string_view text);

}  // namespace brokerlab
