// A fact: what happened, where, when, why, and what it says in its fields.
#include <algorithm>
#include <concepts>

#include <fmt/format.h>

#include "sim/view/inspect_parts.h"
#include "sim/view/printable.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostConsequences = 12;

const Fact* find_fact(const FactList& facts, FactId id) {
    const auto at = std::find_if(facts.rbegin(), facts.rend(),
                                 [id](const Fact& fact) { return fact.id == id; });
    return at != facts.rend() ? &*at : nullptr;
}

// What a field of a fact looks like. Values that have no words of their own are left out: the
// sentence has them.
std::optional<Row> field_row(const World&, const char* name, const TopicPartition& tp) {
    return row(name, tp.to_string(), Tone::kPlain, PartitionThing{tp});
}
std::optional<Row> field_row(const World&, const char* name, BrokerId broker) {
    return broker_row(name, broker);
}
std::optional<Row> field_row(const World&, const char* name, Offset offset) {
    return row(name, offset_text(offset));
}
std::optional<Row> field_row(const World&, const char* name, ErrorCode error) {
    return row(name, std::string(error_name(error)),
               error == ErrorCode::kNone ? Tone::kPlain : Tone::kBad);
}
std::optional<Row> field_row(const World&, const char* name, ApiKey api) {
    return row(name, std::string(api_name(api)));
}
std::optional<Row> field_row(const World& world, const char* name, NodeId node) {
    return row(name, node_name(world, node), Tone::kPlain, thing_of(world, node));
}
std::optional<Row> field_row(const World&, const char* name, const std::vector<BrokerId>& brokers) {
    return row(name, set_text(brokers));
}
std::optional<Row> field_row(const World&, const char* name, const std::optional<Duration>& span) {
    return span ? std::optional(row(name, span_text(*span))) : std::nullopt;
}
std::optional<Row> field_row(const World&, const char* name, const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(row(name, printable(text)));
}
std::optional<Row> field_row(const World&, const char* name,
                             const std::optional<RecordPlace>& record) {
    return record ? std::optional(row(name,
                                      fmt::format("{} at {}", record->partition.to_string(),
                                                  offset_text(record->offset)),
                                      Tone::kPlain, PartitionThing{record->partition}))
                  : std::nullopt;
}
std::optional<Row> field_row(const World&, const char* name, bool value) {
    return row(name, value ? "yes" : "no");
}
std::optional<Row> field_row(const World&, const char* name, const std::vector<uint64_t>& ns) {
    if (ns.empty()) {
        return std::nullopt;
    }
    return row(name, ns.size() == 1
                         ? fmt::format("{}", ns.front())
                         : fmt::format("{} to {}, {} in all", ns.front(), ns.back(), ns.size()));
}
template <std::integral Int>
std::optional<Row> field_row(const World&, const char* name, Int value) {
    return row(name, grouped(static_cast<int64_t>(value)));
}
template <StrongType Id>
std::optional<Row> field_row(const World&, const char* name, Id id) {
    return row(name, fmt::format("{}", id.value));
}
template <class Enum>
requires std::is_enum_v<Enum> std::optional<Row> field_row(const World&, const char*, Enum) {
    return std::nullopt;
}

