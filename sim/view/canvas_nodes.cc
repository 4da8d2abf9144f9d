// Cards: how each node stands, in a word and a line, and where it is put.
#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/base/flat_map.h"
#include "sim/kernel/duration_text.h"
#include "sim/oracle/group_view.h"
#include "sim/view/canvas_parts.h"
#include "sim/view/group_matrix.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

/// So far back the last deed of an instance is looked for.
constexpr std::size_t kDeedsLookedAt = 400;

std::string of_things(int64_t n, const char* one, const char* many) {
    return fmt::format("{} {}", n, n == 1 ? one : many);
}

// ---- Brokers

bool is_stopping(BrokerState state) {
    return state == BrokerState::kPendingControlledShutdown || state == BrokerState::kShuttingDown;
}

/// Nothing registered counts as fenced: nobody counts on it.
bool is_fenced(const World& world, BrokerId broker) {
    const BrokerRegistration* registration = world.committed_metadata().find_broker(broker);
    return registration == nullptr || registration->fenced;
}

NodeLook broker_look(const World& world, const BrokerHost& host) {
    if (!host.has_process()) {
        return host.state == HostState::kOff ? NodeLook::kOff : NodeLook::kDown;
    }
    if (host.state == HostState::kPaused) {
        return NodeLook::kPaused;
    }
    if (host.isolated) {
        return NodeLook::kIsolated;
    }
    const BrokerState state = (**host.process).lifecycle().state;
    if (is_stopping(state)) {
        return NodeLook::kStopping;
    }
    if (state != BrokerState::kRunning) {
        return NodeLook::kStarting;
    }
    return is_fenced(world, host.setup.id) ? NodeLook::kFenced : NodeLook::kRunning;
}

std::vector<std::string> broker_badges(const World& world, const BrokerHost& host, NodeLook look) {
    std::vector<std::string> badges;
    if (look == NodeLook::kDown || look == NodeLook::kOff || look == NodeLook::kPaused ||
        look == NodeLook::kIsolated) {
        // What everybody waits for when a broker is gone: the controller has to notice.
        badges.emplace_back(is_fenced(world, host.setup.id) ? "fenced" : "not fenced yet");
    }
    if (host.isolated && look != NodeLook::kIsolated) {
        badges.emplace_back("isolated");
    }
    if (!host.has_process() && host.disk->failed) {
        badges.emplace_back("disk failed");
    }
    if (host.disk_delay > Duration()) {
        badges.push_back("slow disk " + to_string(host.disk_delay));
    }
    return badges;
}

NodeCard broker_card(const World& world, const BrokerHost& host) {
    NodeCard card;
    card.thing = BrokerThing{host.setup.id};
    card.node = {NodeKind::kBroker, host.setup.id.value};
    card.look = broker_look(world, host);
    card.title = fmt::format("Broker {}", host.setup.id.value);
    card.badges = broker_badges(world, host, card.look);
    return card;
}

/// Once its replicas are counted.
std::string broker_subtitle(const NodeCard& card, const BrokerHost& host) {
    const int32_t replicas = card.leaders + card.in_sync + card.lagging + card.offline;
    const std::string leads =
        replicas == 0 ? "no replicas"
        : card.offline_leaders > 0
            ? fmt::format("still leads {} of {}", card.offline_leaders, replicas)
        : card.offline > 0 ? of_things(replicas, "replica", "replicas")
                           : fmt::format("leads {} of {}", card.leaders, replicas);
    return host.setup.rack ? fmt::format("rack {} · {}", *host.setup.rack, leads) : leads;
}

// ---- Controllers

NodeLook controller_look(const World& world, const ControllerHost& host) {
    if (!host.has_process()) {
        return host.state == HostState::kOff ? NodeLook::kOff : NodeLook::kDown;
    }
    if (host.state == HostState::kPaused) {
        return NodeLook::kPaused;
    }
    if (host.isolated) {
        return NodeLook::kIsolated;
    }
    return world.active_controller() == &**host.process ? NodeLook::kController
                                                        : NodeLook::kRunning;
}

NodeCard controller_card(const World& world, const ControllerHost& host) {
    NodeCard card;
    card.thing = ControllerThing{host.number};
    card.node = {NodeKind::kController, host.number};
    card.look = controller_look(world, host);
    card.title = fmt::format("Controller {}", host.number);
    if (host.has_process()) {
        const RaftNode& raft = (**host.process).raft();
        std::string role(raft_role_name(raft.role()));
        std::transform(role.begin(), role.end(), role.begin(), [](char c) {
            return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        });
        card.subtitle = fmt::format("{} · epoch {}", role, raft.epoch().value);
    } else {
        card.subtitle = fmt::format("epoch {}", host.disk->quorum_state.leader_epoch.value);
    }
    if (host.isolated && card.look != NodeLook::kIsolated) {
        card.badges.emplace_back("isolated");
    }
    return card;
}

