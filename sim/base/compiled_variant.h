// A variant of very many alternatives whose copying, moving, destroying and comparing are compiled
// once.
//
// The compiler writes those out for every alternative in each file that copies or destroys such a
// variant; with fifty messages that is most of what building costs. Beside
//     using Bodies = std::variant<...>;
//     extern template class CompiledVariant<Bodies>;
// in the header goes `template class CompiledVariant<Bodies>;` in one source file. All of <variant>
// works on it, but for variant_size and variant_alternative, which ask for Bodies.
#pragma once

#include <memory>
#include <utility>
#include <variant>

namespace brokerlab {

template <class Variant>
class CompiledVariant : public Variant {
public:
    using Variant::Variant;
    CompiledVariant();
    CompiledVariant(const CompiledVariant& other);
    CompiledVariant(CompiledVariant&& other) noexcept;
    CompiledVariant& operator=(const CompiledVariant& other);
    CompiledVariant& operator=(CompiledVariant&& other) noexcept;
    ~CompiledVariant();

    bool operator==(const CompiledVariant& other) const;
};

template <class Variant>
CompiledVariant<Variant>::CompiledVariant() = default;
template <class Variant>
CompiledVariant<Variant>::CompiledVariant(const CompiledVariant& other) = default;
template <class Variant>
CompiledVariant<Variant>::CompiledVariant(CompiledVariant&& other) noexcept = default;
template <class Variant>
CompiledVariant<Variant>& CompiledVariant<Variant>::operator=(const CompiledVariant& other) {
    return *this = CompiledVariant(other);
}
// By way of construction, which there is code for anyway: assigning each of the alternatives field
// by field would double the code for nothing.
template <class Variant>
CompiledVariant<Variant>& CompiledVariant<Variant>::operator=(CompiledVariant&& other) noexcept {
    if (this != &other) {
        std::destroy_at(this);
        std::construct_at(this, std::move(other));
    }
    return *this;
}
template <class Variant>
CompiledVariant<Variant>::~CompiledVariant() = default;

template <class Variant>
bool CompiledVariant<Variant>::operator==(const CompiledVariant& other) const {
    return static_cast<const Variant&>(*this) == static_cast<const Variant&>(other);
}

}  // namespace brokerlab
