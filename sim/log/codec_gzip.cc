// gzip (RFC 1952), with zlib.
//
// Kafka writes it with Java's GZIPOutputStream: a ten-byte header without name or time whose
// system byte is 255 (unknown), one member, nothing after it. Like Java's reader it takes several
// members in a row; unlike it, it refuses bytes after the last member instead of ignoring them.
#include <zlib.h>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/log/codecs.h"

namespace brokerlab {

namespace {

constexpr int kWindowBitsWithGzipHeader = 15 + 16;
constexpr int kDefaultMemory = 8;
constexpr std::size_t kExtraFlagsAt = 8;
constexpr std::size_t kSystemAt = 9;

/// Owns an inflate stream, whichever way the function that reads from it ends.
struct Inflater {
    Inflater() { BL_CHECK(inflateInit2(&stream, kWindowBitsWithGzipHeader) == Z_OK); }
    ~Inflater() { inflateEnd(&stream); }
    Inflater(const Inflater&) = delete;
    Inflater& operator=(const Inflater&) = delete;

    z_stream stream{};
};

}  // namespace

Bytes gzip_compress(ByteSpan input, int level) {
    z_stream stream{};
    BL_CHECK(deflateInit2(&stream, level, Z_DEFLATED, kWindowBitsWithGzipHeader, kDefaultMemory,
                          Z_DEFAULT_STRATEGY) == Z_OK);
    Bytes out(deflateBound(&stream, static_cast<uLong>(input.size())));
    stream.next_in = const_cast<Bytef*>(input.data());  // zlib only reads it.
    stream.avail_in = static_cast<uInt>(input.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    const int ended = deflate(&stream, Z_FINISH);
    BL_CHECK(ended == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    // zlib marks the level and the system in the header, Java neither [JDK's GZIPOutputStream].
    out[kExtraFlagsAt] = 0;
    out[kSystemAt] = 0xff;
    return out;
}

Outcome<Bytes> gzip_decompress(ByteSpan input, std::size_t max_size) {
    Inflater inflater;
    z_stream& stream = inflater.stream;
    BoundedOutput out(max_size);
    stream.next_in = const_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    while (true) {
        const std::span<uint8_t> room = out.room();
        stream.next_out = room.data();
        stream.avail_out = static_cast<uInt>(room.size());
        const int result = inflate(&stream, Z_NO_FLUSH);
        out.wrote(room.size() - stream.avail_out);
        if (out.exceeded()) {
            return larger_than_allowed(max_size);
        }
        if (result == Z_STREAM_END) {
            if (stream.avail_in == 0) {
                return out.take();
            }
            BL_CHECK(inflateReset(&stream) == Z_OK);
        } else if (result == Z_BUF_ERROR ||
                   (result == Z_OK && stream.avail_in == 0 && stream.avail_out != 0)) {
            return Failure{fmt::format("ends after {} bytes, before its own end", input.size())};
        } else if (result != Z_OK) {
            return Failure{fmt::format("is damaged at byte {}: {}", input.size() - stream.avail_in,
                                       stream.msg != nullptr ? stream.msg : "not readable")};
        }
    }
}

}  // namespace brokerlab
