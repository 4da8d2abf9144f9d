// Cow<T>: a value that is shared until it is edited.
//
// Copying a Cow copies a pointer and counts a reference; edit() clones the value first when
// someone else holds it too. This is what makes a copy of the World cost microseconds. A Cow also
// keeps the digest of its value until the next edit(). The count is not atomic: a World and all
// that it shares belong to one thread. A reference from edit() is good until the Cow is copied or
// edited elsewhere; in a handler it ends with the handler.
#pragma once

#include <cstdint>
#include <utility>

#include "sim/base/digest.h"

namespace brokerlab {

template <class T>
class Cow {
public:
    Cow() : node_(new Node()) {}
    explicit Cow(T value) : node_(new Node(std::move(value))) {}
    // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDelete): see the destructor.
    Cow(const Cow& other) noexcept : node_(other.node_) { ++node_->references; }
    /// Leaves `other` fit for destruction and assignment only.
    Cow(Cow&& other) noexcept : node_(std::exchange(other.node_, nullptr)) {}
    Cow& operator=(const Cow& other) noexcept {
        Cow copy(other);
        std::swap(node_, copy.node_);
        return *this;
    }
    Cow& operator=(Cow&& other) noexcept {
        std::swap(node_, other.node_);
        return *this;
    }
    ~Cow() {
        // Neither g++ 12 nor clang's analyzer can follow the count: where two Cows of one value end
        // in one function, they take the second for a use after the first one's delete.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wuse-after-free"
#endif
        // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDelete)
        if (node_ != nullptr && --node_->references == 0) {
            delete node_;
        }
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
    }

    const T& operator*() const {
        return node_->value;
    }
    const T* operator->() const {
        return &node_->value;
    }

    /// The value for writing; clones it when it is shared, and forgets its digest.
    T& edit() {
        if (node_->references != 1) {
            Node* own = new Node(node_->value);
            --node_->references;
            node_ = own;
        }
        node_->digest_known = false;
        return node_->value;
    }

    /// True when both hold the very same value in memory. Equal values may still answer false.
    [[nodiscard]] bool same(const Cow& other) const {
        return node_ == other.node_;
    }
    [[nodiscard]] bool shared() const {
        return node_->references > 1;
    }

    [[nodiscard]] uint64_t digest() const {
        if (!node_->digest_known) {
            node_->digest = digest_of(node_->value);
            node_->digest_known = true;
        }
        return node_->digest;
    }

    friend bool operator==(const Cow& a, const Cow& b) {
        return a.same(b) || a.node_->value == b.node_->value;
    }
    friend void digest_into(Digest& d, const Cow& c) {
        d.mix(c.digest());
    }

private:
    struct Node {
        Node() = default;
        explicit Node(T v) : value(std::move(v)) {}

        T value{};
        uint64_t digest = 0;
        uint32_t references = 1;
        bool digest_known = false;
    };

    Node* node_;
};

}  // namespace brokerlab
