#include "sim/view/inspect_parts.h"

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/log/record_batch.h"
#include "sim/oracle/log_agreement.h"

namespace brokerlab {
namespace {

/// The config of a table, or what was typed: brokers take keys of topics' defaults too.
bool is_default(ConfigScope scope, std::string_view key, std::string_view value) {
    const ConfigDef* def = find_config(scope, key);
    return def != nullptr && def->fallback == value;
}

}  // namespace

// ---- Text

std::string grouped(int64_t number) {
    std::string text = fmt::format("{}", number);
    const std::size_t first = number < 0 ? 1 : 0;
    for (std::size_t at = text.size(); at > first + 3;) {
        at -= 3;
        text.insert(at, 1, ' ');
    }
    return text;
}

std::string offset_text(Offset offset) {
    return offset == kNoOffset ? "none" : grouped(offset.value);
}

std::string work_time_span(const WorkTime& time) {
    return time.least == time.most
               ? span_text(time.most)
               : fmt::format("{} to {}", span_text(time.least), span_text(time.most));
}

std::string span_text(Duration span) {
    if (span == kForever) {
        return "never";
    }
    if (span.ns < 0) {
        return "-" + span_text(-span);
    }
    if (span == Duration()) {
        return "0 s";
    }
    if (span < 1_ms) {
        return fmt::format("{} us", span.ns / 1000);
    }
    return span < 1_s ? fmt::format("{} ms", span.to_ms())
                      : fmt::format("{}.{} s", span.to_ms() / 1000, span.to_ms() % 1000 / 100);
}

std::string range_text(int64_t first, int64_t last) {
    return first == last ? grouped(first) : fmt::format("{} to {}", grouped(first), grouped(last));
}

std::string bytes_text(int64_t bytes) {
    constexpr int64_t kKiB = 1024;
    constexpr int64_t kMiB = kKiB * kKiB;
    const auto tenths = [bytes](int64_t unit, std::string_view name) {
        return fmt::format("{}.{} {}", bytes / unit, bytes % unit * 10 / unit, name);
    };
    if (bytes < kKiB) {
        return fmt::format("{} B", bytes);
    }
    return bytes < kMiB ? tenths(kKiB, "KiB") : tenths(kMiB, "MiB");
}

std::string instant_text(const World& world, SimTime at) {
    return at == kNever ? "never" : moment_text(world.shown(at)) + " s";
}

std::string ago_text(const World& world, SimTime at) {
    return at.ns < 0 ? "never" : span_text(world.now - at) + " ago";
}

std::string due_text(const World& world, SimTime at) {
    if (at == kNever) {
        return "never";
    }
    return at < world.now
               ? instant_text(world, at) + ", overdue"
               : fmt::format("{}, in {}", instant_text(world, at), span_text(at - world.now));
}

std::string broker_text(BrokerId broker) {
    return broker == kNoBroker ? "none" : fmt::format("Broker {}", broker.value);
}

std::string set_text(const std::vector<BrokerId>& brokers) {
    std::vector<int32_t> ids;
    for (const BrokerId broker : brokers) {
        ids.push_back(broker.value);
    }
    return fmt::format("{{{}}}", fmt::join(ids, ", "));
}

std::string counted(std::size_t n, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", grouped(static_cast<int64_t>(n)), n == 1 ? one : many);
}

std::string title_of(const World& world, NodeId node) {
    std::string name = node_name(world, node);
    if (node.kind != NodeKind::kClient) {
        name.front() = node.kind == NodeKind::kBroker ? 'B' : 'C';
    }
    return name;
}

// ---- Rows

Row row(std::string name, std::string value, Tone tone, Thing link) {
    return {std::move(name), std::move(value), tone, std::move(link)};
}

Row broker_row(std::string name, BrokerId broker, Tone tone) {
    return row(std::move(name), broker_text(broker), tone,
               broker == kNoBroker ? Thing() : BrokerThing{broker});
}

RowsSection config_section(std::string title, ConfigScope scope,
                           const FlatMap<std::string, std::string>& values) {
    RowsSection section{std::move(title), {}};
    for (const auto& [key, value] : values) {
        if (!is_default(scope, key, value)) {
            section.rows.push_back(row(key, value));
        }
    }
    return section;
}

RowsSection config_section(std::string title, const ConfigMap& config) {
    return config_section(std::move(title), config.scope(), config.values());
}

void add_section(Inspection& inspection, RowsSection section) {
    if (!section.rows.empty()) {
        inspection.sections.emplace_back(std::move(section));
    }
}
void add_section(Inspection& inspection, TableSection section) {
    if (!section.lines.empty()) {
        inspection.sections.emplace_back(std::move(section));
    }
}
void add_section(Inspection& inspection, LogsSection section) {
    if (!section.logs.empty()) {
        inspection.sections.emplace_back(std::move(section));
    }
}
void add_section(Inspection& inspection, HistorySection section) {
    if (!section.lines.empty()) {
        inspection.sections.emplace_back(std::move(section));
    }
}

// ---- What happened

Reason line_of(const World& world, const Fact& fact) {
    return {sentence(world, fact), world.shown(fact.at), fact.id, thing_of(world, fact)};
}

bool concerns(const Fact& fact, NodeId node) {
    return fact.node == node ||
           std::visit(
               [&](const auto& body) {
                   if constexpr (requires { body.broker.value; }) {
                       return node == NodeId{NodeKind::kBroker, body.broker.value};
                   } else {
                       return false;
                   }
               },
               fact.body);
}

}  // namespace brokerlab
