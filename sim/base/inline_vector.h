// InlineVector<T, N>: a vector of at most N elements that stand in the object itself.
//
// For short lists within values that are copied all the time: a copy asks for no memory. Places
// behind the last element hold T(), so that what was removed leaves no trace. More than N elements
// and places behind the last one are a programmer's error.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>

#include "sim/base/check.h"
#include "sim/base/digest.h"

namespace brokerlab {

template <class T, std::size_t N>
class InlineVector {
public:
    InlineVector() = default;
    InlineVector(std::initializer_list<T> items) {
        for (const T& item : items) {
            push_back(item);
        }
    }

    [[nodiscard]] T* begin() { return items_.data(); }
    [[nodiscard]] T* end() { return items_.data() + size_; }
    [[nodiscard]] const T* begin() const { return items_.data(); }
    [[nodiscard]] const T* end() const { return items_.data() + size_; }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] bool empty() const { return size_ == 0; }
    [[nodiscard]] T& front() { return items_[checked(0)]; }
    [[nodiscard]] const T& front() const { return (*this)[0]; }
    [[nodiscard]] T& back() { return items_[checked(size_ - 1)]; }
    [[nodiscard]] const T& back() const { return (*this)[size_ - 1]; }
    [[nodiscard]] const T& operator[](std::size_t i) const { return items_[checked(i)]; }

    void push_back(const T& item) {
        BL_CHECK(size_ < N);
        items_[size_++] = item;
    }
    /// Removes the first `n`, of which there must be as many.
    void drop_front(std::size_t n) {
        BL_CHECK(n <= size_);
        std::shift_left(begin(), end(), static_cast<std::ptrdiff_t>(n));
        std::fill(end() - n, end(), T());
        size_ -= n;
    }
    void clear() { drop_front(size_); }

    bool operator==(const InlineVector&) const = default;
    /// As of a std::vector of the same elements.
    friend void digest_into(Digest& d, const InlineVector& v) {
        d.mix(v.size_);
        for (const T& item : v) {
            digest_into(d, item);
        }
    }

private:
    /// A place that holds an element; of an empty vector none does, and size_ - 1 is none.
    [[nodiscard]] std::size_t checked(std::size_t i) const {
        BL_CHECK(i < size_);
        return i;
    }

    std::array<T, N> items_{};
    std::size_t size_ = 0;
};

}  // namespace brokerlab
