// What each metadata record does to an image [image/ClusterDelta.java, TopicsDelta.java,
// TopicDelta.java, ConfigurationsDelta.java, ProducerIdsDelta.java].
//
// Replay is the only way in which an image changes, so that a broker, a standby and the controller
// that wrote the record come to the same one. Records of parts that the lab does not model (ACLs,
// SCRAM, delegation tokens, quotas, features, metadata transactions) only move the offset.
#include <algorithm>
#include <type_traits>
#include <utility>

#include "sim/base/check.h"
#include "sim/metadata/metadata_image.h"

namespace brokerlab {
namespace {

struct Replayer {
    MetadataImage& image;
    MetadataDelta& delta;
    Offset offset;

    void operator()(const RegisterBrokerRecord& record);
    void operator()(const UnregisterBrokerRecord& record);
    void operator()(const FenceBrokerRecord& record);
    void operator()(const UnfenceBrokerRecord& record);
    void operator()(const BrokerRegistrationChangeRecord& record);
    void operator()(const TopicRecord& record);
    void operator()(const RemoveTopicRecord& record);
    void operator()(const PartitionRecord& record);
    void operator()(const PartitionChangeRecord& record);
    void operator()(const ConfigRecord& record);
    void operator()(const ProducerIdsRecord& record);

    // Kinds of which the image holds nothing. Named one by one, so that a new kind is not
    // forgotten.
    void operator()(const DelegationTokenRecord&) {}
    void operator()(const RemoveDelegationTokenRecord&) {}
    void operator()(const UserScramCredentialRecord&) {}
    void operator()(const RemoveUserScramCredentialRecord&) {}
    void operator()(const AccessControlEntryRecord&) {}
    void operator()(const RemoveAccessControlEntryRecord&) {}
    void operator()(const FeatureLevelRecord&) {}
    void operator()(const ClientQuotaRecord&) {}
    void operator()(const NoOpRecord&) {}
    void operator()(const ZkMigrationStateRecord&) {}
    void operator()(const BeginTransactionRecord&) {}
    void operator()(const EndTransactionRecord&) {}
    void operator()(const AbortTransactionRecord&) {}
    void operator()(const RegisterControllerRecord&) {}

