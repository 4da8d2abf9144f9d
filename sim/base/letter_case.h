// Letters of the Latin alphabet without regard to their case; everything else is as it is.
#pragma once

namespace brokerlab {

[[nodiscard]] constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] constexpr bool same_letter(char a, char b) {
    return lower(a) == lower(b);
}

}  // namespace brokerlab
