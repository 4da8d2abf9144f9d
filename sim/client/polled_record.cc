#include "sim/client/polled_record.h"

#include <algorithm>

#include "sim/log/record.h"

namespace brokerlab {
namespace {

std::optional<std::string> text_of(const std::optional<ByteSpan>& bytes) {
    return bytes ? std::optional<std::string>(std::in_place, bytes->begin(), bytes->end())
                 : std::nullopt;
}

}  // namespace

void append_contents(std::vector<PolledRecord>& records, const TopicPartition& partition,
                     const std::vector<BatchRef>& batches, std::size_t first,
                     const std::vector<OffsetRun>& offsets) {
    const auto wanted = [&offsets](Offset offset) {
        return std::any_of(offsets.begin(), offsets.end(), [offset](const OffsetRun& run) {
            return run.first <= offset && offset <= run.last;
        });
    };
    for (std::size_t i = first; i < batches.size() && !offsets.empty(); ++i) {
        if (header_of(batches[i]).base_offset > offsets.back().last) {
            return;
        }
        const Outcome<DecodedRecords> decoded = decode_records(batches[i]->bytes);
        if (!decoded.ok()) {
            continue;  // Nothing of it was polled either.
        }
        for (const RecordView& record : decoded->records) {
            if (wanted(record.offset)) {
                records.push_back({partition, record.offset, text_of(record.content.key),
                                   text_of(record.content.value)});
            }
        }
    }
}

}  // namespace brokerlab
