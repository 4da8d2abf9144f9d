#include "sim/view/lanes.h"

#include <algorithm>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/view/lane_labels.h"

namespace brokerlab {
namespace {

template <class Body, class... Kinds>
inline constexpr bool kIsOneOf = (std::is_same_v<Body, Kinds> || ...);

bool is_fault(NodeChanged::Change change) {
    return change != NodeChanged::Change::kStarted && change != NodeChanged::Change::kResumed &&
           change != NodeChanged::Change::kRejoined && change != NodeChanged::Change::kDiskRepaired;
}

/// What matters first among marks of one weight.
int rank_of(MarkKind kind) {
    switch (kind) {
        case MarkKind::kCommand:
            return 6;
        case MarkKind::kFault:
            return 5;
        case MarkKind::kElection:
            return 4;
        case MarkKind::kIsrChange:
            return 3;
        case MarkKind::kQuorum:
            return 2;
        case MarkKind::kClient:
            return 1;
        case MarkKind::kOther:
            return 0;
    }
    BL_CHECK(false);
}

/// A fact on a lane, before it is known whether it will be seen.
struct Candidate {
    Duration at;
    int importance = 0;  ///< by weight, then by kind
    MarkKind kind = MarkKind::kOther;
    Weight weight = Weight::kNormal;
    const Fact* fact = nullptr;
    uint32_t folded = 0;

    void take(const Candidate& other) {
        const uint32_t together = folded + other.folded + 1;
        if (other.importance > importance) {
            *this = other;
        }
        folded = together;
    }
};

/// A stretch that has begun.
struct OpenSpan {
    NodeId node;
    Duration from;
    const char* label = "";
};

struct LaneInWork {
    Lane lane;
    bool always = false;
    bool used = false;  ///< has a mark somewhere in the run, so that it stays whatever is shown
    std::vector<Candidate> marks;
    std::vector<OpenSpan> open;
};

class LaneMaker {
public:
    LaneMaker(const World& world, const LaneOptions& options) : world_(world), options_(options) {
        add_lane(std::monostate(), "commands", true);
        add_lane(QuorumThing(), "quorum", true);
        for (const Cow<BrokerHost>& host : world.brokers) {
            add_lane(BrokerThing{host->setup.id}, fmt::format("broker {}", host->setup.id.value),
                     true);
        }
        // The first client is the lab's own, whose facts are those of commands.
        for (std::size_t i = 1; i < world.clients.size(); ++i) {
            add_lane(ClientThing{world.clients[i]->name}, world.clients[i]->name, false);
        }
    }

    void take(const Fact& fact) {
        last_ = std::max(last_, world_.shown(fact.at));
        if (const auto* changed = std::get_if<NodeChanged>(&fact.body)) {
            note_change(fact, changed->change);
        } else if (const auto* fenced = std::get_if<BrokerFenced>(&fact.body)) {
            open_span({NodeKind::kBroker, fenced->broker.value}, fact, "fenced");
        } else if (const auto* unfenced = std::get_if<BrokerUnfenced>(&fact.body)) {
            close_span({NodeKind::kBroker, unfenced->broker.value}, fact, "fenced");
        }
        const Weight weight = weight_of(fact.body);
        if (weight < options_.least) {
            return;
        }
        Candidate candidate;
        candidate.at = world_.shown(fact.at);
        candidate.kind = mark_kind(fact);
        candidate.weight = weight;
        candidate.importance = static_cast<int>(weight) * 8 + rank_of(candidate.kind);
        candidate.fact = &fact;
        place(candidate);
    }

    std::vector<Lane> finish() {
        const Duration end = std::max(last_, world_.shown(world_.now));
        std::vector<Lane> lanes;
        for (LaneInWork& work : lanes_) {
            if (!work.always && !work.used) {
                continue;
            }
            for (const OpenSpan& open : std::exchange(work.open, {})) {
                add_span(work, open, end);
            }
            fold(work);
            lanes.push_back(std::move(work.lane));
        }
        return lanes;
    }

private:
    void add_lane(Thing thing, std::string label, bool always) {
        LaneInWork work;
        work.lane.thing = std::move(thing);
        work.lane.label = std::move(label);
        work.always = always;
        lanes_.push_back(std::move(work));
    }

    LaneInWork& commands() { return lanes_[0]; }
    LaneInWork& quorum() { return lanes_[1]; }
    LaneInWork& broker(BrokerId id) {
        // Brokers are by id; one that is not in this World is told of by the quorum.
        for (std::size_t i = 0; i < world_.brokers.size(); ++i) {
            if (world_.brokers[i]->setup.id == id) {
                return lanes_[2 + i];
            }
        }
        return quorum();
    }
    LaneInWork& lane_of(NodeId node) {
        switch (node.kind) {
            case NodeKind::kBroker:
                return broker(BrokerId(node.number));
            case NodeKind::kController:
                return quorum();
            case NodeKind::kClient: {
                const std::size_t client = static_cast<std::size_t>(node.number) - 1;
                return client == 0 || client >= world_.clients.size()
                           ? commands()
                           : lanes_[1 + world_.brokers.size() + client];
            }
        }
        BL_CHECK(false);
    }

