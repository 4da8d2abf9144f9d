// Messages on their way and the links between nodes.
#include <fmt/format.h>

#include "sim/view/inspect_parts.h"
#include "sim/view/message_fields.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostMessages = 40;

struct Kind {
    std::string name;  ///< "Fetch request"
    const RequestHeader* header = nullptr;
};

Kind kind_of(const Packet& packet) {
    if (const auto* request = std::get_if<Request>(&packet)) {
        return {fmt::format("{} request", api_name(request->header.request_api_key)),
                &request->header};
    }
    if (const auto* response = std::get_if<Response>(&packet)) {
        return {fmt::format("{} response", api_name(response->request_header.request_api_key)),
                &response->request_header};
    }
    if (std::holds_alternative<ConnectionRequested>(packet)) {
        return {"Connection requested", nullptr};
    }
    return {std::holds_alternative<ConnectionAccepted>(packet) ? "Connection accepted"
                                                               : "Connection reset",
            nullptr};
}

Row node_row(const World& world, const char* name, NodeId node) {
    return row(name, title_of(world, node), Tone::kPlain, thing_of(world, node));
}

std::string connection_text(const World& world, const ConnectionId& connection) {
    return fmt::format("no. {} that {} opened to {}", connection.ordinal,
                       node_name(world, connection.opener), node_name(world, connection.peer));
}

LinkThing link_of(NodeId a, NodeId b) {
    return {std::min(a, b), std::max(a, b)};
}

/// Held messages and those behind them have no time of arrival.
bool waits(const Message& message) {
    return message.arrives_at == kNever;
}

RowsSection way_section(const World& world, const Message& message, const Kind& kind) {
    RowsSection section;
    section.rows.push_back(node_row(world, "From", message.from));
    section.rows.push_back(node_row(world, "To", message.to));
    section.rows.push_back(row("Sent", fmt::format("{}, {}", instant_text(world, message.sent_at),
                                                   ago_text(world, message.sent_at))));
    section.rows.push_back(waits(message) ? row("Arrives", "waits", Tone::kWarning)
                                          : row("Arrives", due_text(world, message.arrives_at)));
    if (kind.header != nullptr) {
        const RequestHeader& header = *kind.header;
        section.rows.push_back(
            row("Api", fmt::format("{} ({})", api_name(header.request_api_key),
                                   static_cast<int16_t>(header.request_api_key))));
        section.rows.push_back(row("Version", fmt::format("{}", header.request_api_version)));
        section.rows.push_back(
            row("Correlation id", fmt::format("{}", header.correlation_id.value)));
        section.rows.push_back(row("Client id", header.client_id.value_or("none")));
    }
    section.rows.push_back(row("Connection", connection_text(world, message.connection)));
    if (message.from != message.to) {
        const LinkThing link = link_of(message.from, message.to);
        section.rows.push_back(row("Link", "both ways", Tone::kPlain, link));
    }
    return section;
}

/// What was stated in the event that sent it.
HistorySection cause_section(const InspectedWorld& in, const Message& message) {
    HistorySection section{"Sent when", {}};
    for (auto fact = in.facts.rbegin(); fact != in.facts.rend() && fact->at >= message.sent_at;
         ++fact) {
        if (fact->id.event == message.cause && section.lines.size() < kHistoryLines) {
            section.lines.push_back(line_of(in.world, *fact));
        }
    }
    std::reverse(section.lines.begin(), section.lines.end());
    return section;
}

// ---- Links

RowsSection direction_section(const World& world, NodeId from, NodeId to) {
    const LinkState state = world.network->link(from, to);
    RowsSection section{fmt::format("From {} to {}", node_name(world, from), node_name(world, to)),
                        {}};
    section.rows.push_back(
        world.network->passes(from, to)
            ? row("Messages", "get through", Tone::kGood)
            : row("Messages", state.cut ? "are cut off" : "do not get through", Tone::kBad));
    section.rows.push_back(row("Latency", span_text(world.setup->network.latency)));
    if (state.extra_latency > Duration()) {
        section.rows.push_back(
            row("Extra latency", span_text(state.extra_latency), Tone::kWarning));
    }
    if (state.loss_ppm > 0) {
        section.rows.push_back(
            row("Loss",
                fmt::format("{}.{:02} %", state.loss_ppm / 10'000, state.loss_ppm % 10'000 / 100),
                Tone::kWarning));
    }
    return section;
}

TableSection messages_table(const World& world, const LinkThing& thing) {
    TableSection table{"Messages on it", {"Message", "From", "Arrives"}, {}};
    std::size_t all = 0;
    for (const Message* message : world.network->in_flight()) {
        if (link_of(message->from, message->to) != thing) {
            continue;
        }
        ++all;
        if (table.lines.size() < kMostMessages) {
            table.lines.push_back(
                {{kind_of(message->packet).name, node_name(world, message->from),
                  waits(*message) ? "waits" : instant_text(world, message->arrives_at)},
                 waits(*message) ? Tone::kWarning : Tone::kPlain,
                 MessageThing{message->number}});
        }
    }
    if (all > table.lines.size()) {
        table.title = fmt::format("Messages on it, {} of {}", table.lines.size(), all);
    }
    return table;
}

}  // namespace

Inspection inspect_message(const InspectedWorld& in, const MessageThing& thing) {
    const World& world = in.world;
    Inspection inspection;
    const Message* message = world.network->find(thing.number);
    if (message == nullptr) {
        inspection.title = fmt::format("Message {}", thing.number);
        const bool sent = thing.number <= world.network->messages_sent();
        inspection.badge = sent ? "ARRIVED OR LOST" : "NOT SENT YET";
        return inspection;
    }
    const Kind kind = kind_of(message->packet);
    inspection.title = kind.name;
    inspection.subtitle = fmt::format("message {}", thing.number);
    const bool held = world.network->is_held(thing.number);
    inspection.badge = held ? "HELD" : waits(*message) ? "WAITS" : "ON ITS WAY";
    inspection.badge_tone = held || waits(*message) ? Tone::kWarning : Tone::kGood;
    add_section(inspection, way_section(world, *message, kind));
    add_section(inspection, message_fields(message->packet));
    add_section(inspection, cause_section(in, *message));
    return inspection;
}

Inspection inspect_link(const InspectedWorld& in, const LinkThing& thing) {
    const World& world = in.world;
    Inspection inspection;
    if (!exists(world, thing)) {
        inspection.title = "Link";
        inspection.badge = "NOT THERE";
        return inspection;
    }
    inspection.title =
        fmt::format("{} and {}", title_of(world, thing.a), node_name(world, thing.b));
    inspection.subtitle = "link between two nodes";
    const bool there = world.network->passes(thing.a, thing.b);
    const bool back = world.network->passes(thing.b, thing.a);
    inspection.badge = there && back ? "UP" : there || back ? "CUT ONE WAY" : "CUT";
    inspection.badge_tone = there && back ? Tone::kGood : Tone::kBad;
    RowsSection ends{{},
                     {node_row(world, "One end", thing.a), node_row(world, "Other end", thing.b)}};
    add_section(inspection, std::move(ends));
    add_section(inspection, direction_section(world, thing.a, thing.b));
    add_section(inspection, direction_section(world, thing.b, thing.a));
    add_section(inspection, messages_table(world, thing));
    add_section(inspection, history_of(in, "Connections lost", [&](const Fact& fact) {
                    const auto* lost = std::get_if<ConnectionLost>(&fact.body);
                    return lost != nullptr && fact.node != lost->peer &&
                           link_of(fact.node, lost->peer) == thing;
                }));
    return inspection;
}

}  // namespace brokerlab
