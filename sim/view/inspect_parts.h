// Inspect parts: what the inspections of the kinds of things are made of: rows, numbers and spans
// as text, histories, and replica logs side by side.
//
// inspection.h is what others use; each kind of thing has its own file beside this one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/log/partition_log.h"
#include "sim/model/config.h"
#include "sim/view/inspection.h"
#include "sim/view/sentences.h"

namespace brokerlab {

/// What an inspection is made from.
struct InspectedWorld {
    const World& world;
    const FactList& facts;
};

// ---- Text

/// "10 251".
[[nodiscard]] std::string grouped(int64_t number);
/// An offset; "none" for -1.
[[nodiscard]] std::string offset_text(Offset offset);
/// "400 us", "35 ms", "7.2 s", "never".
[[nodiscard]] std::string span_text(Duration span);
/// "2 ms", "1 ms to 5 ms".
[[nodiscard]] std::string work_time_span(const WorkTime& time);
/// "155", or "155 to 160": most batches of a scenario hold one record.
[[nodiscard]] std::string range_text(int64_t first, int64_t last);
/// "16.0 KiB".
[[nodiscard]] std::string bytes_text(int64_t bytes);
/// "12.345 s"; "never" for kNever.
[[nodiscard]] std::string instant_text(const World& world, SimTime at);
/// "1.2 s ago"; "never" for an instant before the clock began.
[[nodiscard]] std::string ago_text(const World& world, SimTime at);
/// "14.000 s, in 1.2 s"; "overdue" joins what is past.
[[nodiscard]] std::string due_text(const World& world, SimTime at);
/// "Broker 1", "none".
[[nodiscard]] std::string broker_text(BrokerId broker);
/// "{1, 2}".
[[nodiscard]] std::string set_text(const std::vector<BrokerId>& brokers);
/// "1 batch", "2 batches".
[[nodiscard]] std::string counted(std::size_t n, std::string_view one, std::string_view many);
/// As node_name() with a capital, for the ends of things.
[[nodiscard]] std::string title_of(const World& world, NodeId node);

// ---- Rows

[[nodiscard]] Row row(std::string name, std::string value, Tone tone = Tone::kPlain,
                      Thing link = {});
/// A row whose value is a broker that can be selected.
[[nodiscard]] Row broker_row(std::string name, BrokerId broker, Tone tone = Tone::kPlain);
/// What was set, where it is not the default; empty without.
[[nodiscard]] RowsSection config_section(std::string title, const ConfigMap& config);
/// The same for values that are kept as text, of the scope's keys.
[[nodiscard]] RowsSection config_section(std::string title, ConfigScope scope,
                                         const FlatMap<std::string, std::string>& values);
/// Adds a section unless it has nothing in it.
void add_section(Inspection& inspection, RowsSection section);
void add_section(Inspection& inspection, TableSection section);
void add_section(Inspection& inspection, LogsSection section);
void add_section(Inspection& inspection, HistorySection section);

// ---- What happened

/// How many lines of history are shown.
inline constexpr std::size_t kHistoryLines = 24;
/// The fact as a line of a history.
[[nodiscard]] Reason line_of(const World& world, const Fact& fact);
/// The latest facts that `wanted(fact)` takes, of at least the weight of a detail, oldest first.
template <class Wanted>
[[nodiscard]] HistorySection history_of(const InspectedWorld& in, std::string title,
                                        Wanted wanted) {
    HistorySection history{std::move(title), {}};
    for (auto fact = in.facts.rbegin();
         fact != in.facts.rend() && history.lines.size() < kHistoryLines; ++fact) {
        if (weight_of(fact->body) >= Weight::kDetail && wanted(*fact)) {
            history.lines.push_back(line_of(in.world, *fact));
        }
    }
    std::reverse(history.lines.begin(), history.lines.end());
    return history;
}
/// Facts that happened at the node or name it.
[[nodiscard]] bool concerns(const Fact& fact, NodeId node);

// ---- Logs

/// A log that stands beside others.
struct LogBeside {
    Thing replica;
    std::string label;
    Tone tone = Tone::kPlain;
    const PartitionLog* log = nullptr;
    Offset high_watermark;        ///< kNoOffset: unknown to it
    BrokerId broker = kNoBroker;  ///< for the batches' things; none: they can't be selected
    std::vector<int64_t> truncated_to;
};
/// The newest batches of the logs over a common scale; `reference` is the one that they should
/// agree with, or nullptr. `high_watermark` is the partition's.
[[nodiscard]] LogsSection logs_beside(std::string title, const TopicPartition& tp,
                                      const std::vector<LogBeside>& logs,
                                      const PartitionLog* reference, Offset high_watermark);
/// The first offset from which a log is not what `reference` has: another leader epoch, or nothing.
/// Looks at what stands in the window only.
[[nodiscard]] std::optional<int64_t> first_divergence(const LogsSection::Log& log);

/// Whether the partition has the batch for good, which a replica that is down or cut off can't tell
/// by itself: below the partition's high watermark, and the same in the running leader's log, or
/// without one in some log of the ISR. Of a partition that nobody knows, as the replica itself
/// says.
[[nodiscard]] bool is_committed(const World& world, const ReplicaThing& replica,
                                const LoggedBatch& batch);

/// Leader, in sync, alive and out of sync, or gone.
[[nodiscard]] Tone replica_tone(const World& world, const PartitionRegistration& p,
                                BrokerId broker);
/// Where truncations of the replica at this broker ended, the latest few.
[[nodiscard]] std::vector<int64_t> truncations_of(const FactList& facts, const TopicPartition& tp,
                                                  NodeId node);
/// The log of the committed leader, running or not; nullptr without one.
[[nodiscard]] const PartitionLog* leader_log(const World& world, const TopicPartition& tp,
                                             const PartitionRegistration& p);

// ---- The things

[[nodiscard]] Inspection inspect_cluster(const InspectedWorld& in);
[[nodiscard]] Inspection inspect_broker(const InspectedWorld& in, const BrokerThing& thing);
[[nodiscard]] Inspection inspect_controller(const InspectedWorld& in, const ControllerThing& thing);
[[nodiscard]] Inspection inspect_quorum(const InspectedWorld& in);
[[nodiscard]] Inspection inspect_topic(const InspectedWorld& in, const TopicThing& thing);
[[nodiscard]] Inspection inspect_partition(const InspectedWorld& in, const PartitionThing& thing);
[[nodiscard]] Inspection inspect_replica(const InspectedWorld& in, const ReplicaThing& thing);
[[nodiscard]] Inspection inspect_batch(const InspectedWorld& in, const BatchThing& thing);
[[nodiscard]] Inspection inspect_client(const InspectedWorld& in, const ClientThing& thing);
[[nodiscard]] Inspection inspect_producer(const InspectedWorld& in, const ClientHost& host);
[[nodiscard]] Inspection inspect_consumer(const InspectedWorld& in, const ClientHost& host);
[[nodiscard]] Inspection inspect_link(const InspectedWorld& in, const LinkThing& thing);
[[nodiscard]] Inspection inspect_message(const InspectedWorld& in, const MessageThing& thing);
[[nodiscard]] Inspection inspect_fact(const InspectedWorld& in, const FactThing& thing);
[[nodiscard]] Inspection inspect_group(const InspectedWorld& in, const GroupThing& thing);

}  // namespace brokerlab