// ---- Clients

NodeLook client_look(ClientState state) {
    switch (state) {
        case ClientState::kWaiting:
        case ClientState::kStopped:
            return NodeLook::kWaiting;
        case ClientState::kRunning:
            return NodeLook::kRunning;
        case ClientState::kPaused:
            return NodeLook::kPaused;
        case ClientState::kClosing:
            return NodeLook::kStopping;
        case ClientState::kCrashed:
            return NodeLook::kDown;
    }
    return NodeLook::kWaiting;
}

std::string acks_text(const ConfigMap& config) {
    const std::string_view acks = config.text("acks");
    return fmt::format("acks={}", acks == "-1" ? "all" : acks);
}

std::string producer_subtitle(const ProducerSetup& setup) {
    const std::string acks = acks_text(setup.config);
    if (setup.topic.empty()) {
        return "by hand · " + acks;
    }
    return fmt::format("{} · {} · {}", setup.topic, acks, rate_text(setup.rate));
}

/// How many records a consumer has not read, as far as its last fetches told.
int64_t lag_of(const ConsumerClient& consumer) {
    int64_t lag = 0;
    for (const auto& [partition, position] : consumer.positions()) {
        if (position.next != kNoOffset) {
            lag += std::max<int64_t>(0, position.high_watermark.value - position.next.value);
        }
    }
    return lag;
}

using GroupsNow = FlatMap<std::string, GroupMatrix>;  ///< their rows, by name

std::string partitions_counted(std::size_t n) {
    return of_things(static_cast<int64_t>(n), "partition", "partitions");
}

/// "assigned · lag 12 · 3 partitions", as the group's matrix has it: which group it is of says the
/// frame around it. What a member that was put out takes for its own counts for nothing.
std::string member_subtitle(const GroupMatrix& group, const GroupMemberRow& member) {
    if (member.zombies > 0) {
        return fmt::format("{} · zombie in {}", phase_word(member.phase),
                           partitions_counted(member.zombies));
    }
    return fmt::format("{} · lag {} · {}", phase_word(member.phase),
                       group.is_known() ? std::to_string(member.lag) : "unknown",
                       partitions_counted(member.partitions));
}

/// The row of the client's process, or of the one that is gone; nullptr without either.
const GroupMemberRow* row_of(const GroupMatrix& group, const std::string& name) {
    const auto found =
        std::find_if(group.members.begin(), group.members.end(),
                     [&](const GroupMemberRow& row) { return row.name == name && !row.earlier; });
    return found == group.members.end() ? nullptr : &*found;
}

std::string consumer_subtitle(const ConsumerSetup& setup, const ConsumerClient* process,
                              const std::string& name, const GroupsNow& groups) {
    const GroupMatrix* group = setup.group ? groups.find(*setup.group) : nullptr;
    const GroupMemberRow* row = group == nullptr ? nullptr : row_of(*group, name);
    if (row != nullptr && (process != nullptr || row->counted)) {
        return member_subtitle(*group, *row);
    }
    const std::string what = setup.group     ? "group " + *setup.group
                             : setup.pattern ? *setup.pattern
                                             : fmt::format("{}", fmt::join(setup.topics, ", "));
    return process == nullptr ? what : fmt::format("{} · lag {}", what, lag_of(*process));
}

/// What an instance of a service did last, without its own name: "charges 9.90 for order 7".
std::string last_deed(const World& world, NodeId node, const std::string& name) {
    const ChunkedVector<DoneDeed>& deeds = world.business->deeds;
    const std::size_t oldest = deeds.size() - std::min(deeds.size(), kDeedsLookedAt);
    for (std::size_t i = deeds.size(); i > oldest; --i) {
        const DoneDeed& done = deeds[i - 1];
        if (done.by == node) {
            std::string told = sentence(world, {{}, done.at, node, kNoEvent, done.deed});
            return told.starts_with(name + " ") ? told.substr(name.size() + 1) : told;
        }
    }
    return {};
}

/// "payment · 143 handled · charges 9.90 for order 7". The counts are the service's: of several
/// instances "143 handled by all 2".
std::string service_subtitle(const World& world, const ClientHost& host, NodeId node) {
    const ServiceSetup& setup = *host.service();
    const ServiceCounts* counts = world.business->counts.find(setup.name);
    std::string text = fmt::format("{} handled", counts == nullptr ? 0 : counts->handled);
    if (counts != nullptr && counts->failed > 0) {
        text += fmt::format(", {} failed", counts->failed);
    }
    if (setup.instances > 1) {
        text += fmt::format(" by all {}", setup.instances);
    }
    const std::string deed = last_deed(world, node, host.name);
    return deed.empty() ? fmt::format("{} · {}", setup.handler, text)
                        : fmt::format("{} · {}", text, deed);
}