    /// On the lanes of those whom it concerns, not of the controller that states it.
    void place(const Candidate& candidate) {
        const FactBody& body = candidate.fact->body;
        if (const auto* leader = std::get_if<LeaderChanged>(&body)) {
            const BrokerId whose = leader->to != kNoBroker ? leader->to : leader->from;
            return add_mark(whose == kNoBroker ? quorum() : broker(whose), candidate);
        }
        if (const auto* isr = std::get_if<IsrChanged>(&body)) {
            return place_isr_change(*isr, candidate);
        }
        const std::optional<BrokerId> about = std::visit(
            [](const auto& fact) -> std::optional<BrokerId> {
                using Body = std::decay_t<decltype(fact)>;
                if constexpr (kIsOneOf<Body, BrokerRegistered, BrokerFenced, BrokerUnfenced,
                                       ControlledShutdownBegan>) {
                    return fact.broker;
                } else {
                    return std::nullopt;
                }
            },
            body);
        add_mark(about ? broker(*about) : lane_of(candidate.fact->node), candidate);
    }

    /// On the lanes of those who left or joined.
    void place_isr_change(const IsrChanged& isr, const Candidate& candidate) {
        const auto is_in = [](const std::vector<BrokerId>& list, BrokerId id) {
            return std::find(list.begin(), list.end(), id) != list.end();
        };
        bool placed = false;
        for (const auto& [those, others] : {std::pair(&isr.from, &isr.to), {&isr.to, &isr.from}}) {
            for (const BrokerId id : *those) {
                if (!is_in(*others, id)) {
                    add_mark(broker(id), candidate);
                    placed = true;
                }
            }
        }
        if (!placed) {
            add_mark(quorum(), candidate);
        }
    }

    /// Marks that share a cell of time become one at once, so that what comes after has no more of
    /// them than there is room for. Cells lie on whole multiples, so that panning changes nothing.
    void add_mark(LaneInWork& work, const Candidate& candidate) {
        work.used = true;
        if (candidate.at < options_.from || candidate.at > options_.to) {
            return;
        }
        const Duration cell = std::max(options_.fold, Duration(1));
        if (!work.marks.empty() && work.marks.back().at / cell == candidate.at / cell) {
            work.marks.back().take(candidate);
        } else {
            work.marks.push_back(candidate);
        }
    }

    /// The weightiest keep their place; what stands too near to one of them becomes its number.
    void fold(LaneInWork& work) {
        std::vector<std::size_t> order(work.marks.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            order[i] = i;
        }
        std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return work.marks[a].importance > work.marks[b].importance;
        });
        std::vector<bool> stays(work.marks.size(), false);
        for (const std::size_t i : order) {
            const std::optional<std::size_t> near = near_one(work.marks, stays, i);
            if (near) {
                work.marks[*near].take(work.marks[i]);
            } else {
                stays[i] = true;
            }
        }
        for (std::size_t i = 0; i < work.marks.size(); ++i) {
            if (stays[i]) {
                const Candidate& mark = work.marks[i];
                work.lane.marks.push_back({mark.at, mark.kind, mark.weight,
                                           lane_label(world_, *mark.fact), mark.fact->id,
                                           mark.folded});
            }
        }
    }

    /// The nearest mark that stays and is too near. Only neighbouring cells can hold one.
    [[nodiscard]] std::optional<std::size_t> near_one(const std::vector<Candidate>& marks,
                                                      const std::vector<bool>& stays,
                                                      std::size_t i) const {
        std::optional<std::size_t> nearest;
        const auto distance = [&](std::size_t j) {
            return j < i ? marks[i].at - marks[j].at : marks[j].at - marks[i].at;
        };
        const auto look_at = [&](std::size_t j) {
            if (stays[j] && distance(j) < options_.fold &&
                (!nearest || distance(j) < distance(*nearest))) {
                nearest = j;
            }
        };
        for (std::size_t j = i; j > 0 && distance(j - 1) < options_.fold; --j) {
            look_at(j - 1);
        }
        for (std::size_t j = i + 1; j < marks.size() && distance(j) < options_.fold; ++j) {
            look_at(j);
        }
        return nearest;
    }