    /// The registration that a change names: the broker must be there with that epoch.
    BrokerRegistration& broker_to_change(BrokerId id, BrokerEpoch epoch) {
        BrokerRegistration* broker = image.brokers.edit().find(id);
        BL_CHECK(broker != nullptr);
        BL_CHECK(broker->epoch == epoch);
        delta.brokers.insert(id);
        return *broker;
    }
    TopicImage& topic_to_change(const Uuid& id) {
        const std::string* name = image.topic_names->find(id);
        BL_CHECK(name != nullptr);
        return image.topics.edit().at(*name).edit();
    }
};

void Replayer::operator()(const RegisterBrokerRecord& record) {
    BrokerRegistration& broker = image.brokers.edit()[record.broker_id];
    broker.id = record.broker_id;
    broker.epoch = record.broker_epoch;
    broker.incarnation_id = record.incarnation_id;
    broker.rack = record.rack;
    broker.directories = record.log_dirs;
    broker.fenced = record.fenced;
    broker.in_controlled_shutdown = record.in_controlled_shutdown;
    broker.registered_at = offset;
    delta.brokers.insert(record.broker_id);
}

void Replayer::operator()(const UnregisterBrokerRecord& record) {
    (void)broker_to_change(record.broker_id, record.broker_epoch);
    image.brokers.edit().erase(record.broker_id);
}

void Replayer::operator()(const FenceBrokerRecord& record) {
    broker_to_change(record.id, record.epoch).fenced = true;
}

void Replayer::operator()(const UnfenceBrokerRecord& record) {
    broker_to_change(record.id, record.epoch).fenced = false;
}

void Replayer::operator()(const BrokerRegistrationChangeRecord& record) {
    using Change = BrokerRegistrationChangeRecord;
    BrokerRegistration& broker = broker_to_change(record.broker_id, record.broker_epoch);
    if (record.fenced != Change::Fencing::kNoChange) {
        broker.fenced = record.fenced == Change::Fencing::kFence;
    }
    if (record.in_controlled_shutdown == Change::ControlledShutdown::kBegins) {
        broker.in_controlled_shutdown = true;
    }
    if (!record.log_dirs.empty()) {
        broker.directories = record.log_dirs;
    }
}

void Replayer::operator()(const TopicRecord& record) {
    BL_CHECK(!image.topics->contains(record.name));
    BL_CHECK(!image.topic_names->contains(record.topic_id));
    image.topics.edit().insert_or_assign(record.name,
                                         Cow(TopicImage{record.name, record.topic_id, {}}));
    image.topic_names.edit().insert_or_assign(record.topic_id, record.name);
    delta.created_topics.insert(record.name);
}

void Replayer::operator()(const RemoveTopicRecord& record) {
    const TopicImage* topic = image.find_topic(record.topic_id);
    BL_CHECK(topic != nullptr);
    const std::string name = topic->name;
    for (int32_t i = 0; i < topic->partition_count(); ++i) {
        delta.partitions.erase(TopicPartition{name, PartitionId(i)});
    }
    // Who compares the images before and after never saw a topic that came and went in between.
    if (!delta.created_topics.erase(name)) {
        delta.deleted_topics.insert_or_assign(record.topic_id, *topic);
    }
    const ConfigResourceKey key{ConfigResourceType::kTopic, name};
    if (image.configs->contains(key)) {
        image.configs.edit().erase(key);
        delta.configs.insert(key);
    }
    image.topics.edit().erase(name);
    image.topic_names.edit().erase(record.topic_id);
}

void Replayer::operator()(const PartitionRecord& record) {
    TopicImage& topic = topic_to_change(record.topic_id);
    const int32_t number = record.partition_id.value;
    BL_CHECK(number >= 0);
    BL_CHECK(number <= topic.partition_count());
    BL_CHECK(!record.replicas.empty());
    Cow<PartitionRegistration> partition(PartitionRegistration{
        record.replicas, record.directories, record.isr, record.removing_replicas,
        record.adding_replicas, record.leader, record.leader_recovery_state, record.leader_epoch,
        record.partition_epoch});
    if (number == topic.partition_count()) {
        topic.partitions.push_back(std::move(partition));
    } else {
        topic.partitions[static_cast<std::size_t>(number)] = std::move(partition);
    }
    delta.partitions.insert(TopicPartition{topic.name, record.partition_id});
}

/// Applies a change as a whole; only a leader that is named starts a new leader epoch
/// [PartitionRegistration.merge].
void merge(PartitionRegistration& partition, const PartitionChangeRecord& change) {
    const auto set = [](auto& field, const auto& value) {
        if (value) {
            field = *value;
        }
    };
    set(partition.isr, change.isr);
    set(partition.replicas, change.replicas);
    set(partition.removing_replicas, change.removing_replicas);
    set(partition.adding_replicas, change.adding_replicas);
    set(partition.directories, change.directories);
    if (change.leader != kNoLeaderChange) {
        partition.leader = change.leader;
        ++partition.leader_epoch;
    }
    if (change.leader_recovery_state != kNoLeaderRecoveryChange) {
        partition.leader_recovery_state = change.leader_recovery_state;
    }
    ++partition.partition_epoch;
    BL_CHECK(!partition.replicas.empty());
}

void Replayer::operator()(const PartitionChangeRecord& record) {
    TopicImage& topic = topic_to_change(record.topic_id);
    const int32_t number = record.partition_id.value;
    BL_CHECK(number >= 0);
    BL_CHECK(number < topic.partition_count());
    merge(topic.partitions[static_cast<std::size_t>(number)].edit(), record);
    delta.partitions.insert(TopicPartition{topic.name, record.partition_id});
}

void Replayer::operator()(const ConfigRecord& record) {
    const ConfigResourceKey key{record.resource_type, record.resource_name};
    FlatMap<ConfigResourceKey, FlatMap<std::string, std::string>>& configs = image.configs.edit();
    if (record.value) {
        configs[key].insert_or_assign(record.name, *record.value);
    } else if (FlatMap<std::string, std::string>* values = configs.find(key)) {
        values->erase(record.name);
        if (values->empty()) {
            configs.erase(key);
        }
    }
    delta.configs.insert(key);
}

void Replayer::operator()(const ProducerIdsRecord& record) {
    BL_CHECK(record.next_producer_id > image.next_producer_id);
    image.next_producer_id = record.next_producer_id;
}

}  // namespace

void replay(MetadataImage& image, MetadataDelta& delta, const MetadataRecord& record,
            Offset offset) {
    BL_CHECK(offset > image.last_offset);
    std::visit(Replayer{image, delta, offset}, record);
    image.last_offset = offset;
}

}  // namespace brokerlab
