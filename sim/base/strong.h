// Strong<Tag, Rep>: an integer that knows what it counts.
//
// A BrokerId can't be passed for an Offset. Ids compare and hash (digest.h) and nothing else;
// quantities (Countable) also step and subtract, as an offset does. No implicit conversion in
// either direction: `value` is the way out, the constructor the way in.
#pragma once

#include <compare>
#include <concepts>

namespace brokerlab {

/// Holds for a tag that declares `static constexpr bool kCountable = true`; the tag of an id needs
/// no definition at all.
template <class Tag>
concept CountableTag = Tag::kCountable;

template <class Tag, std::integral Rep_>
struct Strong {
    using Rep = Rep_;

    Rep value{};

    constexpr Strong() = default;
    constexpr explicit Strong(Rep v) : value(v) {}

    friend constexpr bool operator==(Strong, Strong) = default;
    friend constexpr auto operator<=>(Strong, Strong) = default;

    friend constexpr Strong operator+(Strong a, Rep n) requires CountableTag<Tag> {
        return Strong(static_cast<Rep>(a.value + n));
    }
    friend constexpr Strong operator-(Strong a, Rep n) requires CountableTag<Tag> {
        return Strong(static_cast<Rep>(a.value - n));
    }
    friend constexpr Rep operator-(Strong a, Strong b) requires CountableTag<Tag> {
        return static_cast<Rep>(a.value - b.value);
    }
    constexpr Strong& operator++() requires CountableTag<Tag> {
        ++value;
        return *this;
    }
};

template <class T>
inline constexpr bool kIsStrong = false;
template <class Tag, class Rep>
inline constexpr bool kIsStrong<Strong<Tag, Rep>> = true;

template <class T>
concept StrongType = kIsStrong<T>;

}  // namespace brokerlab
