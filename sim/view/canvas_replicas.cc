// Chips of four sizes: what is chosen is the finest at which every chip can still be read.
#include "sim/view/canvas_replicas.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <utility>

#include "sim/model/internal_topics.h"

namespace brokerlab {
namespace {

// ---- The pass over all replicas

/// A broker's logs in the order of their partitions, read alongside the metadata, which has the
/// same order: so nothing is searched for.
class LogsInOrder {
public:
    explicit LogsInOrder(const BrokerHost& host) {
        if (host.has_process()) {
            running_ = &(**host.process).replicas().partitions;
            unhosted_ = &(**host.process).replicas().unhosted;
        } else {
            on_disk_ = &host.disk->replicas;
        }
    }

    /// The log of the partition; nullptr when there is none.
    const PartitionLog* find(const TopicPartition& tp) {
        if (on_disk_ != nullptr) {
            const ReplicaOnDisk* replica = advance(*on_disk_, tp, at_);
            return replica == nullptr ? nullptr : &*replica->log;
        }
        if (const Cow<Partition>* partition = advance(*running_, tp, at_)) {
            return &*(*partition)->log;
        }
        const ReplicaOnDisk* replica = advance(*unhosted_, tp, unhosted_at_);
        return replica == nullptr ? nullptr : &*replica->log;
    }

private:
    template <class V>
    static const V* advance(const FlatMap<TopicPartition, V>& map, const TopicPartition& tp,
                            std::size_t& at) {
        while (at < map.size() && (map.begin() + static_cast<std::ptrdiff_t>(at))->first < tp) {
            ++at;
        }
        const auto here = map.begin() + static_cast<std::ptrdiff_t>(at);
        return here != map.end() && here->first == tp ? &here->second : nullptr;
    }

    const FlatMap<TopicPartition, Cow<Partition>>* running_ = nullptr;
    const FlatMap<TopicPartition, ReplicaOnDisk>* unhosted_ = nullptr;
    const FlatMap<TopicPartition, ReplicaOnDisk>* on_disk_ = nullptr;
    std::size_t at_ = 0;
    std::size_t unhosted_at_ = 0;
};

/// What is needed of a broker to look at its replicas.
struct BrokerLogs {
    LogsInOrder logs;
    bool there = false;  ///< it has a process
};

ReplicaLook look_of(const PartitionRegistration& registration, BrokerId broker, bool there) {
    if (!there) {
        return ReplicaLook::kOffline;
    }
    if (registration.leader == broker) {
        return ReplicaLook::kLeader;
    }
    return registration.is_in_sync(broker) ? ReplicaLook::kInSync : ReplicaLook::kLagging;
}

class Collector {
public:
    explicit Collector(const World& world) : world_(world) {
        for (const Cow<BrokerHost>& host : world.brokers) {
            logs_.push_back({LogsInOrder(*host), host->has_process()});
        }
        cluster_.brokers.resize(world.brokers.size());
    }

    void add_topic(const TopicImage& topic) {
        const auto index = static_cast<int32_t>(cluster_.topics.size());
        cluster_.topics.push_back(topic.name);
        if (is_internal_topic(topic.name)) {
            count_internal(topic, index);
            return;
        }
        TopicPartition tp{topic.name, PartitionId(0)};
        for (const Cow<PartitionRegistration>& registration : topic.partitions) {
            add_partition(*registration, tp, index);
            ++tp.partition.value;
        }
    }
    ClusterReplicas take() && { return std::move(cluster_); }

private:
    /// Index in World::brokers; it is by id, from 1 where the file doesn't say otherwise.
    [[nodiscard]] std::size_t index_of(BrokerId broker) const {
        const auto guess = static_cast<std::size_t>(broker.value) - 1;
        if (guess < world_.brokers.size() && world_.brokers[guess]->setup.id == broker) {
            return guess;
        }
        const auto found =
            std::find_if(world_.brokers.begin(), world_.brokers.end(),
                         [&](const Cow<BrokerHost>& host) { return host->setup.id == broker; });
        return static_cast<std::size_t>(found - world_.brokers.begin());
    }

