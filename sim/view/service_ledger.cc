#include "sim/view/service_ledger.h"

#include <algorithm>

#include <fmt/format.h>

#include "sim/view/group_sentences.h"
#include "sim/view/inspect_client.h"
#include "sim/view/printable.h"
#include "sim/view/service_sentences.h"

namespace brokerlab {
namespace {

constexpr std::size_t kMostRows = 50;  ///< of a table of the database
constexpr std::size_t kMostDeeds = 20;

const ClientHost& host_of(const World& world, NodeId node) {
    return *world.clients[static_cast<std::size_t>(node.number) - 1];
}

/// What its application does with what poll() returned.
std::string consumer_work(const World& world, const ConsumerClient& consumer) {
    const Application& application = consumer.application();
    switch (application.phase) {
        case Application::Phase::kPolling: {
            const FlatSet<TopicPartition>& paused = consumer.core().paused;
            return paused.empty() ? std::string("waits for records")
                                  : fmt::format("waits for records; leaves {} alone for now",
                                                partitions_text({paused.begin(), paused.end()}));
        }
        case Application::Phase::kWorking: {
            if (application.record >= application.records.size()) {
                return "works on records";
            }
            const PolledRecord& record = application.records[application.record];
            const std::string place = place_text({record.partition, record.offset});
            // Its time is over and it is not done: the handler waits in send().get().
            return application.done_at > world.now
                       ? fmt::format("works on {} until {}", place,
                                     instant_text(world, application.done_at))
                       : fmt::format("waits for acknowledgements, for {}", place);
        }
        case Application::Phase::kCommitting:
            return "commits its offsets";
        case Application::Phase::kClosing:
            return "leaves its group";
    }
    return {};
}

RowsSection counts_section(const World& world, const ServiceSetup& service) {
    const ServiceCounts* found = world.business->counts.find(service.name);
    const ServiceCounts counts = found == nullptr ? ServiceCounts() : *found;
    const auto handled = static_cast<int64_t>(counts.handled);
    const auto failed = static_cast<int64_t>(counts.failed);
    const Tone tone = failed > 0 ? Tone::kWarning : Tone::kPlain;
    RowsSection section{"Ledger of " + service.name, {}};
    if (!service.group) {
        section.rows.push_back(row("Calls handled", grouped(handled)));
        section.rows.push_back(row("Calls failed", grouped(failed), tone));
        return section;
    }
    // A record that fails is either always tried again or always skipped.
    const bool skips = service.on_error == OnError::kSkip;
    section.rows.push_back(row("Records handled", grouped(handled)));
    section.rows.push_back(row("Attempts failed", grouped(failed), tone));
    section.rows.push_back(
        row("Records skipped", grouped(skips ? failed : 0), skips ? tone : Tone::kPlain));
    return section;
}

/// Since its start: what its memory says, which a crash takes.
std::string handled_text(const ClientHost& host) {
    const ServiceInstance* instance = host.instance();
    return instance == nullptr || host.state == ClientState::kCrashed
               ? std::string("-")
               : grouped(static_cast<int64_t>(instance->counts().handled));
}

TableSection instances_table(const World& world, const std::string& service) {
    TableSection table{"Instances", {"Instance", "State", "Handled", "Now"}, {}};
    for (const NodeId node : instances_of(world, service)) {
        const ClientHost& host = host_of(world, node);
        const Inspection head = client_header(host, {});
        table.lines.push_back({{host.name, client_state_word(host.state), handled_text(host),
                                instance_work(world, host)},
                               head.badge_tone == Tone::kGood ? Tone::kPlain : head.badge_tone,
                               ClientThing{host.name}});
    }
    return table;
}

/// A line that says something of the whole table; the other cells stay empty.
TableSection::Line remark(std::string text, std::size_t columns) {
    TableSection::Line line{{std::move(text)}, Tone::kPlain, {}};
    line.cells.resize(columns);
    return line;
}

/// The cells come from records and calls.
TableSection database_table(const std::string& name, const DatabaseTable& table) {
    TableSection section{"Table " + name, table.columns, {}};
    for (const auto& [key, cells] : table.rows) {
        if (section.lines.size() == kMostRows) {
            section.lines.push_back(
                remark(fmt::format("and {} more",
                                   grouped(static_cast<int64_t>(table.rows.size() - kMostRows))),
                       table.columns.size()));
            break;
        }
        TableSection::Line line;
        for (const std::string& cell : cells) {
            line.cells.push_back(printable(cell));
        }
        line.cells.resize(table.columns.size());
        section.lines.push_back(std::move(line));
    }
    if (section.lines.empty() && !table.columns.empty()) {
        section.lines.push_back(remark("no rows", table.columns.size()));
    }
    return section;
}

/// What a deed is about: the order's id or the address, or what was logged.
const std::string& object_of(const ServiceActed& deed) {
    return deed.deed == Deed::kLogged ? deed.item : deed.subject;
}

/// The number of the instance: "2" of "stock-service-2".
std::string number_of(const World& world, NodeId node, const std::string& service) {
    const std::string& name = host_of(world, node).name;
    return name.starts_with(service + "-") ? name.substr(service.size() + 1) : name;
}

/// Newest first; each leads to its fact.
TableSection deeds_table(const InspectedWorld& in, const ServiceSetup& service) {
    const bool alone = service.instances == 1;
    TableSection table{"Latest deeds", {"Moment", "Deed", "About", "From"}, {}};
    if (!alone) {
        table.columns.emplace_back("By");
    }
    for (auto fact = in.facts.rbegin(); fact != in.facts.rend() && table.lines.size() < kMostDeeds;
         ++fact) {
        const auto* deed = std::get_if<ServiceActed>(&fact->body);
        if (deed == nullptr || deed->service != service.name) {
            continue;
        }
        TableSection::Line line{
            {moment_text(in.world.shown(fact->at)), std::string(deed_word(deed->deed)),
             printable(object_of(*deed)), deed->from ? place_text(*deed->from) : "an HTTP call"},
            Tone::kPlain,
            FactThing{fact->id}};
        if (!alone) {
            line.cells.push_back(number_of(in.world, fact->node, service.name));
        }
        table.lines.push_back(std::move(line));
    }
    return table;
}

}  // namespace

std::string instance_work(const World& world, const ClientHost& host) {
    const ServiceInstance* instance = host.instance();
    if (instance == nullptr) {
        return "nothing";
    }
    if (instance->consumer()) {
        return consumer_work(world, *instance->consumer());
    }
    const std::size_t calls = instance->open_calls().size();
    return calls == 0 ? std::string("waits for calls")
                      : "works on " + counted(calls, "call", "calls");
}

void add_service_ledger(Inspection& inspection, const InspectedWorld& in,
                        const ServiceSetup& service) {
    add_section(inspection, counts_section(in.world, service));
    add_section(inspection, instances_table(in.world, service.name));
    if (const Cow<Database>* database = in.world.business->databases.find(service.name)) {
        for (const auto& [name, table] : (*database)->tables) {
            add_section(inspection, database_table(name, *table));
        }
    }
    add_section(inspection, deeds_table(in, service));
}

}  // namespace brokerlab
