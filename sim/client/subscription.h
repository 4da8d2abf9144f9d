// Subscription: the topics that a member of a group wants, by list or by pattern.
//
// A pattern is compared with the names of all topics whenever the metadata changes. Internal topics
// never match, as with exclude.internal.topics=true. [SubscriptionState.java,
// ConsumerCoordinator.updatePatternSubscription]
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/base/flat_map.h"
#include "sim/client/client_metadata.h"
#include "sim/client/topic_pattern.h"
#include "sim/model/setup.h"

namespace brokerlab {

struct Subscription {
    std::optional<TopicPattern> pattern;
    FlatSet<std::string> topics;  ///< as listed, or as matched last

    bool operator==(const Subscription&) const = default;
};

/// The pattern, if there is one, can be read: whoever makes the set-up has seen to that.
[[nodiscard]] Subscription make_subscription(const ConsumerSetup& setup);
/// Tells the metadata what to ask for.
void want_topics(const Subscription& subscription, ClientMetadata& metadata, SimTime now);
/// Compares the pattern, if there is one, with what the metadata has.
void follow_pattern(Subscription& subscription, const ClientMetadata& metadata);
/// Whether the topic may be assigned to the subscriber.
[[nodiscard]] bool covers(const Subscription& subscription, const std::string& topic);

}  // namespace brokerlab
