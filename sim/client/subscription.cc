#include "sim/client/subscription.h"

#include <utility>

#include "sim/base/check.h"

namespace brokerlab {

Subscription make_subscription(const ConsumerSetup& setup) {
    Subscription made;
    if (setup.pattern) {
        Outcome<TopicPattern> pattern = TopicPattern::parse(*setup.pattern);
        BL_CHECK(pattern.ok());
        made.pattern = *std::move(pattern);
    } else {
        for (const std::string& topic : setup.topics) {
            made.topics.insert(topic);
        }
    }
    return made;
}

void want_topics(const Subscription& subscription, ClientMetadata& metadata, SimTime now) {
    if (subscription.pattern) {
        metadata.want_all_topics();
    }
    for (const std::string& topic : subscription.topics) {
        metadata.add_topic(topic, now);
    }
}

void follow_pattern(Subscription& subscription, const ClientMetadata& metadata) {
    if (!subscription.pattern || metadata.topics().empty()) {
        return;  // A client that starts over from its bootstrap servers knows no topic at all.
    }
    FlatSet<std::string> matched;
    for (const auto& [name, info] : metadata.topics()) {
        if (info.error == ErrorCode::kNone && subscription.pattern->matches(name)) {
            matched.insert(name);
        }
    }
    subscription.topics = matched;
}

bool covers(const Subscription& subscription, const std::string& topic) {
    return subscription.pattern ? subscription.pattern->matches(topic)
                                : subscription.topics.contains(topic);
}

}  // namespace brokerlab
