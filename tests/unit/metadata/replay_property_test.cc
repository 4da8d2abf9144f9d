// Properties of replay over made-up histories: an image depends on the records alone, and what it
// says can be written down as records that lead to it again.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sim/kernel/draw.h"
#include "sim/metadata/metadata_image.h"

namespace brokerlab {
namespace {

/// Makes up records that fit the image, as a controller would.
class History {
public:
    explicit History(uint64_t seed) : draws_(Seed(seed), DrawPurpose::kExploration, 0, 0) {}

    [[nodiscard]] const MetadataImage& image() const { return image_; }
    [[nodiscard]] const std::vector<MetadataRecord>& records() const { return records_; }

    void step() {
        MetadataRecord record = next_record();
        replay(image_, delta_, record, image_.last_offset + 1);
        records_.push_back(std::move(record));
    }

private:
    MetadataRecord next_record() {
        switch (draws_.next(8)) {
            case 0:
                return register_broker();
            case 1:
                return change_broker();
            case 2:
                return TopicRecord{"t" + std::to_string(++topics_), Uuid{7, topics_}};
            case 3:
                return draws_.next(3) == 0 ? remove_topic() : add_partition();
            case 4:
                return add_partition();
            case 5:
                return change_partition();
            case 6:
                return ConfigRecord{
                    ConfigResourceType::kTopic, "t1", "k" + std::to_string(draws_.next(3)),
                    draws_.next(2) == 0 ? std::optional<std::string>("v") : std::nullopt};
            default:
                return ProducerIdsRecord{BrokerId(1), BrokerEpoch(0),
                                         ProducerId(image_.next_producer_id.value + 1000)};
        }
    }
    BrokerId some_broker() { return BrokerId(1 + static_cast<int32_t>(draws_.next(4))); }
    std::vector<BrokerId> some_brokers() {
        std::vector<BrokerId> brokers{BrokerId(1), BrokerId(2), BrokerId(3), BrokerId(4)};
        shuffle(brokers, draws_);
        brokers.resize(1 + static_cast<std::size_t>(draws_.next(4)));
        return brokers;
    }
    const TopicImage* some_topic() {
        if (image_.topics->empty()) {
            return nullptr;
        }
        const auto at = static_cast<std::ptrdiff_t>(draws_.next(image_.topics->size()));
        return &*(image_.topics->begin() + at)->second;
    }

    MetadataRecord register_broker() {
        RegisterBrokerRecord record;
        record.broker_id = some_broker();
        record.broker_epoch = BrokerEpoch((image_.last_offset + 1).value);
        record.incarnation_id = Uuid{9, draws_.next(1000)};
        record.log_dirs = {Uuid{500, draws_.next(3)}};
        return record;
    }
    MetadataRecord change_broker() {
        const BrokerRegistration* broker = image_.find_broker(some_broker());
        if (broker == nullptr) {
            return NoOpRecord{};
        }
        BrokerRegistrationChangeRecord record;
        record.broker_id = broker->id;
        record.broker_epoch = broker->epoch;
        record.fenced = draws_.next(2) == 0 ? BrokerRegistrationChangeRecord::Fencing::kFence
                                            : BrokerRegistrationChangeRecord::Fencing::kUnfence;
        if (draws_.next(3) == 0) {
            record.in_controlled_shutdown =
                BrokerRegistrationChangeRecord::ControlledShutdown::kBegins;
        }
        return record;
    }
    MetadataRecord remove_topic() {
        const TopicImage* topic = some_topic();
        if (topic == nullptr) {
            return NoOpRecord{};
        }
        return RemoveTopicRecord{topic->id};
    }
    MetadataRecord add_partition() {
        const TopicImage* topic = some_topic();
        if (topic == nullptr) {
            return NoOpRecord{};
        }
        PartitionRecord record;
        record.topic_id = topic->id;
        record.partition_id = PartitionId(topic->partition_count());
        record.replicas = some_brokers();
        record.isr = record.replicas;
        record.leader = record.replicas.front();
        record.leader_epoch = LeaderEpoch(0);
        record.partition_epoch = PartitionEpoch(0);
        record.directories.resize(record.replicas.size(), Uuid{500, 0});
        return record;
    }
    MetadataRecord change_partition() {
        const TopicImage* topic = some_topic();
        if (topic == nullptr || topic->partitions.empty()) {
            return NoOpRecord{};
        }
        PartitionChangeRecord record;
        record.topic_id = topic->id;
        record.partition_id =
            PartitionId(static_cast<int32_t>(draws_.next(topic->partitions.size())));
        if (draws_.next(2) == 0) {
            record.isr = some_brokers();
        }
        if (draws_.next(2) == 0) {
            record.leader = draws_.next(4) == 0 ? kNoBroker : some_broker();
        }
        if (draws_.next(4) == 0) {
            record.replicas = some_brokers();
            record.adding_replicas = some_brokers();
        }
        if (draws_.next(4) == 0) {
            record.leader_recovery_state = LeaderRecoveryState::kRecovering;
        }
        return record;
    }

