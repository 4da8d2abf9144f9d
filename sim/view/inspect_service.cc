// An instance of an order service: what its handler does, its open calls, the ledger of its
// service, then its consumer and its producer as those of other clients.
#include <fmt/format.h>

#include "sim/view/inspect_client.h"
#include "sim/view/printable.h"
#include "sim/view/service_ledger.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostCalls = 40;

RowsSection work_section(const World& world, const ClientHost& host, const ServiceSetup& setup) {
    RowsSection section;
    section.rows.push_back(row("State", client_state_words(host.state)));
    if (host.state == ClientState::kRunning) {
        section.rows.push_back(row("Now", instance_work(world, host)));
    }
    section.rows.push_back(row("Service", setup.name));
    section.rows.push_back(row("Handler", setup.handler));
    if (setup.http) {
        section.rows.push_back(row("HTTP port", fmt::format("{}", *setup.http)));
        section.rows.push_back(row("Calls", grouped(static_cast<int64_t>(host.calls))));
    }
    if (setup.produces) {
        section.rows.push_back(
            row("Writes to", *setup.produces, Tone::kPlain, TopicThing{*setup.produces}));
    }
    section.rows.push_back(row("Time for a record or a call", work_time_span(setup.process)));
    if (setup.group) {
        section.rows.push_back(row("A record that fails", setup.on_error == OnError::kRetry
                                                              ? "is tried again"
                                                              : "is skipped"));
    }
    return section;
}

TableSection calls_table(const World& world, const ServiceInstance& instance) {
    TableSection table{"Calls without an answer", {"Path", "State"}, {}};
    for (const OpenCall& open : instance.open_calls()) {
        if (table.lines.size() == kMostCalls) {
            break;
        }
        table.lines.push_back(
            {{printable(open.call.path),
              !open.handled            ? "worked on until " + instant_text(world, open.due)
              : open.answer.after_acks ? "waits for the acknowledgement of its records"
                                       : "waits for send()"},
             Tone::kPlain,
             {}});
    }
    return table;
}

}  // namespace

Inspection inspect_service(const InspectedWorld& in, const ClientHost& host) {
    const World& world = in.world;
    const ServiceSetup& setup = *host.service();
    Inspection inspection =
        client_header(host, fmt::format("instance of {}, handler {}", setup.name, setup.handler));
    add_section(inspection, work_section(world, host, setup));
    if (const ServiceInstance* instance = host.instance()) {
        add_section(inspection, calls_table(world, *instance));
    }
    add_service_ledger(inspection, in, setup);
    if (const ConsumerClient* consumer = host.consumer()) {
        add_consumer_sections(inspection, world, {"Consumer", {}}, *consumer);
    }
    if (host.produces()) {
        add_producer_sections(inspection, world, host);
    }
    if (setup.group) {
        add_section(inspection, config_section("Consumer configuration", setup.consumer_config));
    }
    const std::optional<NodeId> node = client_node(world, host.name);
    add_section(inspection,
                history_of(in, "History", [&](const Fact& fact) { return fact.node == node; }));
    return inspection;
}

}  // namespace brokerlab
