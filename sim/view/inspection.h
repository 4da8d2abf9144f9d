// Inspection: everything worth knowing of one thing at one moment, as sections of plain rows.
//
// What has a shape of its own (logs side by side, bytes of a batch, histories) is a section of its
// own kind; the rest are rows of a name and a value.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "sim/view/explain.h"
#include "sim/view/thing.h"
#include "sim/world/world.h"

namespace brokerlab {

/// What a value means, for its colour; never by colour alone.
enum class Tone : uint8_t { kPlain, kGood, kWarning, kBad, kLeader, kClient, kReplication };

struct Row {
    std::string name;  ///< "High watermark": looked up in the glossary for its hover text
    std::string value;
    Tone tone = Tone::kPlain;
    Thing link;  ///< what a click on the value selects
};
struct RowsSection {
    std::string title;
    std::vector<Row> rows;
};
struct TableSection {
    std::string title;
    std::vector<std::string> columns;
    struct Line {
        std::vector<std::string> cells;
        Tone tone = Tone::kPlain;
        Thing link;
    };
    std::vector<Line> lines;
};
/// The logs of a partition's replicas over a common scale of offsets.
struct LogsSection {
    struct Batch {
        int64_t from = 0;  ///< base offset
        int64_t to = 0;    ///< behind its last record
        int32_t leader_epoch = 0;
        bool diverges = false;  ///< not what the leader has at these offsets
        Thing thing;            ///< a BatchThing
        uint32_t batches = 1;   ///< neighbours of a kind are one block where there are many
    };
    struct Log {
        Thing replica;
        std::string label;  ///< "B2"
        Tone tone = Tone::kPlain;
        int64_t log_start = 0;
        int64_t log_end = 0;
        /// As this replica knows it, one that is down by its disk; -1: it knows none.
        int64_t high_watermark = 0;
        std::vector<Batch> batches;     ///< those in the window
        std::vector<int64_t> segments;  ///< base offsets, in the window
        /// Offsets below these were cut off lately: where a truncation ended.
        std::vector<int64_t> truncated_to;
    };
    std::string title;
    int64_t from = 0;  ///< the window of offsets
    int64_t to = 0;
    /// Of the partition: below it records are committed; -1: nobody knows it.
    int64_t high_watermark = -1;
    std::vector<Log> logs;
};
/// The bytes of a batch, decoded.
struct BytesSection {
    struct Field {
        std::size_t offset = 0;
        std::size_t size = 0;
        std::string name;  ///< "baseOffset"
        std::string value;
    };
    std::string title;
    std::vector<uint8_t> bytes;  ///< at most 4 KiB of them
    std::size_t total = 0;
    std::vector<Field> fields;
};
/// What happened to the thing, newest last.
struct HistorySection {
    std::string title;
    std::vector<Reason> lines;
};
using InspectionSection =
    std::variant<RowsSection, TableSection, LogsSection, BytesSection, HistorySection>;

struct Inspection {
    std::string title;
    std::string badge;  ///< "UNDER-REPLICATED"
    Tone badge_tone = Tone::kPlain;
    std::string subtitle;
    std::vector<InspectionSection> sections;
};

/// `facts` are those up to this moment. Without a thing: the cluster at a glance.
[[nodiscard]] Inspection inspect(const World& world, const FactList& facts, const Thing& thing);

/// What became of the records so far: lost, duplicated, reordered. Reads all logs that count, so it
/// is for when a person asks.
[[nodiscard]] RowsSection inspect_delivery(const World& world);

}  // namespace brokerlab
