// HttpCall: a call of a service's HTTP entry, and its answer. Only what the seed systems use of
// HTTP: a path with a query, a body, a status.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace brokerlab {

struct HttpCall {
    uint64_t number = 1;  ///< counts the calls of the instance, over all its lives
    std::string path;     ///< as it was called: "/new?email=ana@shop.com&amount=10"
    std::string body;

    /// What stands before the query.
    [[nodiscard]] std::string_view route() const;
    /// A field of the query, else of a body that is a form; decoded.
    [[nodiscard]] std::optional<std::string> field(std::string_view name) const;

    bool operator==(const HttpCall&) const = default;
};

inline constexpr int32_t kHttpOk = 200;
inline constexpr int32_t kHttpBadRequest = 400;
inline constexpr int32_t kHttpNotFound = 404;
inline constexpr int32_t kHttpServerError = 500;

struct HttpAnswer {
    int32_t status = kHttpOk;
    std::string body;
    /// The handler waits for the acknowledgement of what it sent: send().get().
    bool after_acks = false;

    bool operator==(const HttpAnswer&) const = default;
};

}  // namespace brokerlab
