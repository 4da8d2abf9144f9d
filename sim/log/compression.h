// Kafka's compression codecs for the record section of a batch.
//
// The bytes of a codec are the same in every build: fixed levels, no dictionaries. They follow
// what Kafka's own writer does (framing, block sizes, header bytes), so that a batch of the lab
// looks like one of Kafka's [common/compress]. Decompression takes any bytes: what is malformed,
// truncated, followed by something else or larger than the caller allows is a Failure, never a
// crash. Not modelled: the streams' reading in chunks, and LZ4's broken header checksum of the
// message formats before v2.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/base/bytes.h"
#include "sim/base/outcome.h"

namespace brokerlab {

/// The value is that of bits 0 to 2 of a batch's attributes [CompressionType].
enum class CompressionCodec : uint8_t { kNone = 0, kGzip = 1, kSnappy = 2, kLz4 = 3, kZstd = 4 };

/// "none", "gzip", "snappy", "lz4", "zstd": as in compression.type. "unknown" for the ids 5 to 7,
/// which the attributes of a damaged batch can hold.
std::string_view codec_name(CompressionCodec codec);
std::optional<CompressionCodec> codec_named(std::string_view name);

/// The level that Kafka takes when the config names none: gzip -1, lz4 9, zstd 3; 0 for the
/// codecs without levels.
int default_level(CompressionCodec codec);
/// Whether compression.CODEC.level may be `level`; for a codec without levels, whatever it is.
bool level_allowed(CompressionCodec codec, int level);

/// `level` must be allowed and `input` less than 2 GiB, as every batch is.
Bytes compress(CompressionCodec codec, ByteSpan input, int level);
/// At the codec's default level.
Bytes compress(CompressionCodec codec, ByteSpan input);

/// The original bytes, or why `input` has none or has more than `max_size` of them. Takes memory
/// in proportion to the input and to what it really unpacks to, whatever it claims. `codec` may be
/// of a damaged batch too.
Outcome<Bytes> decompress(CompressionCodec codec, ByteSpan input, std::size_t max_size);

}  // namespace brokerlab
