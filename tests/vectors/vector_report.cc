#include "tests/vectors/vector_report.h"

#include "sim/base/check.h"

namespace brokerlab::vectors {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

uint8_t value_of_digit(char digit) {
    const std::size_t value = kHexDigits.find(digit);
    BL_CHECK(value != std::string_view::npos);
    return static_cast<uint8_t>(value);
}

}  // namespace

void Report::judge(const std::string& name, const std::optional<Difference>& difference) {
    if (!difference) {
        ++passed_;
        return;
    }
    ++failed_;
    if (failed_ == 1) {
        first_difference_ =
            "first case that differs: " + name + "\n  in:       " + difference->where +
            "\n  expected: " + difference->expected + "\n  got:      " + difference->got;
    }
}

std::string Report::text() const {
    std::string text = std::to_string(passed_) + " cases passed";
    std::size_t skipped = 0;
    std::string kinds;
    for (const auto& [kind, count] : skipped_) {
        skipped += count;
        kinds += (kinds.empty() ? "" : ", ") + kind + " " + std::to_string(count);
    }
    text += ", " + std::to_string(skipped) + " skipped";
    if (skipped > 0) {
        text += " (" + kinds + ")";
    }
    if (failed_ > 0) {
        text += ", " + std::to_string(failed_) + " differ\n" + first_difference_;
    } else if (passed_ == 0) {
        text += "\nno case was judged: the file holds none of the kinds that the lab knows";
    }
    return text;
}

Bytes bytes_of_hex(std::string_view hex) {
    BL_CHECK(hex.size() % 2 == 0);
    Bytes bytes;
    bytes.reserve(hex.size() / 2);
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        bytes.push_back(
            static_cast<uint8_t>(value_of_digit(hex[i]) * 16 + value_of_digit(hex[i + 1])));
    }
    return bytes;
}

std::string hex_of_bytes(const Bytes& bytes) {
    std::string hex;
    hex.reserve(bytes.size() * 2);
    for (const uint8_t byte : bytes) {
        hex += kHexDigits[byte >> 4U];
        hex += kHexDigits[byte & 15U];
    }
    return hex;
}

}  // namespace brokerlab::vectors
