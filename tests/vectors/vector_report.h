// What the checks of the golden vectors share: the report that they fill, and their names.
//
// A check gets one parsed file and judges each case once. The report counts what passed and what
// was skipped by kind, and keeps the first case that differs: the rest is usually the same mistake.
// A file in which no case was judged counts as failed, so that a renamed array can't pass.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "sim/base/bytes.h"

namespace brokerlab::vectors {

using Json = nlohmann::json;

/// Where a case and the lab disagree.
struct Difference {
    std::string where;  ///< which property of the case
    std::string expected;
    std::string got;
};

/// Nothing when both are equal. Works for what nlohmann::json can hold.
template <class T>
[[nodiscard]] std::optional<Difference> differ(std::string where, const T& expected, const T& got) {
    if (expected == got) {
        return std::nullopt;
    }
    return Difference{std::move(where), Json(expected).dump(), Json(got).dump()};
}

class Report {
public:
    /// Judges one case; `difference` is nothing where the lab agrees with Kafka.
    void judge(const std::string& name, const std::optional<Difference>& difference);
    /// A case of a kind that the lab neither reads nor writes.
    void skip(std::string_view kind) { ++skipped_[std::string(kind)]; }

    [[nodiscard]] bool held() const { return passed_ > 0 && failed_ == 0; }
    /// "31 cases passed, 3 skipped (DefaultPrincipalData 3)", then the first difference, if any.
    [[nodiscard]] std::string text() const;

private:
    std::size_t passed_ = 0;
    std::size_t failed_ = 0;
    std::map<std::string, std::size_t> skipped_;
    std::string first_difference_;
};

/// Judges every case of one file.
using Check = void (*)(const Json& file, Report& report);

/// The bytes that hexadecimal text stands for; aborts on anything else, which no file holds.
[[nodiscard]] Bytes bytes_of_hex(std::string_view hex);
[[nodiscard]] std::string hex_of_bytes(const Bytes& bytes);

}  // namespace brokerlab::vectors
