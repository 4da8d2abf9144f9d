// FlatMap and FlatSet: sorted vectors with the manners of a map and a set.
//
// Iteration is in key order, always: nothing in sim/ may depend on a hash. Look-up is a binary
// search, insertion and removal move the tail, which for the sizes here (partitions of a broker,
// members of a group) beats a tree and copies as one block.
#pragma once

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <utility>
#include <vector>

#include "sim/base/check.h"
#include "sim/base/digest.h"

namespace brokerlab {

template <class K, class V>
class FlatMap {
public:
    using Item = std::pair<K, V>;
    using iterator = typename std::vector<Item>::iterator;
    using const_iterator = typename std::vector<Item>::const_iterator;

    FlatMap() = default;
    FlatMap(std::initializer_list<Item> items) {
        for (const Item& item : items) {
            insert_or_assign(item.first, item.second);
        }
    }

    [[nodiscard]] iterator begin() { return items_.begin(); }
    [[nodiscard]] iterator end() { return items_.end(); }
    [[nodiscard]] const_iterator begin() const { return items_.begin(); }
    [[nodiscard]] const_iterator end() const { return items_.end(); }
    [[nodiscard]] std::size_t size() const { return items_.size(); }
    [[nodiscard]] bool empty() const { return items_.empty(); }
    void clear() { items_.clear(); }
    void reserve(std::size_t n) { items_.reserve(n); }

    /// The first item whose key is not less than `key`.
    template <class Q>
    [[nodiscard]] iterator lower_bound(const Q& key) {
        return std::lower_bound(items_.begin(), items_.end(), key, KeyLess{});
    }
    template <class Q>
    [[nodiscard]] const_iterator lower_bound(const Q& key) const {
        return std::lower_bound(items_.begin(), items_.end(), key, KeyLess{});
    }
    /// The value at `key`, or nullptr.
    template <class Q>
    [[nodiscard]] V* find(const Q& key) {
        const iterator at = lower_bound(key);
        return at != end() && !(key < at->first) ? &at->second : nullptr;
    }
    template <class Q>
    [[nodiscard]] const V* find(const Q& key) const {
        const const_iterator at = lower_bound(key);
        return at != end() && !(key < at->first) ? &at->second : nullptr;
    }
    template <class Q>
    [[nodiscard]] bool contains(const Q& key) const {
        return find(key) != nullptr;
    }
    /// The value at `key`, which must be there.
    template <class Q>
    [[nodiscard]] const V& at(const Q& key) const {
        const V* v = find(key);
        BL_CHECK(v != nullptr);
        return *v;
    }
    template <class Q>
    [[nodiscard]] V& at(const Q& key) {
        V* v = find(key);
        BL_CHECK(v != nullptr);
        return *v;
    }
    /// The value at `key`, made with its default when there is none.
    V& operator[](const K& key) {
        iterator at = lower_bound(key);
        if (at == end() || key < at->first) {
            at = items_.insert(at, Item(key, V()));
        }
        return at->second;
    }
    void insert_or_assign(const K& key, V value) {
        const iterator at = lower_bound(key);
        if (at == end() || key < at->first) {
            items_.emplace(at, key, std::move(value));
        } else {
            at->second = std::move(value);
        }
    }
    /// True when there was something to remove.
    template <class Q>
    bool erase(const Q& key) {
        const iterator at = lower_bound(key);
        if (at == end() || key < at->first) {
            return false;
        }
        items_.erase(at);
        return true;
    }
    iterator erase(const_iterator from, const_iterator to) { return items_.erase(from, to); }
    template <class Predicate>
    std::size_t erase_if(Predicate predicate) {
        return std::erase_if(items_, predicate);
    }

    bool operator==(const FlatMap&) const = default;
    friend void digest_into(Digest& d, const FlatMap& m) { digest_into(d, m.items_); }

private:
    struct KeyLess {
        template <class Q>
        bool operator()(const Item& item, const Q& key) const {
            return item.first < key;
        }
    };

    std::vector<Item> items_;
};

template <class K>
class FlatSet {
public:
    using const_iterator = typename std::vector<K>::const_iterator;

    FlatSet() = default;
    FlatSet(std::initializer_list<K> keys) {
        for (const K& key : keys) {
            insert(key);
        }
    }

    [[nodiscard]] const_iterator begin() const { return keys_.begin(); }
    [[nodiscard]] const_iterator end() const { return keys_.end(); }
    [[nodiscard]] std::size_t size() const { return keys_.size(); }
    [[nodiscard]] bool empty() const { return keys_.empty(); }
    void clear() { keys_.clear(); }

    template <class Q>
    [[nodiscard]] bool contains(const Q& key) const {
        const const_iterator at = std::lower_bound(keys_.begin(), keys_.end(), key);
        return at != keys_.end() && !(key < *at);
    }
    /// True when the key was not there before.
    bool insert(const K& key) {
        const auto at = std::lower_bound(keys_.begin(), keys_.end(), key);
        if (at != keys_.end() && !(key < *at)) {
            return false;
        }
        keys_.insert(at, key);
        return true;
    }
    template <class Q>
    bool erase(const Q& key) {
        const auto at = std::lower_bound(keys_.begin(), keys_.end(), key);
        if (at == keys_.end() || key < *at) {
            return false;
        }
        keys_.erase(at);
        return true;
    }

    bool operator==(const FlatSet&) const = default;
    friend void digest_into(Digest& d, const FlatSet& s) { digest_into(d, s.keys_); }

private:
    std::vector<K> keys_;
};

}  // namespace brokerlab
