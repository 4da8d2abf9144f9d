// The four codecs behind compression.h, one file each, and the bounded output that they fill.
//
// For compression.cc only. A codec gets input of less than 2 GiB and a level that is allowed. Its
// failures are the end of a sentence that begins with "The gzip data".
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/base/bytes.h"
#include "sim/base/outcome.h"

namespace brokerlab {

/// Collects output whose size is not known beforehand and must not exceed a limit. It grows by
/// doubling and has room for one byte above the limit, so that reaching it and passing it differ.
class BoundedOutput {
public:
    explicit BoundedOutput(std::size_t max_size) : max_size_(max_size) {}

    /// Space for more output, never empty unless exceeded().
    std::span<uint8_t> room();
    /// The first `n` bytes of the last room() are output now.
    void wrote(std::size_t n) { used_ += n; }
    [[nodiscard]] bool exceeded() const { return used_ > max_size_; }
    [[nodiscard]] std::size_t size() const { return used_; }
    [[nodiscard]] std::size_t max_size() const { return max_size_; }
    Bytes take();

private:
    std::size_t max_size_;
    std::size_t used_ = 0;
    Bytes bytes_;
};

Failure larger_than_allowed(std::size_t max_size);

Bytes gzip_compress(ByteSpan input, int level);
Outcome<Bytes> gzip_decompress(ByteSpan input, std::size_t max_size);

Bytes snappy_compress(ByteSpan input);
Outcome<Bytes> snappy_decompress(ByteSpan input, std::size_t max_size);

Bytes lz4_compress(ByteSpan input, int level);
Outcome<Bytes> lz4_decompress(ByteSpan input, std::size_t max_size);

Bytes zstd_compress(ByteSpan input, int level);
Outcome<Bytes> zstd_decompress(ByteSpan input, std::size_t max_size);

}  // namespace brokerlab