NodeCard client_card(const World& world, const ClientHost& host, NodeId node,
                     const GroupsNow& groups) {
    NodeCard card;
    card.thing = ClientThing{host.name};
    card.node = node;
    card.look = client_look(host.state);
    card.title = host.name;
    if (const auto* producer = std::get_if<ProducerSetup>(&host.setup)) {
        card.subtitle = producer_subtitle(*producer);
    } else if (const auto* consumer = std::get_if<ConsumerSetup>(&host.setup)) {
        card.subtitle = consumer_subtitle(*consumer, host.consumer(), host.name, groups);
    } else if (host.service() != nullptr) {
        card.subtitle = service_subtitle(world, host, node);
    } else {
        card.subtitle = "Kafka's tools";
    }
    return card;
}

// ---- All of them

/// Brokers of a rack stand together; without racks, all of them. Indices in World::brokers.
struct Racks {
    std::vector<BrokerBlock> blocks;
    std::vector<std::size_t> order;
};
Racks racks_of(const World& world) {
    Racks racks;
    std::vector<std::pair<std::string, std::size_t>> by_rack;
    for (std::size_t i = 0; i < world.brokers.size(); ++i) {
        by_rack.emplace_back(world.brokers[i]->setup.rack.value_or(""), i);
    }
    std::sort(by_rack.begin(), by_rack.end());
    const bool any = !by_rack.empty() && !by_rack.back().first.empty();
    for (std::size_t i = 0; i < by_rack.size(); ++i) {
        if (i == 0 || by_rack[i].first != by_rack[i - 1].first) {
            const std::string& rack = by_rack[i].first;
            racks.blocks.push_back({!any           ? "Brokers"
                                    : rack.empty() ? "Brokers without a rack"
                                                   : "Rack " + rack,
                                    0});
        }
        ++racks.blocks.back().brokers;
        racks.order.push_back(by_rack[i].second);
    }
    return racks;
}

/// Takes the boxes one after the other.
void put_in(std::vector<NodeCard>& cards, const std::vector<CanvasBox>& boxes) {
    for (std::size_t i = 0; i < cards.size(); ++i) {
        cards[i].box = boxes[i];
    }
}
void append(std::vector<NodeCard>& all, std::vector<NodeCard> some) {
    std::move(some.begin(), some.end(), std::back_inserter(all));
}

/// The cards by the part of the picture that they stand in.
struct Parts {
    std::vector<NodeCard> controllers;
    std::vector<NodeCard> admin;
    std::vector<NodeCard> brokers;
    std::vector<NodeCard> producers;
    std::vector<NodeCard> consumers;                                    ///< without a group
    std::vector<std::pair<std::string, std::vector<NodeCard>>> groups;  ///< by name
    bool services = false;  ///< some are among the producers
};

/// The cards of a group, a new one if need be.
std::vector<NodeCard>& members_in(Parts& parts, const std::string& group) {
    const auto found = std::find_if(parts.groups.begin(), parts.groups.end(),
                                    [&](const auto& one) { return one.first == group; });
    if (found != parts.groups.end()) {
        return found->second;
    }
    return parts.groups.emplace_back(group, std::vector<NodeCard>()).second;
}

/// A service that reads stands with the others of its group, one that is only called with the
/// producers.
std::vector<NodeCard>& part_of(Parts& parts, const ClientHost& host) {
    if (const std::string* group = group_of(host)) {
        return members_in(parts, *group);
    }
    if (host.service() != nullptr) {
        parts.services = true;
        return parts.producers;
    }
    return std::holds_alternative<ProducerSetup>(host.setup)   ? parts.producers
           : std::holds_alternative<ConsumerSetup>(host.setup) ? parts.consumers
                                                               : parts.admin;
}

Parts cards_of(const World& world, const GroupsNow& groups) {
    Parts parts;
    for (const Cow<ControllerHost>& host : world.controllers) {
        parts.controllers.push_back(controller_card(world, *host));
    }
    for (const Cow<BrokerHost>& host : world.brokers) {
        parts.brokers.push_back(broker_card(world, *host));
    }
    for (std::size_t i = 0; i < world.clients.size(); ++i) {
        const ClientHost& host = *world.clients[i];
        NodeCard card =
            client_card(world, host, {NodeKind::kClient, static_cast<int32_t>(i) + 1}, groups);
        part_of(parts, host).push_back(std::move(card));
    }
    return parts;
}

