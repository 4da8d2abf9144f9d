// DeleteTopics, by name or by id. Brokers drop the files later, on their own.
// [ControllerApis.deleteTopics, ReplicationControlManager.deleteTopics]
// Answers come in the order of the request; Kafka shuffles them, to hide names from those who may
// not see them.
#include <string_view>
#include <utility>

#include "sim/controller/replica_assignment.h"
#include "sim/controller/replication_control.h"
#include "sim/model/config.h"

namespace brokerlab {
namespace {

using Wanted = DeleteTopicsRequest::Topic;

constexpr std::string_view kDeleteEnable = "delete.topic.enable";

bool deletion_enabled(const ControllerConfig& config) {
    return find_config(ConfigScope::kBroker, kDeleteEnable) == nullptr ||
           config.values.boolean(kDeleteEnable);
}

/// One DeleteTopics request on its way through.
class TopicDeletion {
public:
    TopicDeletion(const DecisionContext& context, const DeleteTopicsRequest& request)
        : context_(context) {
        for (const std::string& name : request.topic_names) {
            wanted_.push_back({name, Uuid()});
        }
        wanted_.insert(wanted_.end(), request.topics.begin(), request.topics.end());
    }

    Answer<DeleteTopicsResponse> run() {
        const bool enabled = deletion_enabled(context_.config);
        for (const Wanted& topic : wanted_) {
            if (!enabled) {
                respond(topic, {ErrorCode::kTopicDeletionDisabled, "Topic deletion is disabled."});
            } else if (answer_for_duplicates(topic)) {
                continue;
            } else {
                remove(topic);
            }
        }
        return std::move(answer_);
    }

private:
    void respond(const Wanted& topic, Refusal refusal) {
        answer_.response.responses.push_back(
            {topic.name, topic.topic_id, refusal.error, std::move(refusal.message)});
    }

    [[nodiscard]] bool named_again(const Wanted& topic) const {
        std::size_t times = 0;
        for (const Wanted& other : wanted_) {
            times += other == topic ? 1U : 0U;
        }
        return times > 1;
    }

    /// A topic that is named twice is answered once, and not deleted.
    bool answer_for_duplicates(const Wanted& topic) {
        const bool by_name = topic.name.has_value() && topic.topic_id.is_zero();
        const bool by_id = !topic.name && !topic.topic_id.is_zero();
        if ((!by_name && !by_id) || !named_again(topic)) {
            return false;
        }
        const bool first =
            by_name ? names_twice_.insert(*topic.name) : ids_twice_.insert(topic.topic_id);
        if (first) {
            respond(topic, {ErrorCode::kInvalidRequest,
                            by_name ? "Duplicate topic name." : "Duplicate topic id."});
        }
        return true;
    }

    void remove(const Wanted& topic) {
        if (!topic.name && topic.topic_id.is_zero()) {
            respond(topic,
                    {ErrorCode::kInvalidRequest, "Neither topic name nor id were specified."});
            return;
        }
        if (topic.name && !topic.topic_id.is_zero()) {
            respond(topic, {ErrorCode::kInvalidRequest,
                            "You may not specify both topic name and topic id."});
            return;
        }
        const TopicImage* found = topic.name ? context_.image.find_topic(*topic.name)
                                             : context_.image.find_topic(topic.topic_id);
        if (found == nullptr) {
            respond(topic, topic.name ? Refusal{ErrorCode::kUnknownTopicOrPartition,
                                                "This server does not host this topic-partition."}
                                      : Refusal{ErrorCode::kUnknownTopicId,
                                                "This server does not host this topic ID."});
            return;
        }
        const Wanted both{found->name, found->id};
        if (topic.name && wanted_by_id(found->id)) {
            respond(both, {ErrorCode::kInvalidRequest,
                           "The provided topic name maps to an ID that was already supplied."});
            return;
        }
        if (!topic.name && wanted_by_name(found->name)) {
            return;  // answered where it is named
        }
        answer_.decision.records.emplace_back(RemoveTopicRecord{found->id});
        answer_.decision.facts.emplace_back(TopicDeleted{found->name});
        respond(both, {});
    }

    [[nodiscard]] bool wanted_by_id(const Uuid& id) const { return contains({std::nullopt, id}); }
    [[nodiscard]] bool wanted_by_name(const std::string& name) const {
        const Wanted topic{name, Uuid()};
        return contains(topic) && !named_again(topic);
    }
    [[nodiscard]] bool contains(const Wanted& topic) const {
        for (const Wanted& other : wanted_) {
            if (other == topic) {
                return true;
            }
        }
        return false;
    }

    const DecisionContext& context_;
    std::vector<Wanted> wanted_;
    FlatSet<std::string> names_twice_;
    FlatSet<Uuid> ids_twice_;
    Answer<DeleteTopicsResponse> answer_;
};

}  // namespace

Answer<DeleteTopicsResponse> delete_topics(const DecisionContext& context,
                                           const DeleteTopicsRequest& request) {
    return TopicDeletion(context, request).run();
}

}  // namespace brokerlab
