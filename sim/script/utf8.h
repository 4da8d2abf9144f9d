// UTF-8: what files must be, so that every message and report made from them is.
#pragma once

#include <cstddef>
#include <string_view>

namespace brokerlab {

/// Offset of the first byte that is no part of a character in UTF-8 (surrogates and overlong forms
/// are none); npos when the whole text is UTF-8.
[[nodiscard]] std::size_t first_not_utf8(std::string_view text);

}  // namespace brokerlab
