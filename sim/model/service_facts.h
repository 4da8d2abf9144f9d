// Facts about the order services: what they did with a record or a call, seen from outside Kafka.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/model/ids.h"

namespace brokerlab {

/// Where a record lies that a service worked on.
struct RecordPlace {
    TopicPartition partition;
    Offset offset;

    friend bool operator==(const RecordPlace&, const RecordPlace&) = default;
    friend auto operator<=>(const RecordPlace&, const RecordPlace&) = default;
};

/// What a service can do that nothing takes back: a later crash doesn't undo it, and doing it again
/// is what the business oracle looks for.
enum class Deed : uint8_t {
    kOrderPlaced,    ///< the HTTP entry took an order, and answered so
    kOrderReceived,  ///< a service that only takes note of orders got one
    kOrderApproved,
    kOrderRejected,
    kCharged,     ///< money left the customer's account
    kStockTaken,  ///< pieces left the shelf
    kMailSent,
    kUserCreated,
    kLogged,
};

/// A service did it, for good.
struct ServiceActed {
    std::string service;  ///< without the number of the instance: that is the fact's node
    Deed deed = Deed::kOrderPlaced;
    std::string subject;              ///< the order's id, or the e-mail address: what it is about
    std::string item;                 ///< the product, or what was logged; may be empty
    int64_t amount = 0;               ///< money in hundredths, or pieces; 0 where neither applies
    std::optional<RecordPlace> from;  ///< the record that asked for it; nothing: an HTTP call

    bool operator==(const ServiceActed&) const = default;
};
/// A handler could not work on a record: what the service does then is its `on-error`.
struct ServiceFailed {
    std::string service;
    RecordPlace record;
    std::string reason;
    bool retried = false;  ///< the record is tried again; else it is skipped

    bool operator==(const ServiceFailed&) const = default;
};
/// A call over HTTP was answered.
struct HttpAnswered {
    std::string service;
    std::string path;
    int32_t status = 200;
    std::string body;

    bool operator==(const HttpAnswered&) const = default;
};
/// A call over HTTP gets no answer: the process that had it is gone.
struct HttpUnanswered {
    std::string service;
    std::string path;
    /// Its handler had begun: what it wrote into its database and what it sent stays.
    bool handled = false;

    bool operator==(const HttpUnanswered&) const = default;
};

}  // namespace brokerlab