/// The fields by the names that facts give them.
RowsSection fields_section(const World& world, const FactBody& body) {
    RowsSection section{"What it says", {}};
    const auto add = [&](const char* name, const auto& value) {
        if (std::optional<Row> made = field_row(world, name, value)) {
            section.rows.push_back(*std::move(made));
        }
    };
    std::visit(
        [&](const auto& f) {
            if constexpr (requires { f.partition; })
                add("Partition", f.partition);
            if constexpr (requires { f.topic; })
                add("Topic", f.topic);
            if constexpr (requires { f.broker; })
                add("Broker", f.broker);
            if constexpr (requires { f.candidate; })
                add("Candidate", f.candidate);
            if constexpr (requires { f.leader; })
                add("Leader", f.leader);
            if constexpr (requires { f.from; })
                add("From", f.from);
            if constexpr (requires { f.to; })
                add("To", f.to);
            if constexpr (requires { f.epoch; })
                add("Epoch", f.epoch);
            if constexpr (requires { f.unclean; })
                add("Unclean", f.unclean);
            if constexpr (requires { f.by_leader; })
                add("Asked for by the leader", f.by_leader);
            if constexpr (requires { f.pre_vote; })
                add("Pre-vote", f.pre_vote);
            if constexpr (requires { f.first_lost; })
                add("First lost", f.first_lost);
            if constexpr (requires { f.start_offset; })
                add("Start offset", f.start_offset);
            if constexpr (requires { f.log_start; })
                add("Log start offset", f.log_start);
            if constexpr (requires { f.log_end; })
                add("Log end offset", f.log_end);
            if constexpr (requires { f.high_watermark; })
                add("High watermark", f.high_watermark);
            if constexpr (requires { f.replicas; })
                add("Replicas", f.replicas);
            if constexpr (requires { f.silent_for; })
                add("Silent for", f.silent_for);
            if constexpr (requires { f.behind_for; })
                add("Behind for", f.behind_for);
            if constexpr (requires { f.api; })
                add("Api", f.api);
            if constexpr (requires { f.client; })
                add("Client", f.client);
            if constexpr (requires { f.peer; })
                add("Peer", f.peer);
            if constexpr (requires { f.timed_out; })
                add("Timed out", f.timed_out);
            if constexpr (requires { f.id; })
                add("Producer id", f.id);
            if constexpr (requires { f.acks; })
                add("acks", f.acks);
            if constexpr (requires { f.base_offset; })
                add("Base offset", f.base_offset);
            if constexpr (requires { f.ns; })
                add("Records", f.ns);
            if constexpr (requires { f.n; })
                add("Record", f.n);
            if constexpr (requires { f.attempts; })
                add("Attempts", f.attempts);
            if constexpr (requires { f.attempt; })
                add("Attempt", f.attempt);
            if constexpr (requires { f.error; })
                add("Error", f.error);
            if constexpr (requires { f.because; })
                add("Because", f.because);
            if constexpr (requires { f.message; })
                add("Message", f.message);
            if constexpr (requires { f.maybe_appended; })
                add("Outcome unknown", f.maybe_appended);
        },
        body);
    return section;
}

const char* weight_word(Weight weight) {
    switch (weight) {
        case Weight::kNoise:
            return "HAPPENS ALL THE TIME";
        case Weight::kDetail:
            return "DETAIL";
        case Weight::kNormal:
            return "NORMAL";
        case Weight::kMajor:
            return "TURNING POINT";
    }
    return "";
}

/// What else happened in the fact's own event, in the one that caused it, and because of it.
void add_neighbours(Inspection& inspection, const InspectedWorld& in, const Fact& fact) {
    HistorySection cause{"Caused by", {}};
    HistorySection together{"At the same event", {}};
    HistorySection followed{"What followed at once", {}};
    for (const Fact& other : in.facts) {
        if (other.id == fact.id) {
            continue;
        }
        HistorySection* section = other.id.event == fact.cause && fact.cause != kNoEvent ? &cause
                                  : other.id.event == fact.id.event                      ? &together
                                  : other.cause == fact.id.event                         ? &followed
                                                                                         : nullptr;
        if (section != nullptr && section->lines.size() < kMostConsequences) {
            section->lines.push_back(line_of(in.world, other));
        }
    }
    add_section(inspection, std::move(cause));
    add_section(inspection, std::move(together));
    add_section(inspection, std::move(followed));
}

}  // namespace

Inspection inspect_fact(const InspectedWorld& in, const FactThing& thing) {
    const World& world = in.world;
    Inspection inspection;
    const Fact* fact = find_fact(in.facts, thing.fact);
    if (fact == nullptr) {
        inspection.title = "A fact";
        inspection.subtitle = "not at this moment, or too long ago to be kept";
        inspection.badge = "NOT THERE";
        return inspection;
    }
    inspection.title = sentence(world, *fact);
    inspection.subtitle = "at " + instant_text(world, fact->at);
    const Weight weight = weight_of(fact->body);
    inspection.badge = weight_word(weight);
    inspection.badge_tone = weight == Weight::kMajor ? Tone::kWarning : Tone::kPlain;
    RowsSection where;
    if (std::holds_alternative<CommandDone>(fact->body) ||
        std::holds_alternative<CommandRefused>(fact->body)) {
        where.rows.push_back(row("Where", "the lab"));
    } else {
        where.rows.push_back(
            row("Where", title_of(world, fact->node), Tone::kPlain, thing_of(world, fact->node)));
        where.rows.push_back(row("About", thing_text(world, thing_of(world, *fact)), Tone::kPlain,
                                 thing_of(world, *fact)));
    }
    where.rows.push_back(row("Moment", instant_text(world, fact->at)));
    where.rows.push_back(row("Event", grouped(static_cast<int64_t>(fact->id.event.value))));
    where.rows.push_back(
        fact->cause == kNoEvent
            ? row("Scheduled by", "a command")
            : row("Scheduled by event", grouped(static_cast<int64_t>(fact->cause.value))));
    add_section(inspection, std::move(where));
    add_section(inspection, fields_section(world, fact->body));
    add_neighbours(inspection, in, *fact);
    return inspection;
}

}  // namespace brokerlab
