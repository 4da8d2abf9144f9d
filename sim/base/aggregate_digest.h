// The digest of a plain struct, made from its fields in their order.
//
// Any aggregate without a digest_into() of its own gets one here (Boost.PFR reads the fields), so
// that a field that is added can't be forgotten in a digest. Variants are mixed as the number of
// their alternative and its value. Messages and records describe their fields themselves
// (model/schema.h) and keep their own way.
#pragma once

#include <cstddef>
#include <type_traits>
#include <variant>

#include <boost/pfr.hpp>

#include "sim/base/digest.h"

namespace brokerlab {

namespace detail {

struct AnyFieldIo {
    template <class... Arguments>
    void field(Arguments&&...);
};
template <class T>
concept SelfDescribing = requires(AnyFieldIo& io, const T& value) {
    T::describe(io, value);
};

}  // namespace detail

template <class T>
concept PlainStruct = std::is_class_v<T> && std::is_aggregate_v<T> && !detail::SelfDescribing<T>;

template <PlainStruct T>
void digest_into(Digest& d, const T& v) {
    boost::pfr::for_each_field(v, [&d](const auto& field) { digest_into(d, field); });
}

template <class... Alternatives>
void digest_into(Digest& d, const std::variant<Alternatives...>& v) {
    d.mix(v.index());
    std::visit([&d](const auto& held) { digest_into(d, held); }, v);
}
inline void digest_into(Digest&, std::monostate) {}

}  // namespace brokerlab
