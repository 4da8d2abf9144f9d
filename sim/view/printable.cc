#include "sim/view/printable.h"

#include <cstdint>

#include <fmt/format.h>

#include "sim/script/utf8.h"

namespace brokerlab {
namespace {

/// How many of its first bytes are a control character; 0: none. The text is UTF-8.
std::size_t control_size(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<uint8_t>(text[i]); };
    if (byte(0) < 0x20U || byte(0) == 0x7FU) {
        return 1;
    }
    return byte(0) == 0xC2U && text.size() > 1 && byte(1) < 0xA0U ? 2 : 0;
}

void add_escaped(std::string& out, std::string_view bytes) {
    for (const char c : bytes) {
        out += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<uint8_t>(c)));
    }
}

}  // namespace

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    while (!text.empty()) {
        std::string_view good = text.substr(0, first_not_utf8(text));
        text.remove_prefix(good.size());
        while (!good.empty()) {
            const std::size_t control = control_size(good);
            if (control > 0) {
                add_escaped(out, good.substr(0, control));
            } else {
                out += good.front();
            }
            good.remove_prefix(control > 0 ? control : 1);
        }
        if (!text.empty()) {
            add_escaped(out, text.substr(0, 1));
            text.remove_prefix(1);
        }
    }
    return out;
}

}  // namespace brokerlab
