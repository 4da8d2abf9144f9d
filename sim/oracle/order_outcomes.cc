#include "sim/oracle/order_outcomes.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "sim/app/handler.h"
#include "sim/log/record.h"
#include "sim/oracle/group_view.h"
#include "sim/oracle/replica_logs.h"

namespace brokerlab {
namespace {

bool is_decision(Deed deed) {
    return deed == Deed::kOrderApproved || deed == Deed::kOrderRejected;
}

/// An order that was taken and not decided on.
struct OpenOrder {
    std::string_view id;
    std::size_t placed = 0;  ///< index of the deed
    std::size_t passed = 0;  ///< by how many of the deciding services
    std::vector<RecordPlace> records;
};

std::vector<std::string_view> decided_orders(const ChunkedVector<DoneDeed>& deeds) {
    std::vector<std::string_view> ids;
    for (std::size_t i = 0; i < deeds.size(); ++i) {
        if (is_decision(deeds[i].deed.deed)) {
            ids.push_back(deeds[i].deed.subject);
        }
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

/// By id, each once.
std::vector<OpenOrder> open_orders(const ChunkedVector<DoneDeed>& deeds) {
    const std::vector<std::string_view> decided = decided_orders(deeds);
    std::vector<OpenOrder> open;
    for (std::size_t i = 0; i < deeds.size(); ++i) {
        const ServiceActed& acted = deeds[i].deed;
        if (acted.deed == Deed::kOrderPlaced &&
            !std::binary_search(decided.begin(), decided.end(), std::string_view(acted.subject))) {
            open.push_back({acted.subject, i, 0, {}});
        }
    }
    std::stable_sort(open.begin(), open.end(),
                     [](const OpenOrder& a, const OpenOrder& b) { return a.id < b.id; });
    open.erase(std::unique(open.begin(), open.end(),
                           [](const OpenOrder& a, const OpenOrder& b) { return a.id == b.id; }),
               open.end());
    return open;
}

OpenOrder* find_order(std::vector<OpenOrder>& open, std::string_view id) {
    const auto found = std::lower_bound(
        open.begin(), open.end(), id,
        [](const OpenOrder& order, std::string_view key) { return order.id < key; });
    return found != open.end() && found->id == id ? &*found : nullptr;
}

bool decides(const ServiceSetup& service) {
    const Handler* handler = find_handler(service.handler);
    return handler != nullptr && handler->decides;
}

/// Marks the orders that a record of a deciding service's partition names.
class PassedOver {
public:
    PassedOver(std::vector<OpenOrder>& open, std::size_t decider)
        : open_(open), decider_(decider) {}

    /// Reads what of the log lies below `committed` and led to no decision.
    void read(const TopicPartition& partition, const PartitionLog& log, Offset committed,
              const std::vector<Offset>& decided) {
        for (const Cow<Segment>& segment : log.segments) {
            const ChunkedVector<LoggedBatch>& batches = segment->batches();
            for (std::size_t i = 0; i < batches.size(); ++i) {
                const LoggedBatch& batch = batches[i];
                const Offset from = std::max(batch.base_offset, log.log_start_offset);
                const Offset to = std::min(batch.last_offset + 1, committed);
                const auto first = std::lower_bound(decided.begin(), decided.end(), from);
                const auto last = std::lower_bound(first, decided.end(), to);
                if (from < to && last - first < to.value - from.value) {
                    read_batch(partition, batch, from, to, decided);
                }
            }
        }
    }

private:
    void read_batch(const TopicPartition& partition, const LoggedBatch& logged, Offset from,
                    Offset to, const std::vector<Offset>& decided) {
        const BatchHeader header = header_of(logged.batch);
        const Outcome<DecodedRecords> records = decode_records(logged.batch->bytes);
        if (!records.ok() || header.is_control()) {
            return;
        }
        // The bytes in a log carry the base offset that the leader stamped on them.
        for (const RecordView& record : records->records) {
            if (record.offset >= from && record.offset < to &&
                !std::binary_search(decided.begin(), decided.end(), record.offset)) {
                const RecordPlace place{partition, record.offset};
                note_words(record.content.key, place);
                note_words(record.content.value, place);
            }
        }
    }

    static bool belongs_to_word(char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') ||
               std::string_view("-_.@+").find(c) != std::string_view::npos;
    }

    /// An order is named by its id as a word of its own.
    void note_words(const std::optional<ByteSpan>& bytes, const RecordPlace& place) {
        if (!bytes) {
            return;
        }
        std::string word;
        for (const uint8_t byte : *bytes) {
            const char c = static_cast<char>(byte);
            if (belongs_to_word(c)) {
                word += c;
                continue;
            }
            note(word, place);
            word.clear();
        }
        note(word, place);
    }

    void note(std::string_view word, const RecordPlace& place) {
        OpenOrder* order = word.empty() ? nullptr : find_order(open_, word);
        if (order == nullptr) {
            return;
        }
        if (order->passed == decider_) {
            ++order->passed;
        }
        const bool known = !order->records.empty() && order->records.back() == place;
        if (order->passed == decider_ + 1 && !known &&
            order->records.size() < kMostBusinessExamples) {
            order->records.push_back(place);
        }
    }

    std::vector<OpenOrder>& open_;
    std::size_t decider_;
};

/// The offsets of a partition about whose records the service decided, sorted.
std::vector<Offset> decided_offsets(const World& world, const std::string& service,
                                    const TopicPartition& partition) {
    std::vector<Offset> offsets;
    const ChunkedVector<DoneDeed>& deeds = world.business->deeds;
    for (std::size_t i = 0; i < deeds.size(); ++i) {
        const ServiceActed& acted = deeds[i].deed;
        if (is_decision(acted.deed) && acted.service == service && acted.from &&
            acted.from->partition == partition) {
            offsets.push_back(acted.from->offset);
        }
    }
    std::sort(offsets.begin(), offsets.end());
    offsets.erase(std::unique(offsets.begin(), offsets.end()), offsets.end());
    return offsets;
}

void read_what_passed(const World& world, const ServiceSetup& service, PassedOver& passed) {
    const std::optional<GroupView> group = view_group(world, service.group.value_or(""));
    if (!group) {
        return;
    }
    for (const GroupOffsetView& offset : group->offsets) {
        const std::vector<Offset> decided = decided_offsets(world, service.name, offset.partition);
        const std::vector<const PartitionLog*> logs = authoritative_logs(world, offset.partition);
        if (!logs.empty()) {
            passed.read(offset.partition, *logs.front(), offset.committed, decided);
        }
    }
}

}  // namespace

bool anyone_decides(const World& world) {
    const std::vector<ServiceSetup>& services = world.setup->services;
    return std::any_of(services.begin(), services.end(), decides);
}

void judge_order_outcomes(const World& world, BusinessAnomaly& anomaly) {
    std::vector<OpenOrder> open = open_orders(world.business->deeds);
    std::size_t deciders = 0;
    for (const ServiceSetup& service : world.setup->services) {
        if (!open.empty() && decides(service)) {
            PassedOver passed(open, deciders);
            read_what_passed(world, service, passed);
            ++deciders;
        }
    }
    std::erase_if(open,
                  [&](const OpenOrder& order) { return deciders == 0 || order.passed < deciders; });
    std::sort(open.begin(), open.end(),
              [](const OpenOrder& a, const OpenOrder& b) { return a.placed < b.placed; });
    for (OpenOrder& order : open) {
        const DoneDeed& placed = world.business->deeds[order.placed];
        add_case(anomaly, {placed.deed.service, placed.deed.subject, "", placed.at,
                           order.records.size(), std::move(order.records)});
    }
}

}  // namespace brokerlab