    void count_internal(const TopicImage& topic, int32_t index) {
        for (const Cow<PartitionRegistration>& registration : topic.partitions) {
            for (const BrokerId broker : registration->replicas) {
                const std::size_t at = index_of(broker);
                if (at == logs_.size()) {
                    continue;
                }
                BrokerReplicas& held = cluster_.brokers[at];
                if (held.internal_topics.empty() || held.internal_topics.back() != index) {
                    held.internal_topics.push_back(index);
                    held.internal_counts.push_back(0);
                }
                ++held.internal_counts.back();
            }
        }
    }

    void add_partition(const PartitionRegistration& registration, const TopicPartition& tp,
                       int32_t topic) {
        int64_t leader_end = 0;
        added_.clear();
        for (const BrokerId broker : registration.replicas) {
            const std::size_t at = index_of(broker);
            if (at == logs_.size()) {
                continue;
            }
            const PartitionLog* log = logs_[at].logs.find(tp);
            ReplicaEntry entry;
            entry.topic = topic;
            entry.partition = tp.partition.value;
            entry.look = look_of(registration, broker, logs_[at].there);
            entry.preferred = broker == registration.preferred_leader();
            entry.leads = broker == registration.leader;
            entry.log_end = log == nullptr ? 0 : log->log_end_offset.value;
            if (broker == registration.leader) {
                leader_end = entry.log_end;
            }
            cluster_.brokers[at].entries.push_back(entry);
            added_.push_back(at);
        }
        for (const std::size_t at : added_) {
            ReplicaEntry& entry = cluster_.brokers[at].entries.back();
            entry.behind = std::max<int64_t>(0, leader_end - entry.log_end);
            entry.caught_up = leader_end <= entry.log_end ? 1.0F
                                                          : static_cast<float>(entry.log_end) /
                                                                static_cast<float>(leader_end);
        }
    }

