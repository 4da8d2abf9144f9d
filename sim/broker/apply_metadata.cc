// Walking a metadata delta. What a single replica makes of it is in replica_roles.h.
//
// Assumes what MetadataLoader grants: the first image that reaches a broker is as new as its own
// disk. Directory assignments (KIP-858) are not modelled: a broker has one log directory.
#include "sim/broker/apply_metadata.h"

#include <algorithm>
#include <string>
#include <vector>

#include "sim/broker/fetch.h"
#include "sim/broker/fetchers.h"
#include "sim/broker/follower.h"
#include "sim/broker/metadata_loader.h"
#include "sim/broker/produce.h"
#include "sim/broker/replica_roles.h"

namespace brokerlab {
namespace {

/// Whoever waits on these may be done, or wait in vain.
using Touched = std::vector<TopicPartition>;

void drop_deleted_topic(ReplicaManager& rm, const Uuid& id, const TopicImage& topic,
                        Touched& touched) {
    for (int32_t p = 0; p < topic.partition_count(); ++p) {
        const TopicPartition tp{topic.name, PartitionId(p)};
        const Partition* hosted = rm.find(tp);
        const ReplicaOnDisk* on_disk = rm.unhosted.find(tp);
        if (hosted != nullptr ? hosted->topic_id == id
                              : on_disk != nullptr && on_disk->topic_id == id) {
            drop_replica(rm, tp);
            touched.push_back(tp);
        }
    }
}

void apply_deletions(ReplicaManager& rm, const MetadataImage& now, const MetadataDelta& delta,
                     Touched& touched) {
    for (const auto& [id, topic] : delta.deleted_topics) {
        drop_deleted_topic(rm, id, topic, touched);
    }
    for (const TopicPartition& tp : delta.partitions) {
        const PartitionRegistration* registration = now.find_partition(tp);
        if (registration != nullptr && !registration->is_replica(rm.broker)) {
            if (drop_replica(rm, tp)) {
                touched.push_back(tp);
            }
        }
    }
}

/// Calls `act(tp, topic id, registration)` for the changed partitions with a replica here that this
/// broker leads, or those that it doesn't.
template <class Act>
void for_each_own(const ReplicaManager& rm, const MetadataImage& now, const MetadataDelta& delta,
                  bool led_here, Act act) {
    for (const TopicPartition& tp : delta.partitions) {
        const TopicImage* topic = now.find_topic(tp.topic);
        const PartitionRegistration* registration = now.find_partition(tp);
        if (topic != nullptr && registration != nullptr && registration->is_replica(rm.broker) &&
            (registration->leader == rm.broker) == led_here) {
            act(tp, topic->id, *registration);
        }
    }
}

void apply_leaders(ReplicaManager& rm, const MetadataImage& now, const MetadataDelta& delta,
                   const Env& env, Effects& fx, Touched& touched) {
    for_each_own(rm, now, delta, true,
                 [&](const TopicPartition& tp, const Uuid& id, const PartitionRegistration& r) {
                     host_replica(rm, now, tp, id, env);
                     if (become_leader(rm, now, tp, r, env, fx)) {
                         touched.push_back(tp);
                     }
                 });
}

void apply_followers(ReplicaManager& rm, const MetadataImage& now, const MetadataDelta& delta,
                     const Env& env, Effects& fx, Touched& touched) {
    for_each_own(rm, now, delta, false,
                 [&](const TopicPartition& tp, const Uuid& id, const PartitionRegistration& r) {
                     host_replica(rm, now, tp, id, env);
                     if (become_follower(rm, now, tp, r, env, fx)) {
                         touched.push_back(tp);
                     }
                 });
}

/// Derives the settings of the partitions from the one at `first` on, while `wanted` holds.
template <class Wanted>
void derive_settings(ReplicaManager& rm, const MetadataImage& now, const TopicPartition& first,
                     Wanted wanted) {
    auto at = rm.partitions.lower_bound(first);
    while (at != rm.partitions.end() && wanted(at->first)) {
        const std::string topic = at->first.topic;
        const TopicSettings settings =
            topic_settings(*rm.config, now.configs_of({ConfigResourceType::kTopic, topic}));
        for (; at != rm.partitions.end() && at->first.topic == topic; ++at) {
            if (at->second->settings != settings) {
                at->second.edit().settings = settings;
            }
        }
    }
}

/// The dynamic settings of this broker, and through them the settings of every topic that has none
/// of its own [DynamicBrokerConfig.scala DynamicLogConfig, BrokerDynamicThreadPool].
void apply_broker_configs(ReplicaManager& rm, const MetadataImage& now) {
    const auto& cluster_values = now.configs_of({ConfigResourceType::kBroker, ""});
    const auto& own_values =
        now.configs_of({ConfigResourceType::kBroker, std::to_string(rm.broker.value)});
    const int32_t fetchers = rm.config->num_replica_fetchers;
    rm.config = Cow<BrokerConfig>(with_dynamic_values(*rm.config, cluster_values, own_values));
    derive_settings(rm, now, TopicPartition{}, [](const TopicPartition&) { return true; });
    if (rm.config->num_replica_fetchers != fetchers) {
        resize_fetchers(rm);
    }
}

void apply_topic_configs(ReplicaManager& rm, const MetadataImage& now, const MetadataDelta& delta) {
    for (const ConfigResourceKey& key : delta.configs) {
        if (key.type == ConfigResourceType::kTopic) {
            derive_settings(rm, now, TopicPartition{key.name, PartitionId(0)},
                            [&](const TopicPartition& tp) { return tp.topic == key.name; });
        }
    }
}

}  // namespace

void apply_metadata(ReplicaManager& rm, const MetadataImage& now, const MetadataDelta& delta,
                    const Env& env, Effects& fx) {
    const bool broker_changed = changes_broker_config(delta, rm.broker);
    if (broker_changed) {
        apply_broker_configs(rm, now);
    }
    Touched touched;
    apply_deletions(rm, now, delta, touched);
    apply_leaders(rm, now, delta, env, fx, touched);
    apply_followers(rm, now, delta, env, fx, touched);
    end_idle_fetchers(rm, fx);
    if (!broker_changed) {
        apply_topic_configs(rm, now, delta);
    }
    for (const TopicPartition& tp : touched) {
        try_complete_produces(rm, now, tp, env, fx);
        try_complete_fetches(rm, now, tp, env, fx);
    }
    run_fetchers(rm, env, fx);
}

}  // namespace brokerlab
