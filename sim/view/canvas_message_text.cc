// One sentence fragment for each kind of message whose content a learner asks about; the others are
// called by Kafka's name for them.
#include "sim/view/canvas_message_text.h"

#include <optional>
#include <string_view>
#include <variant>

#include <fmt/format.h>

#include "sim/log/record_batch.h"

namespace brokerlab {
namespace {

std::string records_text(int64_t n) {
    return n == 1 ? "1 record" : fmt::format("{} records", n);
}

int64_t count_records(const std::optional<Records>& records) {
    int64_t n = 0;
    if (records) {
        for (const BatchRef& batch : records->batches) {
            n += batch->bytes.size() >= kBatchHeaderSize ? header_of(batch).records_count : 0;
        }
    }
    return n;
}

/// What a message says about partitions, gathered: one is named, several are counted.
struct About {
    std::string first;
    int64_t partitions = 0;
    int64_t records = 0;
    int64_t offset = -1;  ///< of the first
    ErrorCode error = ErrorCode::kNone;

    void add(const std::string& topic, PartitionId partition, int64_t at) {
        if (partitions++ == 0) {
            first = TopicPartition{topic, partition}.to_string();
            offset = at;
        }
    }
    void note(ErrorCode code) { error = error == ErrorCode::kNone ? code : error; }
    [[nodiscard]] std::string where() const {
        return partitions == 1 ? first : fmt::format("{} partitions", partitions);
    }
    /// ", NOT_LEADER_OR_FOLLOWER".
    [[nodiscard]] std::string trouble() const {
        return error == ErrorCode::kNone ? std::string() : fmt::format(", {}", error_name(error));
    }
};

struct Words {
    const World& world;
    const Message& message;

    [[nodiscard]] bool with_quorum() const {
        return message.from.kind == NodeKind::kController ||
               message.to.kind == NodeKind::kController;
    }
    /// Newer versions name topics by id.
    [[nodiscard]] std::string topic(const std::string& name, const Uuid& id) const {
        if (!name.empty()) {
            return name;
        }
        const TopicImage* image = world.committed_metadata().find_topic(id);
        return image == nullptr ? "a deleted topic" : image->name;
    }

    // ---- Requests

    std::string operator()(const ProduceRequest& request) const {
        About about;
        for (const ProduceRequest::Topic& t : request.topic_data) {
            for (const ProduceRequest::Partition& p : t.partition_data) {
                about.add(t.name, p.index, -1);
                about.records += count_records(p.records);
            }
        }
        return fmt::format("Produce {}, {}", about.where(), records_text(about.records));
    }
    std::string operator()(const FetchRequest& request) const {
        About about;
        for (const FetchRequest::Topic& t : request.topics) {
            for (const FetchRequest::Partition& p : t.partitions) {
                about.add(with_quorum() ? "__cluster_metadata" : topic(t.topic, t.topic_id),
                          p.partition, p.fetch_offset.value);
            }
        }
        if (with_quorum()) {
            return about.partitions == 0
                       ? "Fetch metadata"
                       : fmt::format("Fetch metadata from offset {}", about.offset);
        }
        if (about.partitions == 0) {
            return "Fetch, the same again";
        }
        return about.partitions == 1
                   ? fmt::format("Fetch {} from offset {}", about.first, about.offset)
                   : fmt::format("Fetch {}", about.where());
    }
    std::string operator()(const VoteRequest& request) const {
        return request.topics.empty() || request.topics.front().partitions.empty()
                   ? "Vote"
                   : fmt::format(
                         "{} for controller {}, epoch {}",
                         request.topics.front().partitions.front().pre_vote ? "Pre-vote" : "Vote",
                         node_of(request.topics.front().partitions.front().replica_id).number,
                         request.topics.front().partitions.front().replica_epoch.value);
    }
    std::string operator()(const BrokerHeartbeatRequest& request) const {
        return fmt::format("Heartbeat of broker {}", request.broker_id.value);
    }
    std::string operator()(const BrokerRegistrationRequest& request) const {
        return fmt::format("Registration of broker {}", request.broker_id.value);
    }

    // ---- Responses

    std::string operator()(const ProduceResponse& response) const {
        About about;
        for (const ProduceResponse::Topic& t : response.responses) {
            for (const ProduceResponse::Partition& p : t.partition_responses) {
                about.add(t.name, p.index, p.base_offset.value);
                about.note(p.error_code);
            }
        }
        if (about.error == ErrorCode::kNone && about.partitions == 1) {
            return fmt::format("Produced {} at offset {}", about.first, about.offset);
        }
        return fmt::format("{} {}{}",
                           about.error == ErrorCode::kNone ? "Produced" : "Produce refused:",
                           about.where(), about.trouble());
    }
    std::string operator()(const FetchResponse& response) const {
        About about;
        about.note(response.error_code);
        for (const FetchResponse::Topic& t : response.responses) {
            for (const FetchResponse::Partition& p : t.partitions) {
                about.add(with_quorum() ? "__cluster_metadata" : topic(t.topic, t.topic_id),
                          p.partition_index, p.high_watermark.value);
                about.note(p.error_code);
                about.records += count_records(p.records);
            }
        }
        const std::string_view what = with_quorum() ? "Fetched metadata" : "Fetched";
        if (about.partitions == 0 || (with_quorum() && about.error == ErrorCode::kNone)) {
            return fmt::format("{}, {}{}", what,
                               about.records == 0 ? "nothing new" : records_text(about.records),
                               about.trouble());
        }
        return fmt::format("{} {}, {}{}", what, about.where(),
                           about.records == 0 ? "no records" : records_text(about.records),
                           about.trouble());
    }

    // ---- All others

    template <class Body>
    std::string operator()(const Body&) const {
        return std::string(api_name(Body::kApiKey)) +
               (std::holds_alternative<Response>(message.packet) ? " response" : "");
    }

    std::string operator()(const Request& request) const { return std::visit(*this, request.body); }
    std::string operator()(const Response& response) const {
        return std::visit(*this, response.body);
    }
    std::string operator()(const ConnectionRequested&) const { return "Connect"; }
    std::string operator()(const ConnectionAccepted&) const { return "Connection accepted"; }
    std::string operator()(const ConnectionReset&) const { return "Connection reset"; }
};

}  // namespace

std::string message_label(const World& world, const Message& message) {
    return std::visit(Words{world, message}, message.packet);
}

}  // namespace brokerlab
