#include "sim/model/ids.h"

namespace brokerlab {
namespace {

constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::size_t kUuidText = 22;  // 128 bits in groups of 6; the last character holds 2.

}  // namespace

std::string Uuid::to_string() const {
    std::string text(kUuidText, '?');
    for (std::size_t i = 0; i < kUuidText; ++i) {
        const unsigned end = static_cast<unsigned>(6 * (i + 1));  // bits consumed after this one
        unsigned v = 0;
        if (end <= 64) {
            v = static_cast<unsigned>(high >> (64 - end));
        } else if (end <= 69) {
            v = static_cast<unsigned>((high << (end - 64)) | (low >> (128 - end)));
        } else if (end <= 128) {
            v = static_cast<unsigned>(low >> (128 - end));
        } else {
            v = static_cast<unsigned>(low << (end - 128));
        }
        text[i] = kBase64Url[v & 63U];
    }
    return text;
}

Outcome<Uuid> Uuid::parse(std::string_view text) {
    const Failure bad{"'" + std::string(text) +
                      "' is not an id: expected 22 characters of URL-safe base64"};
    if (text.size() != kUuidText) {
        return bad;
    }
    Uuid id;
    for (std::size_t i = 0; i < kUuidText; ++i) {
        const std::size_t v = kBase64Url.find(text[i]);
        if (v == std::string_view::npos) {
            return bad;
        }
        const unsigned width = i + 1 == kUuidText ? 2 : 6;
        const uint64_t bits = width == 2 ? v >> 4 : v;
        id.high = (id.high << width) | (id.low >> (64 - width));
        id.low = (id.low << width) | bits;
    }
    return id;
}

std::string TopicPartition::to_string() const {
    return topic + "-" + std::to_string(partition.value);
}

}  // namespace brokerlab
