// Handlers: what the order services do with a call or a record: the code of the seed systems.
//
// A handler is a function of its input and of its service's database; what it wants done stands in
// the turn afterwards: deeds, which nothing takes back, and records to send. One that fails has
// changed nothing. Handlers keep nothing in memory from one call to the next.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/app/http_call.h"
#include "sim/client/polled_record.h"
#include "sim/model/business.h"
#include "sim/model/env.h"
#include "sim/model/service_facts.h"
#include "sim/model/setup.h"

namespace brokerlab {

/// A record that a handler sends.
struct OutgoingMessage {
    std::string topic;
    std::optional<std::string> key;
    std::string value;

    bool operator==(const OutgoingMessage&) const = default;
};

struct HandlerTurn {
    const ServiceSetup& service;
    Database& database;
    const Env& env;
    std::vector<ServiceActed> deeds = {};  ///< of a call: done if its answer is 200
    std::vector<OutgoingMessage> messages = {};

    /// The id of a new order: the instance's node and the number of its call, unique in the World.
    [[nodiscard]] std::string order_id(const HttpCall& call) const;
    /// Adds a deed of the service.
    void act(Deed deed, std::string subject, std::string item = {}, int64_t amount = 0) {
        deeds.push_back(
            {service.name, deed, std::move(subject), std::move(item), amount, std::nullopt});
    }
};

/// Why the record can't be worked on; nothing when it was.
using RecordHandler = std::optional<std::string> (*)(const PolledRecord& record, HandlerTurn& turn);
using CallHandler = HttpAnswer (*)(const HttpCall& call, HandlerTurn& turn);

struct Handler {
    std::string_view name;
    CallHandler on_call = nullptr;      ///< it needs an HTTP entry
    RecordHandler on_record = nullptr;  ///< it needs a group and topics
    bool produces = false;              ///< it writes to the topic that the service `produces`
    bool decides = false;               ///< it approves or rejects orders
    std::array<std::string_view, 2> writes = {};  ///< topics that its code names
    /// A call of its entry, for a menu to begin with.
    std::string_view sample_path = {};
    std::string_view sample_body = {};

    /// Whether it needs a producer.
    [[nodiscard]] bool sends() const { return produces || !writes.front().empty(); }
};

/// All of them.
[[nodiscard]] std::span<const Handler> handlers();
/// nullptr when there is none of that name.
[[nodiscard]] const Handler* find_handler(std::string_view name);

}  // namespace brokerlab
