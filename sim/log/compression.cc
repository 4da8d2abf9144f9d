#include "sim/log/compression.h"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/log/codecs.h"

namespace brokerlab {

namespace {

constexpr std::array<std::string_view, 5> kNames = {"none", "gzip", "snappy", "lz4", "zstd"};
constexpr std::size_t kLargestInput = std::numeric_limits<int32_t>::max();

Failure unknown_codec(int id) {
    return {fmt::format("The batch names compression codec {}, and Kafka's codecs end at 4 (zstd)",
                        id)};
}

/// A failure here is the end of a sentence that begins with "The CODEC data".
Outcome<Bytes> decompress_unnamed(CompressionCodec codec, ByteSpan input, std::size_t max_size) {
    switch (codec) {
        case CompressionCodec::kNone:
            if (input.size() > max_size) {
                return larger_than_allowed(max_size);
            }
            return Bytes(input.begin(), input.end());
        case CompressionCodec::kGzip:
            return gzip_decompress(input, max_size);
        case CompressionCodec::kSnappy:
            return snappy_decompress(input, max_size);
        case CompressionCodec::kLz4:
            return lz4_decompress(input, max_size);
        case CompressionCodec::kZstd:
            return zstd_decompress(input, max_size);
    }
    BL_CHECK(false);
}

}  // namespace

std::string_view codec_name(CompressionCodec codec) {
    const auto id = static_cast<std::size_t>(codec);
    return id < kNames.size() ? kNames[id] : "unknown";
}

std::optional<CompressionCodec> codec_named(std::string_view name) {
    const auto* const found = std::find(kNames.begin(), kNames.end(), name);
    if (found == kNames.end()) {
        return std::nullopt;
    }
    return static_cast<CompressionCodec>(found - kNames.begin());
}

int default_level(CompressionCodec codec) {
    switch (codec) {
        case CompressionCodec::kNone:
        case CompressionCodec::kSnappy:
            return 0;
        case CompressionCodec::kGzip:
            return -1;
        case CompressionCodec::kLz4:
            return 9;
        case CompressionCodec::kZstd:
            return 3;
    }
    BL_CHECK(false);
}

bool level_allowed(CompressionCodec codec, int level) {
    switch (codec) {
        case CompressionCodec::kNone:
        case CompressionCodec::kSnappy:
            return true;
        case CompressionCodec::kGzip:
            return level == -1 || (level >= 1 && level <= 9);
        case CompressionCodec::kLz4:
            return level >= 1 && level <= 17;
        case CompressionCodec::kZstd:
            return level >= -131072 && level <= 22;
    }
    BL_CHECK(false);
}

Bytes compress(CompressionCodec codec, ByteSpan input, int level) {
    BL_CHECK(level_allowed(codec, level));
    BL_CHECK(input.size() <= kLargestInput);
    switch (codec) {
        case CompressionCodec::kNone:
            return {input.begin(), input.end()};
        case CompressionCodec::kGzip:
            return gzip_compress(input, level);
        case CompressionCodec::kSnappy:
            return snappy_compress(input);
        case CompressionCodec::kLz4:
            return lz4_compress(input, level);
        case CompressionCodec::kZstd:
            return zstd_compress(input, level);
    }
    BL_CHECK(false);
}

Bytes compress(CompressionCodec codec, ByteSpan input) {
    return compress(codec, input, default_level(codec));
}

Outcome<Bytes> decompress(CompressionCodec codec, ByteSpan input, std::size_t max_size) {
    if (static_cast<std::size_t>(codec) >= kNames.size()) {
        return unknown_codec(static_cast<int>(codec));
    }
    if (input.size() > kLargestInput) {
        return Failure{"The compressed data is 2 GiB or larger, more than a record batch can hold"};
    }
    Outcome<Bytes> result = decompress_unnamed(codec, input, max_size);
    if (!result.ok()) {
        return Failure{fmt::format(
            "The {} data {}", codec == CompressionCodec::kNone ? "uncompressed" : codec_name(codec),
            result.failure().what)};
    }
    return result;
}

std::span<uint8_t> BoundedOutput::room() {
    constexpr std::size_t kFirst = 4096;
    constexpr std::size_t kLargestPiece = std::size_t{1} << 30;  // zlib counts in 32 bits.
    if (used_ == bytes_.size() && !exceeded()) {
        // The limit may be the largest size_t; then there is no byte above it, nor memory for it.
        const std::size_t most = max_size_ + (max_size_ < bytes_.max_size() ? 1 : 0);
        bytes_.resize(std::min(most, std::max(kFirst, 2 * used_)));
    }
    return std::span(bytes_).subspan(used_, std::min(bytes_.size() - used_, kLargestPiece));
}

Bytes BoundedOutput::take() {
    bytes_.resize(used_);
    return std::move(bytes_);
}

Failure larger_than_allowed(std::size_t max_size) {
    return {fmt::format("holds more than the {} bytes that are allowed", max_size)};
}

}  // namespace brokerlab
