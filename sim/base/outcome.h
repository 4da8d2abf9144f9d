// Outcome<T>: a value, or the sentence that says why there is none.
//
// For what a user can get wrong: a file, a batch, a command. The sentence is finished English,
// names the place (a file, a position) when the maker knows it, and is shown as it is.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "sim/base/check.h"

namespace brokerlab {

/// Why something could not be done. `what` is a whole sentence without its full stop.
struct Failure {
    std::string what;

    bool operator==(const Failure&) const = default;
};

template <class T>
class [[nodiscard]] Outcome {
public:
    // Implicit on purpose: `return value;` and `return Failure{...};` read best.
    Outcome(T value) : held_(std::in_place_index<0>, std::move(value)) {}            // NOLINT
    Outcome(Failure failure) : held_(std::in_place_index<1>, std::move(failure)) {}  // NOLINT

    [[nodiscard]] bool ok() const { return held_.index() == 0; }
    explicit operator bool() const { return ok(); }

    [[nodiscard]] const T& value() const& {
        BL_CHECK(ok());
        return *std::get_if<0>(&held_);
    }
    [[nodiscard]] T& value() & {
        BL_CHECK(ok());
        return *std::get_if<0>(&held_);
    }
    [[nodiscard]] T&& value() && {
        BL_CHECK(ok());
        return std::move(*std::get_if<0>(&held_));
    }
    const T& operator*() const& { return value(); }
    T& operator*() & { return value(); }
    T&& operator*() && { return std::move(*this).value(); }
    const T* operator->() const { return &value(); }
    T* operator->() { return &value(); }

    [[nodiscard]] const Failure& failure() const {
        BL_CHECK(!ok());
        return *std::get_if<1>(&held_);
    }

private:
    std::variant<T, Failure> held_;
};

}  // namespace brokerlab
