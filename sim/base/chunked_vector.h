// ChunkedVector<T>: an append-only vector whose copies share all that is full.
//
// Elements sit in chunks of 256, full chunks in groups of 64 chunks. Chunks and groups are behind
// Cow, so after a copy a push_back clones the last chunk and the last group only: a log of a
// million batches is copied and appended to in a microsecond or two. Elements change only by
// push_back and truncate.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include "sim/base/check.h"
#include "sim/base/cow.h"
#include "sim/base/digest.h"

namespace brokerlab {

template <class T>
class ChunkedVector {
public:
    static constexpr std::size_t kChunk = 256;  ///< elements in a full chunk
    static constexpr std::size_t kGroup = 64;   ///< chunks in a full group

    [[nodiscard]] std::size_t size() const { return sealed_ + tail_->size(); }
    [[nodiscard]] bool empty() const { return size() == 0; }

    const T& operator[](std::size_t i) const {
        return i >= sealed_ ? (*tail_)[i - sealed_] : (*chunk_at(i / kChunk))[i % kChunk];
    }
    [[nodiscard]] const T& front() const { return (*this)[0]; }
    [[nodiscard]] const T& back() const { return (*this)[size() - 1]; }

    void push_back(T item) {
        if (tail_->size() == kChunk) {
            seal_tail();
        }
        tail_.edit().push_back(std::move(item));
    }

    /// Drops the elements from index `n` on; `n` must not be above size().
    void truncate(std::size_t n) {
        BL_CHECK(n <= size());
        if (n == 0) {
            clear();
            return;
        }
        if (n <= sealed_) {  // Even at a chunk's end: equal contents are always laid out alike.
            const std::size_t last_chunk = (n - 1) / kChunk;
            Cow<Chunk> last = chunk_at(last_chunk);
            keep_sealed(last_chunk);
            tail_ = std::move(last);
        }
        if (n - sealed_ < tail_->size()) {
            Chunk& tail = tail_.edit();
            tail.erase(tail.begin() + static_cast<std::ptrdiff_t>(n - sealed_), tail.end());
        }
    }
    void clear() { *this = ChunkedVector(); }

    /// The index of the first element for which `holds` is true, or size(). The elements must be
    /// partitioned: all that answer false stand before all that answer true.
    template <class Predicate>
    [[nodiscard]] std::size_t first_where(Predicate holds) const {
        std::size_t low = 0;
        std::size_t high = size();
        while (low < high) {
            const std::size_t middle = low + (high - low) / 2;
            if (holds((*this)[middle])) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    friend bool operator==(const ChunkedVector& a, const ChunkedVector& b) {
        return a.sealed_ == b.sealed_ && a.tail_ == b.tail_ && a.groups_ == b.groups_;
    }
    friend void digest_into(Digest& d, const ChunkedVector& v) {
        digest_fields(d, v.groups_, v.tail_);
    }

private:
    using Chunk = std::vector<T>;
    using Group = std::vector<Cow<Chunk>>;

    [[nodiscard]] const Cow<Chunk>& chunk_at(std::size_t chunk) const {
        return (*groups_[chunk / kGroup])[chunk % kGroup];
    }
    void seal_tail() {
        if (groups_.empty() || groups_.back()->size() == kGroup) {
            groups_.emplace_back();
        }
        groups_.back().edit().push_back(std::exchange(tail_, Cow<Chunk>()));
        sealed_ += kChunk;
    }
    /// Keeps the first `chunks` sealed chunks.
    void keep_sealed(std::size_t chunks) {
        groups_.resize((chunks + kGroup - 1) / kGroup);
        if (chunks % kGroup != 0) {
            groups_.back().edit().resize(chunks % kGroup);
        }
        sealed_ = chunks * kChunk;
    }

    std::vector<Cow<Group>> groups_;
    Cow<Chunk> tail_;
    std::size_t sealed_ = 0;
};

}  // namespace brokerlab
