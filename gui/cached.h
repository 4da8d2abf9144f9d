// Cached<T>: what a panel made from a Frame, kept until the Frame says that it has changed.
//
// One key, compared by value: the frame's stamp, or a tuple of the stamp and whatever else the
// value depends on (the selection, a width, the search text).
#pragma once

#include <optional>
#include <utility>

namespace brokerlab {

template <class Key, class Value>
class Cached {
public:
    /// The value for this key; made by `make()` where the key differs from the last one.
    template <class Make>
    const Value& get(const Key& key, Make&& make) {
        if (!value_ || !(key_ == key)) {
            value_.emplace(std::forward<Make>(make)());
            key_ = key;
        }
        return *value_;
    }
    void forget() { value_.reset(); }

private:
    Key key_{};
    std::optional<Value> value_;
};

}  // namespace brokerlab
