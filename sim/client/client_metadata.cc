#include "sim/client/client_metadata.h"

#include <algorithm>

#include "sim/base/aggregate_digest.h"
#include "sim/client/least_loaded_node.h"
#include "sim/model/internal_topics.h"

namespace brokerlab {
namespace {

constexpr SimTime kLongAgo{detail::kLowest};

}  // namespace

ClientMetadata::ClientMetadata(MetadataConfig config, std::vector<BrokerId> bootstrap)
    : config_(config) {
    for (const BrokerId broker : bootstrap) {
        bootstrap_.insert(broker);
    }
    brokers_ = bootstrap_;
}

const TopicInfo* ClientMetadata::find_topic(std::string_view name) const {
    return topics_.find(name);
}

const PartitionInfo* ClientMetadata::find(const TopicPartition& tp) const {
    const TopicInfo* topic = find_topic(tp.topic);
    const auto place = static_cast<std::size_t>(tp.partition.value);
    return topic != nullptr && tp.partition.value >= 0 && place < topic->partitions.size()
               ? &topic->partitions[place]
               : nullptr;
}

void ClientMetadata::add_topic(const std::string& name, SimTime now) {
    SimTime* const until = wanted_.find(name);
    if (until != nullptr) {
        *until = now + config_.max_idle;
        return;
    }
    wanted_.insert_or_assign(name, now + config_.max_idle);
    // A new topic does not wait for the back-off of the others.
    requested_ = true;
    new_topics_ = true;
    same_answers_ = 0;
    not_before_ = kLongAgo;
    back_off_drawn_ = true;
}

void ClientMetadata::want_all_topics() {
    wants_all_ = true;
    requested_ = true;
}

void ClientMetadata::keep_only(const FlatSet<std::string>& names) {
    wanted_.erase_if([&names](const auto& topic) { return !names.contains(topic.first); });
}

bool ClientMetadata::has_answer_for(std::string_view name) const {
    return topics_.contains(name) || (wants_all_ && succeeded_at_ != kLongAgo);
}

void ClientMetadata::request_update() {
    requested_ = true;
}

bool ClientMetadata::update_leader(const TopicPartition& tp, BrokerId leader, LeaderEpoch epoch) {
    if (find(tp) == nullptr || leader == kNoBroker || epoch == kNoLeaderEpoch) {
        return false;
    }
    const auto place = static_cast<std::size_t>(tp.partition.value);
    SeenEpochs& seen = seen_[tp.topic];
    seen.epochs.resize(std::max(seen.epochs.size(), place + 1), kNoLeaderEpoch);
    if (epoch <= seen.epochs[place]) {
        return false;
    }
    seen.epochs[place] = epoch;
    topics_.at(tp.topic).partitions[place] = {leader, epoch};
    brokers_.insert(leader);
    ++version_;
    return true;
}

void ClientMetadata::start_over() {
    requested_ = true;
    if (brokers_ == bootstrap_ && topics_.empty()) {
        return;
    }
    brokers_ = bootstrap_;
    topics_.clear();
    ++version_;
}

void ClientMetadata::maybe_update(NetworkClient& client, uint64_t tag, bool allow_auto_creation,
                                  const Env& env, Effects& fx) {
    settle_back_off(env);
    if (in_flight_ || due_at() > env.now) {
        return;
    }
    std::optional<NodeId> node = least_loaded_node(brokers_, client, env);
    if (!node && !any_node_connected(brokers_, client)) {
        start_over();
        node = least_loaded_node(brokers_, client, env);
    }
    if (!node || !client.ready(*node, env, fx)) {
        return;
    }
    MetadataRequest request;
    request.allow_auto_topic_creation = allow_auto_creation;
    for (const auto& [name, until] : wanted_) {
        request.topics->push_back({Uuid{}, name});
    }
    if (wants_all_) {
        request.topics.reset();
    }
    new_topics_ = false;
    in_flight_ = true;
    client.send(*node, std::move(request), MetadataRequest::kVersions.latest, tag, env, fx);
}

bool ClientMetadata::take_partition(const MetadataResponse::Partition& partition, SeenEpochs& seen,
                                    const TopicInfo* known, TopicInfo& taken) {
    const auto place = static_cast<std::size_t>(partition.partition_index.value);
    if (taken.partitions.size() <= place) {
        taken.partitions.resize(place + 1);
    }
    if (seen.epochs.size() <= place) {
        seen.epochs.resize(place + 1, kNoLeaderEpoch);
    }
    if (is_invalid_metadata(partition.error_code)) {
        requested_ = true;
    }
    if (partition.leader_epoch < seen.epochs[place]) {  // The asked broker is behind.
        if (known != nullptr && place < known->partitions.size()) {
            taken.partitions[place] = known->partitions[place];
        }
        return false;
    }
    const bool news = partition.leader_epoch > seen.epochs[place];
    seen.epochs[place] = partition.leader_epoch;
    taken.partitions[place] = {partition.leader_id, partition.leader_epoch};
    return news;
}

void ClientMetadata::take_topic(const MetadataResponse::Topic& topic) {
    const bool taken_by_pattern = wants_all_ && topic.name && !is_internal_topic(*topic.name);
    if (!topic.name || (!taken_by_pattern && !wanted_.contains(*topic.name))) {
        return;
    }
    const std::string& name = *topic.name;
    TopicInfo taken;
    taken.id = topic.topic_id;
    taken.error = topic.error_code;
    if (topic.error_code != ErrorCode::kNone) {
        if (is_invalid_metadata(topic.error_code)) {
            requested_ = true;
        }
        topics_.insert_or_assign(name, std::move(taken));
        return;
    }
    SeenEpochs& seen = seen_[name];
    if (seen.topic_id != topic.topic_id) {  // Another topic of the same name.
        seen = {topic.topic_id, {}};
    }
    bool news = false;
    const TopicInfo* known = find_topic(name);
    for (const MetadataResponse::Partition& partition : topic.partitions) {
        news = take_partition(partition, seen, known, taken) || news;
    }
    if (news) {
        same_answers_ = 0;
    }
    topics_.insert_or_assign(name, std::move(taken));
}

void ClientMetadata::on_response(const MetadataResponse& response, SimTime now) {
    in_flight_ = false;
    if (response.error_code == ErrorCode::kRebootstrapRequired) {
        start_over();
        return;
    }
    if (response.brokers.empty()) {
        on_request_failed(now);
        return;
    }
    const FlatMap<std::string, TopicInfo> topics_before = topics_;
    const FlatSet<BrokerId> brokers_before = brokers_;
    requested_ = new_topics_;
    failures_ = 0;
    refreshed_at_ = now;
    succeeded_at_ = now;
    ++same_answers_;
    brokers_.clear();
    for (const MetadataResponse::Broker& broker : response.brokers) {
        brokers_.insert(broker.node_id);
    }
    for (const MetadataResponse::Topic& topic : response.topics) {
        take_topic(topic);
    }
    wanted_.erase_if([now](const auto& topic) { return topic.second <= now; });
    FlatSet<std::string> told;
    for (const MetadataResponse::Topic& topic : response.topics) {
        if (wants_all_ && topic.name) {
            told.insert(*topic.name);
        }
    }
    const auto is_over = [&](const auto& topic) {
        return wants_all_ ? !told.contains(topic.first) : !wanted_.contains(topic.first);
    };
    topics_.erase_if(is_over);
    seen_.erase_if(is_over);
    if (topics_ != topics_before || brokers_ != brokers_before) {
        ++version_;
    }
    not_before_ = new_topics_ ? kLongAgo : now + config_.retry_backoff;
    back_off_drawn_ = new_topics_;
}

void ClientMetadata::on_request_failed(SimTime now) {
    in_flight_ = false;
    requested_ = true;
    refreshed_at_ = now;
    ++failures_;
    same_answers_ = 0;
    not_before_ = now + config_.retry_backoff;
    back_off_drawn_ = false;
}

void ClientMetadata::settle_back_off(const Env& env) {
    if (back_off_drawn_) {
        return;
    }
    const Backoff backoff{config_.retry_backoff, config_.retry_backoff_max};
    const RandomBits bits =
        env.draw(DrawPurpose::kMetadataBackoff, draw_key(refreshed_at_, failures_, same_answers_));
    const uint32_t tries = std::max(failures_, same_answers_);
    not_before_ = refreshed_at_ + backoff.after(tries > 0 ? tries - 1 : 0, bits);
    back_off_drawn_ = true;
}

SimTime ClientMetadata::due_at() const {
    const SimTime wanted =
        requested_ || succeeded_at_ == kLongAgo ? kLongAgo : succeeded_at_ + config_.max_age;
    return std::max(wanted, not_before_);
}

SimTime ClientMetadata::next_update(const NetworkClient& client, SimTime now) const {
    if (in_flight_) {
        return kNever;
    }
    const SimTime due = due_at();
    if (due > now) {
        return due;
    }
    // It waits for a broker: an answer and a connection come as events, ends of back-offs do not.
    SimTime earliest = kNever;
    for (const BrokerId broker : brokers_) {
        const SimTime retry = client.next_retry(node_of(broker));
        if (retry > now) {
            earliest = std::min(earliest, retry);
        }
    }
    return earliest;
}

void digest_into(Digest& d, const ClientMetadata& m) {
    digest_fields(d, m.config_, m.bootstrap_, m.brokers_, m.topics_, m.seen_, m.wanted_, m.version_,
                  m.in_flight_, m.requested_, m.new_topics_, m.failures_, m.same_answers_,
                  m.refreshed_at_, m.succeeded_at_, m.not_before_, m.back_off_drawn_);
    if (m.wants_all_) {  // Recordings without patterns keep their digests.
        d.mix(1);
    }
}

}  // namespace brokerlab
