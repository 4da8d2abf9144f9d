// A controller's image that tests decide on: brokers and topics in a line each, and every decision
// is replayed as the controller would.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sim/base/check.h"
#include "sim/controller/replication_control.h"

namespace brokerlab {

inline std::vector<BrokerId> brokers(std::initializer_list<int32_t> ids) {
    std::vector<BrokerId> brokers;
    for (const int32_t id : ids) {
        brokers.emplace_back(id);
    }
    return brokers;
}

class ReplCluster {
public:
    ReplCluster() {
        env_.seed = Seed(7);
        env_.self = NodeId{NodeKind::kController, 1};
    }
    /// Unfenced brokers 1 to `count`.
    explicit ReplCluster(int32_t count) : ReplCluster() {
        for (int32_t id = 1; id <= count; ++id) {
            add_broker(id);
        }
    }

    static Uuid directory_of(int32_t broker) {
        return {0xd1, static_cast<uint64_t>(broker) + 1000};
    }

    void add_broker(int32_t id, bool fenced = false) {
        register_broker(id, directory_of(id), fenced);
    }
    void register_broker(int32_t id, Uuid directory, bool fenced) {
        RegisterBrokerRecord record;
        record.broker_id = BrokerId(id);
        record.broker_epoch = BrokerEpoch(next_.value);
        record.fenced = fenced;
        record.log_dirs = {directory};
        write(record);
    }
    /// A partition on each list of replicas, which are in sync where they are active.
    void add_topic(const std::string& name,
                   std::initializer_list<std::initializer_list<int32_t>> assignments) {
        CreateTopicsRequest::Topic topic;
        topic.name = name;
        topic.num_partitions = -1;
        topic.replication_factor = -1;
        PartitionId partition{0};
        for (const auto& assignment : assignments) {
            topic.assignments.push_back({partition, brokers(assignment)});
            partition = PartitionId(partition.value + 1);
        }
        CreateTopicsRequest request;
        request.topics = {topic};
        apply(create_topics(context(), request).decision);
        BL_CHECK(image_.find_topic(name) != nullptr);
    }
    void set_config(ConfigResourceType type, const std::string& name, const std::string& key,
                    const std::string& value) {
        write(ConfigRecord{type, name, key, value});
    }
    void allow_unclean(const std::string& topic) {
        set_config(ConfigResourceType::kTopic, topic, "unclean.leader.election.enable", "true");
    }

    [[nodiscard]] DecisionContext context() const { return {image_, config_, env_, next_}; }
    void write(const MetadataRecord& record) {
        MetadataDelta delta;
        replay(image_, delta, record, next_);
        ++next_;
    }
    void apply(const Decision& decision) {
        for (const MetadataRecord& record : decision.records) {
            write(record);
        }
    }
    Decision fence(int32_t id) { return applied(fence_broker(context(), BrokerId(id), 9_s)); }
    Decision unfence(int32_t id) { return applied(unfence_broker(context(), BrokerId(id))); }
    Decision shut_down(int32_t id) {
        return applied(begin_controlled_shutdown(context(), BrokerId(id)));
    }
    template <class Response>
    Response carry_out(Answer<Response> answer) {
        last_ = std::move(answer.decision);
        apply(last_);
        return std::move(answer.response);
    }

    [[nodiscard]] const PartitionRegistration& partition(const std::string& topic,
                                                         int32_t number = 0) const {
        return *image_.find_partition({topic, PartitionId(number)});
    }
    [[nodiscard]] BrokerId leader(const std::string& topic, int32_t number = 0) const {
        return partition(topic, number).leader;
    }

    /// What the leader asks for when it wants that ISR.
    [[nodiscard]] AlterPartitionRequest proposal(const std::string& topic,
                                                 std::initializer_list<int32_t> isr,
                                                 int32_t number = 0) const {
        const PartitionRegistration& now = partition(topic, number);
        AlterPartitionRequest::Partition proposed;
        proposed.partition_index = PartitionId(number);
        proposed.leader_epoch = now.leader_epoch;
        proposed.partition_epoch = now.partition_epoch;
        for (const BrokerId member : brokers(isr)) {
            const BrokerRegistration* broker = image_.find_broker(member);
            proposed.new_isr_with_epochs.push_back(
                {member, broker != nullptr ? broker->epoch : kNoBrokerEpoch});
        }
        AlterPartitionRequest request;
        request.broker_id = now.leader;
        const BrokerRegistration* sender = image_.find_broker(now.leader);
        request.broker_epoch = sender != nullptr ? sender->epoch : kNoBrokerEpoch;
        request.topics = {{image_.find_topic(topic)->id, {proposed}}};
        return request;
    }
    AlterPartitionResponse::Partition propose(const AlterPartitionRequest& request) {
        return carry_out(alter_partition(context(), request)).topics.at(0).partitions.at(0);
    }
    /// Error of an ISR that the leader proposes.
    ErrorCode propose(const std::string& topic, std::initializer_list<int32_t> isr) {
        return propose(proposal(topic, isr)).error_code;
    }
    AlterPartitionReassignmentsResponse::Partition reassign(
        const std::string& topic, std::optional<std::vector<BrokerId>> target,
        int32_t partition = 0) {
        AlterPartitionReassignmentsRequest request;
        request.topics = {{topic, {{PartitionId(partition), std::move(target)}}}};
        return carry_out(alter_partition_reassignments(context(), request))
            .responses.at(0)
            .partitions.at(0);
    }

    template <class FactType>
    [[nodiscard]] static std::vector<FactType> facts(const Decision& decision) {
        std::vector<FactType> found;
        for (const FactBody& fact : decision.facts) {
            if (const FactType* body = std::get_if<FactType>(&fact)) {
                found.push_back(*body);
            }
        }
        return found;
    }

    [[nodiscard]] const Decision& last() const { return last_; }
    [[nodiscard]] const MetadataImage& image() const { return image_; }
    [[nodiscard]] Offset next_offset() const { return next_; }
    ControllerConfig& config() { return config_; }
    Env& env() { return env_; }

private:
    Decision applied(Decision decision) {
        apply(decision);
        return decision;
    }

    MetadataImage image_;
    ControllerConfig config_;
    Env env_{};
    Offset next_{0};
    Decision last_;
};

}  // namespace brokerlab
