// The text that kafka-dump-log prints of a log's files, line for line.
//
// Pure: bytes in, text out; the front ends read files and print. Kafka prints findings (mismatched
// index entries, gaps between offsets) to standard error after the files: they are in `findings`.
// Unlike Kafka's tool a file that is damaged half-way never ends in a stack trace: what is readable
// is printed, then a finding names the position. [core kafka/tools/DumpLogSegments.scala]
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/bytes.h"
#include "sim/log/record.h"

namespace brokerlab {

/// Shows a record's key and value: the two texts, either of which may be missing.
struct DecodedPayload {
    std::optional<std::string> key;
    std::optional<std::string> payload;
};
using PayloadDecoder = DecodedPayload (*)(const RecordContent& record);
/// Key and value as the text that their bytes are: kafka-dump-log's default.
[[nodiscard]] DecodedPayload decode_payload_as_text(const RecordContent& record);

struct DumpOptions {
    bool print_data_log = false;        ///< --print-data-log; goes with deep_iteration
    bool deep_iteration = false;        ///< --deep-iteration: show the records of each batch
    bool skip_record_metadata = false;  ///< --skip-record-metadata
    bool verify_index_only = false;     ///< --verify-index-only: no entries, only findings
    bool index_sanity_check = false;    ///< --index-sanity-check
    int64_t max_bytes = std::numeric_limits<int32_t>::max();  ///< --max-bytes of a .log file
    PayloadDecoder decoder = decode_payload_as_text;
};

struct DumpText {
    std::string text;
    std::vector<std::string> findings;
};

/// The files of a segment that a dump of one of them looks at.
struct DumpInput {
    std::string path;  ///< as the user named it: stands in the text
    std::string name;  ///< file name without folder: its ending says what it is
    ByteSpan bytes;
    ByteSpan log;  ///< the `.log` beside an index; empty when there is none
};

/// Dumps one file: .log, .checkpoint (a metadata snapshot), .index, .timeindex, .snapshot or
/// .txnindex. Another ending is a finding.
[[nodiscard]] DumpText dump_log_file(const DumpInput& input, const DumpOptions& options);

}  // namespace brokerlab
