#include "sim/assign/sticky_user_data.h"

#include <string>
#include <utility>

namespace brokerlab {
namespace {

/// The length of an array: Kafka refuses one that is longer than the bytes that follow.
std::size_t read_length(ByteReader& in) {
    const auto length = in.be<int32_t>();
    if (length < 0 || static_cast<std::size_t>(length) > in.remaining()) {
        in.fail();
        return 0;
    }
    return static_cast<std::size_t>(length);
}

std::string read_text(ByteReader& in) {
    const auto length = in.be<int16_t>();
    if (length < 0) {
        in.fail();
        return {};
    }
    return std::string(as_text(in.bytes(static_cast<std::size_t>(length))));
}

std::vector<ConsumerTopicPartitions> read_partitions(ByteReader& in) {
    std::vector<ConsumerTopicPartitions> topics;
    const std::size_t topic_count = read_length(in);
    for (std::size_t t = 0; t < topic_count && in.ok(); ++t) {
        ConsumerTopicPartitions topic{read_text(in), {}};
        const std::size_t partition_count = read_length(in);
        for (std::size_t p = 0; p < partition_count && in.ok(); ++p) {
            topic.partitions.emplace_back(in.be<int32_t>());
        }
        topics.push_back(std::move(topic));
    }
    return topics;
}

std::optional<GenerationId> read_generation(ByteReader& in) {
    const GenerationId generation(in.be<int32_t>());
    return in.ok() ? std::optional(generation) : std::nullopt;
}

}  // namespace

Bytes encode_sticky_user_data(const std::vector<ConsumerTopicPartitions>& partitions,
                              GenerationId generation) {
    ByteWriter out;
    out.be(static_cast<int32_t>(partitions.size()));
    for (const ConsumerTopicPartitions& topic : partitions) {
        out.be(static_cast<int16_t>(topic.topic.size()));
        out.bytes(as_bytes(topic.topic));
        out.be(static_cast<int32_t>(topic.partitions.size()));
        for (const PartitionId partition : topic.partitions) {
            out.be(partition.value);
        }
    }
    out.be(generation.value);
    return out.take();
}

OwnedClaim decode_sticky_user_data(ByteSpan bytes) {
    ByteReader in(bytes);
    OwnedClaim claim{read_partitions(in), std::nullopt};
    if (!in.ok()) {
        return {{}, kNoGeneration};
    }
    claim.generation = read_generation(in);
    return claim;
}

Bytes encode_cooperative_user_data(GenerationId generation) {
    ByteWriter out;
    out.be(generation.value);
    return out.take();
}

OwnedClaim sticky_claim(const ConsumerProtocolSubscription& subscription) {
    if (!subscription.user_data || subscription.user_data->empty()) {
        return {};
    }
    return decode_sticky_user_data(*subscription.user_data);
}

OwnedClaim cooperative_claim(const ConsumerProtocolSubscription& subscription) {
    OwnedClaim claim{subscription.owned_partitions, std::nullopt};
    if (subscription.generation_id >= GenerationId(0)) {
        claim.generation = subscription.generation_id;
    } else if (subscription.user_data) {
        ByteReader in(*subscription.user_data);
        claim.generation = read_generation(in).value_or(kNoGeneration);
    }
    return claim;
}

}  // namespace brokerlab