    void note_change(const Fact& fact, NodeChanged::Change change) {
        switch (change) {
            case NodeChanged::Change::kKilled:
            case NodeChanged::Change::kStopped:
            case NodeChanged::Change::kHalted:
                close_span(fact.node, fact, "paused");
                return open_span(fact.node, fact, "down");
            case NodeChanged::Change::kPoweredOff:
                close_span(fact.node, fact, "paused");
                close_span(fact.node, fact, "down");
                return open_span(fact.node, fact, "no power");
            case NodeChanged::Change::kStarted:
                close_span(fact.node, fact, "no power");
                return close_span(fact.node, fact, "down");
            case NodeChanged::Change::kPaused:
                return open_span(fact.node, fact, "paused");
            case NodeChanged::Change::kResumed:
                return close_span(fact.node, fact, "paused");
            case NodeChanged::Change::kIsolated:
                return open_span(fact.node, fact, "isolated");
            case NodeChanged::Change::kRejoined:
                return close_span(fact.node, fact, "isolated");
            case NodeChanged::Change::kDiskFailed:
            case NodeChanged::Change::kDiskRepaired:
                return;
        }
    }

    void open_span(NodeId node, const Fact& fact, const char* label) {
        LaneInWork& work = lane_of(node);
        if (find_open(work, node, label) == work.open.end()) {
            work.open.push_back({node, world_.shown(fact.at), label});
        }
    }
    void close_span(NodeId node, const Fact& fact, const char* label) {
        LaneInWork& work = lane_of(node);
        const auto open = find_open(work, node, label);
        if (open != work.open.end()) {
            add_span(work, *open, world_.shown(fact.at));
            work.open.erase(open);
        }
    }
    static std::vector<OpenSpan>::iterator find_open(LaneInWork& work, NodeId node,
                                                     std::string_view label) {
        return std::find_if(work.open.begin(), work.open.end(), [&](const OpenSpan& open) {
            return open.node == node && open.label == label;
        });
    }
    void add_span(LaneInWork& work, const OpenSpan& open, Duration to) {
        if (to < options_.from || open.from > options_.to) {
            return;
        }
        // The quorum's lane is that of several.
        std::string label = open.node.kind == NodeKind::kController && world_.controllers.size() > 1
                                ? fmt::format("{} {}", node_name(world_, open.node), open.label)
                                : open.label;
        work.lane.spans.push_back({open.from, to, std::move(label)});
    }

    const World& world_;
    const LaneOptions& options_;
    std::vector<LaneInWork> lanes_;
    Duration last_;
};

}  // namespace

const char* mark_word(MarkKind kind) {
    switch (kind) {
        case MarkKind::kCommand:
            return "command";
        case MarkKind::kFault:
            return "fault";
        case MarkKind::kElection:
            return "election";
        case MarkKind::kIsrChange:
            return "ISR change";
        case MarkKind::kClient:
            return "client";
        case MarkKind::kQuorum:
            return "quorum";
        case MarkKind::kOther:
            return "other";
    }
    BL_CHECK(false);
}

MarkKind mark_kind(const Fact& fact) {
    if (const auto* changed = std::get_if<NodeChanged>(&fact.body)) {
        return is_fault(changed->change) ? MarkKind::kFault : MarkKind::kOther;
    }
    return std::visit(
        [](const auto& body) {
            using Body = std::decay_t<decltype(body)>;
            if constexpr (kIsOneOf<Body, CommandDone, CommandRefused, AdminAnswered>) {
                return MarkKind::kCommand;
            } else if constexpr (kIsOneOf<Body, RecordsLostOnDisk, BrokerFenced>) {
                return MarkKind::kFault;
            } else if constexpr (kIsOneOf<Body, LeaderChanged, ReplicaLeads, ReplicaFollows>) {
                return MarkKind::kElection;
            } else if constexpr (kIsOneOf<Body, IsrChanged, IsrChangeProposed, IsrChangeRefused>) {
                return MarkKind::kIsrChange;
            } else if constexpr (kIsOneOf<Body, QuorumElectionStarted, QuorumVoteGranted,
                                          QuorumLeaderElected, QuorumLeaderResigned,
                                          ControllerActivated, MetadataLogTruncated>) {
                return MarkKind::kQuorum;
            } else if constexpr (kIsOneOf<Body, RequestRefused, ProducerIdAssigned,
                                          ProducerEpochBumped, BatchAcked, BatchFailed,
                                          BatchRetried, SendFailed, PositionReset, ConnectionLost,
                                          GroupRequestRefused, CoordinatorFound, CoordinatorLost,
                                          PartitionsAssigned, PartitionsRevoked, PartitionsLost,
                                          PollTimedOut, CommitFailed, ConsumerFailed,
                                          RecordsProcessed, ServiceActed, ServiceFailed,
                                          HttpAnswered, HttpUnanswered>) {
                return MarkKind::kClient;
            } else {
                return MarkKind::kOther;
            }
        },
        fact.body);
}

std::vector<Lane> make_lanes(const World& world, const FactList& facts,
                             const LaneOptions& options) {
    LaneMaker maker(world, options);
    for (const Fact& fact : facts) {
        maker.take(fact);
    }
    return maker.finish();
}

}  // namespace brokerlab