    const World& world_;
    std::vector<BrokerLogs> logs_;
    std::vector<std::size_t> added_;
    ClusterReplicas cluster_;
};

// ---- Chips on a card

/// Measures of a detail in the app's own pixels: those of its text.
struct ChipSize {
    CanvasPoint least;
    CanvasPoint most;
    float gap = 4;
    float title = 20;   ///< the height of a topic's title; 0: topics follow one another
    float header = 64;  ///< of the card
};
constexpr float kPadding = 14;
constexpr float kHeader = 64;       ///< logical, of a card with chips
constexpr float kSmallHeader = 44;  ///< logical, of one with squares or numbers only
constexpr float kInternalRow = 20;  ///< a folded topic

constexpr ChipSize kFullChip{{56, 38}, {104, 52}, 7, 22, 56};
constexpr ChipSize kCompactChip{{30, 20}, {44, 24}, 5, 20, 48};
constexpr ChipSize kSquare{{6, 6}, {14, 14}, 2, 18, 40};
constexpr ChipSize kBareSquare{{6, 6}, {14, 14}, 2, 0, 40};

/// A stretch of a broker's entries that belongs to one topic.
struct TopicRun {
    std::size_t begin = 0;
    std::size_t end = 0;
};
std::vector<TopicRun> runs_of(const BrokerReplicas& held) {
    std::vector<TopicRun> runs;
    for (std::size_t i = 0; i < held.entries.size(); ++i) {
        if (i == 0 || held.entries[i].topic != held.entries[i - 1].topic) {
            runs.push_back({i, i});
        }
        runs.back().end = i + 1;
    }
    return runs;
}

/// How chips of one kind lie on a card.
struct ChipPlan {
    int32_t columns = 1;
    CanvasPoint chip;
    bool fits = false;
};

int32_t rows_of(std::size_t chips, int32_t columns) {
    return (static_cast<int32_t>(chips) + columns - 1) / columns;
}

/// `body` is the card below its header, in the app's pixels.
ChipPlan plan_chips(const BrokerReplicas& held, const std::vector<TopicRun>& runs,
                    const ChipSize& size, CanvasPoint body) {
    ChipPlan plan;
    const float titles = size.title * static_cast<float>(runs.size());
    const float folded = kInternalRow * static_cast<float>(held.internal_topics.size());
    if (body.x < size.least.x) {
        return plan;
    }
    plan.columns =
        std::max(1, static_cast<int32_t>((body.x + size.gap) / (size.least.x + size.gap)));
    const auto rows_with = [&](int32_t columns) {
        int32_t rows = 0;
        for (const TopicRun& run : runs) {
            rows += rows_of(run.end - run.begin, columns);
        }
        return size.title > 0 ? rows : rows_of(held.entries.size(), columns);
    };
    const int32_t rows = std::max(1, rows_with(plan.columns));
    // As few columns as need no more rows: then chips are as wide as they can be.
    while (plan.columns > 1 && rows_with(plan.columns - 1) <= rows) {
        --plan.columns;
    }
    const float high = (body.y - titles - folded) / static_cast<float>(rows) - size.gap;
    plan.fits = high >= size.least.y;
    const float wide = (body.x + size.gap) / static_cast<float>(plan.columns) - size.gap;
    plan.chip = {std::clamp(wide, size.least.x, size.most.x),
                 std::clamp(high, size.least.y, size.most.y)};
    if (size.most.x == size.most.y) {
        plan.chip.x = plan.chip.y = std::min(plan.chip.x, plan.chip.y);
    }
    return plan;
}

/// The header keeps its share of the card when it grows, and its words when it shrinks.
float header_height(const ChipSize& size, float zoom) {
    const float logical = size.header > kSmallHeader ? kHeader : kSmallHeader;
    return std::max(logical, size.header / zoom);
}
CanvasPoint body_of(const ChipSize& size, CanvasPoint card, float zoom) {
    const float padding = std::min(kPadding, kPadding / zoom);
    return {(card.x - 2 * padding) * zoom, (card.y - header_height(size, zoom) - padding) * zoom};
}

const ChipSize* chip_size(CanvasDetail detail, bool titled) {
    switch (detail) {
        case CanvasDetail::kFull:
            return &kFullChip;
        case CanvasDetail::kCompact:
            return &kCompactChip;
        case CanvasDetail::kSquares:
            return titled ? &kSquare : &kBareSquare;
        case CanvasDetail::kSummary:
            break;
    }
    return nullptr;
}

/// The measures with which the broker's chips fit at this detail; nullptr: with none.
const ChipSize* fitting(const BrokerReplicas& held, const std::vector<TopicRun>& runs,
                        CanvasDetail detail, CanvasPoint card, float zoom) {
    for (const bool titled : {true, false}) {
        const ChipSize* size = chip_size(detail, titled);
        if (size != nullptr && plan_chips(held, runs, *size, body_of(*size, card, zoom)).fits) {
            return size;
        }
    }
    return nullptr;
}

void count_look(NodeCard& card, ReplicaLook look) {
    switch (look) {
        case ReplicaLook::kLeader:
            ++card.leaders;
            break;
        case ReplicaLook::kInSync:
            ++card.in_sync;
            break;
        case ReplicaLook::kLagging:
            ++card.lagging;
            break;
        case ReplicaLook::kOffline:
            ++card.offline;
            break;
    }
}

/// Fills a card from the top; lengths come in the app's pixels and go out as logical ones.
class CardWriter {
public:
    CardWriter(NodeCard& card, const ClusterReplicas& cluster, BrokerId broker,
               const ChipSize& size, const ChipPlan& plan, float zoom)
        : card_(card), cluster_(cluster), broker_(broker), size_(size), plan_(plan), zoom_(zoom) {
        left_ = card.box.from.x + std::min(kPadding, kPadding / zoom);
        y_ = card.box.from.y + header_height(size, zoom);
    }