    DrawSequence draws_;
    MetadataImage image_;
    MetadataDelta delta_;
    std::vector<MetadataRecord> records_;
    uint64_t topics_ = 0;
};

/// What the image says, as the records of a snapshot [image/writer/ImageReWriter.java].
std::vector<MetadataRecord> snapshot_of(const MetadataImage& image) {
    std::vector<MetadataRecord> records;
    for (const auto& [id, broker] : *image.brokers) {
        RegisterBrokerRecord record;
        record.broker_id = id;
        record.broker_epoch = broker.epoch;
        record.incarnation_id = broker.incarnation_id;
        record.rack = broker.rack;
        record.log_dirs = broker.directories;
        record.fenced = broker.fenced;
        record.in_controlled_shutdown = broker.in_controlled_shutdown;
        records.emplace_back(record);
    }
    for (const auto& [name, topic] : *image.topics) {
        records.emplace_back(TopicRecord{name, topic->id});
        int32_t number = 0;
        for (const Cow<PartitionRegistration>& p : topic->partitions) {
            records.emplace_back(PartitionRecord{
                PartitionId(number++), topic->id, p->replicas, p->isr, p->removing_replicas,
                p->adding_replicas, p->leader, p->leader_recovery_state, p->leader_epoch,
                p->partition_epoch, p->directories, std::nullopt, std::nullopt});
        }
    }
    for (const auto& [key, values] : *image.configs) {
        for (const auto& [name, value] : values) {
            records.emplace_back(ConfigRecord{key.type, key.name, name, value});
        }
    }
    if (image.next_producer_id != ProducerId(0)) {
        records.emplace_back(
            ProducerIdsRecord{BrokerId(1), BrokerEpoch(0), image.next_producer_id});
    }
    return records;
}

MetadataImage replayed(const std::vector<MetadataRecord>& records) {
    MetadataImage image;
    MetadataDelta delta;
    for (const MetadataRecord& record : records) {
        replay(image, delta, record, image.last_offset + 1);
    }
    return image;
}

/// The image without the places in the log, which a rewritten history does not keep.
MetadataImage without_offsets(MetadataImage image) {
    image.last_offset = kNoOffset;
    for (auto& [id, broker] : image.brokers.edit()) {
        broker.registered_at = kNoOffset;
    }
    return image;
}

RC_GTEST_PROP(Replay, OfTheSameRecordsGivesTheSameImage, (uint64_t seed)) {
    History history(seed);
    for (int i = 0; i < 120; ++i) {
        history.step();
    }
    std::vector<MetadataRecord> read_back;
    for (const MetadataRecord& record : history.records()) {
        read_back.push_back(decode_metadata_record(encode_metadata_record(record)).value().record);
    }
    const MetadataImage again = replayed(read_back);
    RC_ASSERT(again == history.image());
    RC_ASSERT(digest_of(again) == digest_of(history.image()));
}

RC_GTEST_PROP(Replay, OfWhatAnImageSaysGivesTheImage, (uint64_t seed)) {
    History history(seed);
    for (int i = 0; i < 120; ++i) {
        history.step();
    }
    const MetadataImage rebuilt = replayed(snapshot_of(history.image()));
    RC_ASSERT(without_offsets(rebuilt) == without_offsets(history.image()));
}

RC_GTEST_PROP(Replay, LeavesCopiesTakenOnTheWayAlone, (uint64_t seed)) {
    History history(seed);
    std::vector<MetadataImage> copies;
    std::vector<uint64_t> digests;
    for (int i = 0; i < 60; ++i) {
        history.step();
        copies.push_back(history.image());
        digests.push_back(digest_of(copies.back()));
    }
    for (std::size_t i = 0; i < copies.size(); ++i) {
        const std::vector<MetadataRecord> prefix(
            history.records().begin(),
            history.records().begin() + static_cast<std::ptrdiff_t>(i) + 1);
        RC_ASSERT(digest_of(replayed(prefix)) == digests[i]);
        RC_ASSERT(replayed(prefix) == copies[i]);
    }
}

}  // namespace
}  // namespace brokerlab
