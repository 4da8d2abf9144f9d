#include "sim/base/java_hash.h"

#include <cstddef>

namespace brokerlab {
namespace {

constexpr uint32_t kReplacement = 0xfffd;

/// Takes one code point off the front of `text`, which is not empty.
uint32_t take_code_point(std::string_view& text) {
    const auto byte = [&](std::size_t i) { return static_cast<uint8_t>(text[i]); };
    const uint32_t lead = byte(0);
    std::size_t length = 1;
    uint32_t point = lead;
    uint32_t least = 0;
    if (lead >= 0xf0 && lead <= 0xf4) {
        length = 4;
        point = lead & 0x07U;
        least = 0x10000;
    } else if (lead >= 0xe0 && lead < 0xf0) {
        length = 3;
        point = lead & 0x0fU;
        least = 0x800;
    } else if (lead >= 0xc2 && lead < 0xe0) {
        length = 2;
        point = lead & 0x1fU;
        least = 0x80;
    } else if (lead >= 0x80) {
        point = kReplacement;
    }
    bool valid = length <= text.size();
    for (std::size_t i = 1; valid && i < length; ++i) {
        valid = (byte(i) & 0xc0U) == 0x80;
        point = (point << 6U) | (byte(i) & 0x3fU);
    }
    const bool surrogate = point >= 0xd800 && point < 0xe000;
    if (!valid || point < least || point > 0x10ffff || surrogate) {
        length = 1;
        point = kReplacement;
    }
    text.remove_prefix(length);
    return point;
}

}  // namespace

int32_t java_string_hash(std::string_view utf8) {
    uint32_t h = 0;
    while (!utf8.empty()) {
        const uint32_t point = take_code_point(utf8);
        if (point >= 0x10000) {  // A pair of surrogates in UTF-16.
            h = 31 * h + (0xd800 + ((point - 0x10000) >> 10U));
            h = 31 * h + (0xdc00 + ((point - 0x10000) & 0x3ffU));
        } else {
            h = 31 * h + point;
        }
    }
    return static_cast<int32_t>(h);
}

}  // namespace brokerlab