    void write(const BrokerReplicas& held, const std::vector<TopicRun>& runs) {
        for (const TopicRun& run : runs) {
            begin_row(cluster_.topics[static_cast<std::size_t>(held.entries[run.begin].topic)]);
            card_.topics.back().chips.reserve(run.end - run.begin);
            for (std::size_t i = run.begin; i < run.end; ++i) {
                add_chip(held.entries[i]);
            }
            if (size_.title > 0) {
                end_row();
            }
        }
        end_row();
        for (std::size_t i = 0; i < held.internal_topics.size(); ++i) {
            TopicRow row;
            row.topic = cluster_.topics[static_cast<std::size_t>(held.internal_topics[i])];
            row.at = {left_, y_ + kInternalRow / zoom_ / 2};
            row.folded = held.internal_counts[i];
            card_.topics.push_back(std::move(row));
            y_ += kInternalRow / zoom_;
        }
    }

private:
    void begin_row(const std::string& topic) {
        TopicRow row;
        row.topic = topic;
        row.titled = size_.title > 0;
        row.at = {left_, y_ + size_.title / zoom_ / 2};
        card_.topics.push_back(std::move(row));
        y_ += size_.title / zoom_;
    }
    void end_row() {
        if (column_ > 0) {
            column_ = 0;
            y_ += (plan_.chip.y + size_.gap) / zoom_;
        }
    }
    void add_chip(const ReplicaEntry& entry) {
        if (column_ == plan_.columns) {
            end_row();
        }
        TopicRow& row = card_.topics.back();
        ReplicaChip& chip = row.chips.emplace_back();
        chip.thing = ReplicaThing{{row.topic, PartitionId(entry.partition)}, broker_};
        const float x = left_ + static_cast<float>(column_) * (plan_.chip.x + size_.gap) / zoom_;
        chip.box = {{x, y_}, {x + plan_.chip.x / zoom_, y_ + plan_.chip.y / zoom_}};
        chip.partition = entry.partition;
        chip.look = entry.look;
        chip.preferred = entry.preferred;
        chip.leads = entry.leads;
        chip.log_end = entry.log_end;
        chip.behind = entry.behind;
        chip.caught_up = entry.caught_up;
        ++column_;
    }

    NodeCard& card_;
    const ClusterReplicas& cluster_;
    BrokerId broker_;
    const ChipSize& size_;
    const ChipPlan& plan_;
    float zoom_;
    float left_ = 0;
    float y_ = 0;
    int32_t column_ = 0;
};

}  // namespace

ClusterReplicas cluster_replicas(const World& world) {
    Collector collector(world);
    for (const auto& [name, topic] : *world.committed_metadata().topics) {
        collector.add_topic(*topic);
    }
    return std::move(collector).take();
}

CanvasPoint natural_broker_card(const ClusterReplicas& cluster) {
    std::size_t total = 0;
    std::size_t most = 0;
    for (const BrokerReplicas& held : cluster.brokers) {
        total += held.entries.size();
        most = std::max(most, held.entries.size());
    }
    CanvasPoint card{264, 148};
    const ChipSize* size = &kFullChip;
    if (total > 600 || most > 60) {
        return {168, 128};
    }
    if (total > 60 || most > 15) {
        size = &kCompactChip;
    }
    // As high as the fullest broker needs.
    const float width = card.x - 2 * kPadding;
    const float across = std::floor((width + size->gap) / (size->least.x + size->gap));
    const auto columns = static_cast<int32_t>(size == &kFullChip ? std::min(3.0F, across) : across);
    for (const BrokerReplicas& held : cluster.brokers) {
        float height =
            kHeader + kPadding + kInternalRow * static_cast<float>(held.internal_topics.size());
        for (const TopicRun& run : runs_of(held)) {
            height += size->title + static_cast<float>(rows_of(run.end - run.begin, columns)) *
                                        (size->most.y + size->gap);
        }
        card.y = std::max(card.y, height);
    }
    return card;
}

CanvasDetail detail_for(const ClusterReplicas& cluster, CanvasPoint card, float zoom) {
    for (const CanvasDetail detail :
         {CanvasDetail::kFull, CanvasDetail::kCompact, CanvasDetail::kSquares}) {
        const bool fits = std::all_of(
            cluster.brokers.begin(), cluster.brokers.end(), [&](const BrokerReplicas& held) {
                return fitting(held, runs_of(held), detail, card, zoom) != nullptr;
            });
        if (fits) {
            return detail;
        }
    }
    return CanvasDetail::kSummary;
}

void fill_card(NodeCard& card, const ClusterReplicas& cluster, const BrokerReplicas& held,
               BrokerId broker, CanvasDetail detail, float zoom) {
    for (const ReplicaEntry& entry : held.entries) {
        count_look(card, entry.look);
        card.offline_leaders += entry.leads && entry.look == ReplicaLook::kOffline ? 1 : 0;
    }
    const CanvasPoint size{card.box.to.x - card.box.from.x, card.box.to.y - card.box.from.y};
    const std::vector<TopicRun> runs = runs_of(held);
    if (const ChipSize* chip = fitting(held, runs, detail, size, zoom)) {
        const ChipPlan plan = plan_chips(held, runs, *chip, body_of(*chip, size, zoom));
        CardWriter(card, cluster, broker, *chip, plan, zoom).write(held, runs);
    }
}

}  // namespace brokerlab