GroupsNow groups_now(const World& world) {
    GroupsNow groups;
    for (const std::string& name : all_groups(world)) {
        groups.insert_or_assign(name, make_group_rows(world, name));
    }
    return groups;
}

GroupFrame group_frame(const GroupMatrix& group, const CanvasBox& box, std::size_t members) {
    GroupFrame frame;
    frame.thing = GroupThing{group.group};
    frame.box = box;
    frame.title = {box.from.x + 12, box.from.y + 20};
    frame.name = group.group;
    frame.members = members;
    frame.state = group.state;
    frame.brief = group.is_known() ? fmt::format("lag {}", group.lag) : "lost";
    frame.detail = group.is_known() ? fmt::format("{} · lag {}", epoch_text(group), group.lag)
                                    : std::string("no coordinator");
    return frame;
}

/// How wide the clients' cards should be for names to be read also where the picture is small: the
/// words keep their size. Names only: what stands below them changes all the time.
float client_wish(const Parts& parts) {
    constexpr float kBeside = 60;  ///< what stands beside a name
    constexpr float kLetter = 15;  ///< about twice as wide as one is
    constexpr float kWidest = 372;
    float wish = parts.services ? kWidest : 0;  // Their cards tell most.
    const auto ask = [&](std::string_view name, std::size_t columns) {
        wish = std::max(wish, (kBeside + kLetter * static_cast<float>(name.size())) /
                                  static_cast<float>(std::max<std::size_t>(1, columns)));
    };
    for (const auto* cards : {&parts.producers, &parts.consumers}) {
        for (const NodeCard& card : *cards) {
            ask(card.title, 1);
        }
    }
    for (const auto& [name, members] : parts.groups) {
        ask(name, std::min<std::size_t>(2, members.size()));
        for (const NodeCard& card : members) {
            ask(card.title, 1);
        }
    }
    return std::min(wish, kWidest);
}

int32_t count(const std::vector<NodeCard>& cards) {
    return static_cast<int32_t>(cards.size());
}

}  // namespace

void add_cards(Canvas& canvas, const World& world, const CanvasOptions& options) {
    const GroupsNow groups = groups_now(world);
    Parts parts = cards_of(world, groups);
    Racks racks = racks_of(world);
    const ClusterReplicas cluster = cluster_replicas(world);
    LayoutInput input{count(parts.controllers),
                      !parts.admin.empty(),
                      count(parts.producers),
                      count(parts.consumers),
                      std::move(racks.blocks),
                      natural_broker_card(cluster),
                      options.aspect,
                      {},
                      parts.services ? "Producers and services" : "Producers",
                      client_wish(parts)};
    for (const auto& [name, members] : parts.groups) {
        input.groups.push_back(count(members));
    }
    CanvasLayout layout = lay_out_canvas(input);
    put_in(parts.controllers, layout.controllers);
    put_in(parts.admin, layout.admin);
    put_in(parts.producers, layout.producers);
    put_in(parts.consumers, layout.consumers);
    for (std::size_t i = 0; i < parts.groups.size(); ++i) {
        put_in(parts.groups[i].second, layout.members[i]);
        const GroupMatrix* group = groups.find(parts.groups[i].first);
        BL_CHECK(group != nullptr);
        canvas.groups.push_back(
            group_frame(*group, layout.groups[i], parts.groups[i].second.size()));
    }
    for (std::size_t i = 0; i < racks.order.size(); ++i) {
        parts.brokers[racks.order[i]].box = layout.brokers[i];
    }
    if (!parts.brokers.empty()) {
        const CanvasBox& box = parts.brokers.front().box;
        canvas.detail =
            detail_for(cluster, {box.to.x - box.from.x, box.to.y - box.from.y}, options.zoom);
    }
    for (std::size_t i = 0; i < parts.brokers.size(); ++i) {
        NodeCard& card = parts.brokers[i];
        const BrokerHost& host = *world.brokers[i];
        fill_card(card, cluster, cluster.brokers[i], host.setup.id, canvas.detail, options.zoom);
        card.subtitle = broker_subtitle(card, host);
    }
    canvas.size = layout.size;
    canvas.areas = std::move(layout.areas);
    append(canvas.cards, std::move(parts.controllers));
    append(canvas.cards, std::move(parts.admin));
    append(canvas.cards, std::move(parts.brokers));
    append(canvas.cards, std::move(parts.producers));
    append(canvas.cards, std::move(parts.consumers));
    for (auto& [name, members] : parts.groups) {
        append(canvas.cards, std::move(members));
    }
}

}  // namespace brokerlab
