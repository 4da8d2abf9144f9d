// Zstandard, with libzstd.
//
// Written as zstd-jni's stream writes it for Kafka: a frame without content size and checksum,
// flushed once before its end, so that its last block is an empty one [ZstdCompression]. Several
// frames in a row are read as one content.
#include <zstd.h>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/log/codecs.h"

namespace brokerlab {

namespace {

/// Owns a compression context.
struct Compressor {
    Compressor() { BL_CHECK(context != nullptr); }
    ~Compressor() { ZSTD_freeCCtx(context); }
    Compressor(const Compressor&) = delete;
    Compressor& operator=(const Compressor&) = delete;

    ZSTD_CCtx* context = ZSTD_createCCtx();
};

/// Owns a decompression context.
struct Decompressor {
    Decompressor() { BL_CHECK(context != nullptr); }
    ~Decompressor() { ZSTD_freeDCtx(context); }
    Decompressor(const Decompressor&) = delete;
    Decompressor& operator=(const Decompressor&) = delete;

    ZSTD_DCtx* context = ZSTD_createDCtx();
};

}  // namespace

Bytes zstd_compress(ByteSpan input, int level) {
    const Compressor compressor;
    const std::size_t set =
        ZSTD_CCtx_setParameter(compressor.context, ZSTD_c_compressionLevel, level);
    BL_CHECK(ZSTD_isError(set) == 0);
    constexpr std::size_t kEmptyLastBlock = 3;
    Bytes packed(ZSTD_compressBound(input.size()) + kEmptyLastBlock);
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    ZSTD_outBuffer out{packed.data(), packed.size(), 0};
    // The first directive must not be "end": libzstd would then know the size, choose other
    // parameters for it and write it into the frame.
    for (const ZSTD_EndDirective directive : {ZSTD_e_continue, ZSTD_e_flush, ZSTD_e_end}) {
        std::size_t left = 0;
        do {
            left = ZSTD_compressStream2(compressor.context, &out, &in, directive);
            BL_CHECK(ZSTD_isError(left) == 0);
        } while (directive == ZSTD_e_continue ? in.pos < in.size : left != 0);
    }
    packed.resize(out.pos);
    return packed;
}

Outcome<Bytes> zstd_decompress(ByteSpan input, std::size_t max_size) {
    const Decompressor decompressor;
    BoundedOutput unpacked(max_size);
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    std::size_t wanted = 1;
    while (wanted != 0 || in.pos < in.size) {
        const std::span<uint8_t> room = unpacked.room();
        const std::size_t before = in.pos;
        ZSTD_outBuffer out{room.data(), room.size(), 0};
        wanted = ZSTD_decompressStream(decompressor.context, &out, &in);
        if (ZSTD_isError(wanted) != 0) {
            return Failure{
                fmt::format("is damaged after byte {}: {}", before, ZSTD_getErrorName(wanted))};
        }
        unpacked.wrote(out.pos);
        if (unpacked.exceeded()) {
            return larger_than_allowed(max_size);
        }
        if (wanted != 0 && in.pos == before && out.pos == 0) {
            return Failure{fmt::format("ends after {} bytes, inside a frame", input.size())};
        }
    }
    return unpacked.take();
}

}  // namespace brokerlab
