#include "sim/metadata/metadata_image.h"

#include <algorithm>

#include "sim/base/aggregate_digest.h"
#include "sim/base/check.h"

namespace brokerlab {
namespace {

bool holds(const std::vector<BrokerId>& brokers, BrokerId broker) {
    return std::find(brokers.begin(), brokers.end(), broker) != brokers.end();
}

}  // namespace

bool PartitionRegistration::is_replica(BrokerId broker) const {
    return holds(replicas, broker);
}

bool PartitionRegistration::is_in_sync(BrokerId broker) const {
    return holds(isr, broker);
}

const TopicImage* MetadataImage::find_topic(std::string_view name) const {
    const Cow<TopicImage>* topic = topics->find(name);
    return topic == nullptr ? nullptr : &**topic;
}

const TopicImage* MetadataImage::find_topic(const Uuid& id) const {
    const std::string* name = topic_names->find(id);
    return name == nullptr ? nullptr : find_topic(*name);
}

const PartitionRegistration* MetadataImage::find_partition(const TopicPartition& tp) const {
    const TopicImage* topic = find_topic(tp.topic);
    if (topic == nullptr || tp.partition.value < 0 ||
        tp.partition.value >= topic->partition_count()) {
        return nullptr;
    }
    return &*topic->partitions[static_cast<std::size_t>(tp.partition.value)];
}

const BrokerRegistration* MetadataImage::find_broker(BrokerId id) const {
    return brokers->find(id);
}

const FlatMap<std::string, std::string>& MetadataImage::configs_of(
    const ConfigResourceKey& key) const {
    static const FlatMap<std::string, std::string> kNone;
    const FlatMap<std::string, std::string>* values = configs->find(key);
    return values == nullptr ? kNone : *values;
}

bool MetadataDelta::empty() const {
    return brokers.empty() && created_topics.empty() && deleted_topics.empty() &&
           partitions.empty() && configs.empty();
}

void digest_into(Digest& d, const PartitionRegistration& p) {
    digest_into<PartitionRegistration>(d, p);
}
void digest_into(Digest& d, const TopicImage& t) {
    digest_into<TopicImage>(d, t);
}
void digest_into(Digest& d, const BrokerRegistration& b) {
    digest_into<BrokerRegistration>(d, b);
}
void digest_into(Digest& d, const ConfigResourceKey& key) {
    digest_into<ConfigResourceKey>(d, key);
}
void digest_into(Digest& d, const MetadataImage& image) {
    digest_into<MetadataImage>(d, image);
}

}  // namespace brokerlab
