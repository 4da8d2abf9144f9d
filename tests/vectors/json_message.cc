#include "tests/vectors/json_message.h"

namespace brokerlab::vectors {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::optional<Bytes> decode_base64(std::string_view text) {
    while (text.ends_with('=')) {
        text.remove_suffix(1);
    }
    Bytes bytes;
    uint32_t bits = 0;
    unsigned width = 0;
    for (const char c : text) {
        const std::size_t value = kBase64.find(c);
        if (value == std::string_view::npos) {
            return std::nullopt;
        }
        bits = (bits << 6U) | static_cast<uint32_t>(value);
        width += 6;
        if (width >= 8) {
            width -= 8;
            bytes.push_back(static_cast<uint8_t>(bits >> width));
        }
    }
    return bytes;
}

std::string encode_base64(ByteSpan bytes) {
    std::string text;
    uint32_t bits = 0;
    unsigned width = 0;
    for (const uint8_t byte : bytes) {
        bits = (bits << 8U) | byte;
        width += 8;
        while (width >= 6) {
            width -= 6;
            text += kBase64[(bits >> width) & 63U];
        }
    }
    if (width > 0) {
        text += kBase64[(bits << (6 - width)) & 63U];
    }
    text.resize((text.size() + 3) / 4 * 4, '=');
    return text;
}

}  // namespace brokerlab::vectors
