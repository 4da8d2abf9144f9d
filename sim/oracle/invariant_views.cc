#include "sim/oracle/invariant_views.h"

#include <algorithm>

namespace brokerlab {
namespace {

/// Whether the follower's last fetch came from the process that the leader knows as registered.
bool is_known_process(const MetadataImage& image, BrokerId broker, BrokerEpoch epoch) {
    const BrokerRegistration* registration = image.find_broker(broker);
    return registration != nullptr && registration->epoch == epoch;
}

std::vector<FollowerView> in_sync_followers(const Partition& partition,
                                            const MetadataImage& image) {
    std::vector<FollowerView> found;
    for (const BrokerId member : partition.maximal_isr()) {
        const FollowerState* follower = partition.followers.find(member);
        if (follower != nullptr && follower->log_end_offset != kNoOffset &&
            is_known_process(image, member, follower->broker_epoch)) {
            found.push_back({member, follower->broker_epoch, follower->log_end_offset,
                             !partition.is_in_sync(member)});
        }
    }
    return found;
}

ReplicaView replica_of(const BrokerHost& host, const PartitionLog& log) {
    ReplicaView view;
    view.broker = host.setup.id;
    view.starts = host.starts;
    view.log = &log;
    return view;
}

ReplicaView view_running(const BrokerHost& host, const Partition& partition) {
    ReplicaView view = replica_of(host, *partition.log);
    if (partition.is_leader) {
        view.leads = true;
        view.leader_epoch = partition.leader_epoch;
        view.epoch_start = partition.leader_epoch_start_offset;
        view.in_sync = in_sync_followers(partition, (**host.process).image());
    }
    return view;
}

std::optional<ReplicaView> view_replica(const BrokerHost& host, const TopicPartition& tp,
                                        const Uuid& topic_id) {
    if (host.has_process()) {
        const Partition* running = (**host.process).replicas().find(tp);
        if (running != nullptr && running->topic_id == topic_id) {
            return view_running(host, *running);
        }
    }
    const FlatMap<TopicPartition, ReplicaOnDisk>& on_disk =
        host.has_process() ? (**host.process).replicas().unhosted : host.disk->replicas;
    const ReplicaOnDisk* replica = on_disk.find(tp);
    if (replica == nullptr || replica->topic_id != topic_id) {
        return std::nullopt;
    }
    return replica_of(host, *replica->log);
}

MemberView view_controller(const ControllerHost& host) {
    MemberView view;
    view.node = {NodeKind::kController, host.number};
    if (!host.has_process()) {
        view.log = &host.disk->log;
        return view;
    }
    const ControllerNode& controller = **host.process;
    view.log = &controller.raft().log();
    if (controller.raft().is_leader()) {
        view.leads_in = controller.raft().epoch();
    }
    view.active_in = controller.active_epoch();
    view.applied_end = controller.committed().last_offset + 1;
    return view;
}

MemberView view_observer(const BrokerHost& host) {
    MemberView view;
    view.node = {NodeKind::kBroker, host.setup.id.value};
    if (!host.has_process()) {
        view.log = &host.disk->metadata.log;
        return view;
    }
    const BrokerNode& broker = **host.process;
    view.log = &broker.raft().log();
    view.applied_end = broker.image().last_offset + 1;
    return view;
}

}  // namespace

std::optional<PartitionView> view_partition(const World& world, const MetadataImage& committed,
                                            const TopicPartition& tp) {
    const TopicImage* topic = committed.find_topic(tp.topic);
    const PartitionRegistration* registration = committed.find_partition(tp);
    if (topic == nullptr || registration == nullptr) {
        return std::nullopt;
    }
    PartitionView view{tp, topic->id, registration, committed.last_offset, {}};
    for (const Cow<BrokerHost>& host : world.brokers) {
        if (std::optional<ReplicaView> replica = view_replica(*host, tp, topic->id)) {
            view.replicas.push_back(std::move(*replica));
        }
    }
    return view;
}

QuorumView view_quorum(const World& world, const std::vector<Fact>& facts) {
    QuorumView view;
    for (const Cow<ControllerHost>& host : world.controllers) {
        view.members.push_back(view_controller(*host));
    }
    for (const Cow<BrokerHost>& host : world.brokers) {
        view.members.push_back(view_observer(*host));
    }
    for (const Fact& fact : facts) {
        if (const auto* elected = std::get_if<QuorumLeaderElected>(&fact.body)) {
            view.elected.push_back({elected->epoch, fact.node});
        } else if (const auto* active = std::get_if<ControllerActivated>(&fact.body)) {
            view.activated.push_back({active->epoch, fact.node});
        }
    }
    return view;
}

}  // namespace brokerlab
