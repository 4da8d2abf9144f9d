// Forwarding: what only the active controller can do goes to it in an Envelope, and its answer back
// to the client.
//
// The request travels as its bytes, under the client's own header; the client hears nothing of a
// change of controllers in between. Topics that a Metadata request creates by asking for them go
// the same way, once each. One request at a time is under way, as Kafka's channel has it; one that
// finds no controller within 60 s is answered with REQUEST_TIMED_OUT.
// [core server/ForwardingManager.scala, AutoTopicCreationManager.scala; KIP-590]
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/broker/controller_channel.h"
#include "sim/model/env.h"
#include "sim/model/ids.h"

namespace brokerlab {

/// How long a request waits for an active controller [BrokerServer.scala].
inline constexpr Duration kForwardingTimeout = 60_s;

struct Forwarding {
    FlatMap<uint64_t, Request> requests;                    ///< of clients that wait, by tag
    FlatMap<uint64_t, std::vector<std::string>> creations;  ///< topics being auto-created, by tag
    FlatSet<std::string> topics_in_creation;
    uint64_t next_tag = 1;

    bool operator==(const Forwarding&) const = default;
};

/// Whether requests of this kind go to the controller.
[[nodiscard]] bool is_forwarded(ApiKey api);

/// Takes a request of a forwarded kind; it is answered when the controller has.
void forward(Forwarding& forwarding, Request request, ControllerChannel& channel, SimTime now);

/// Asks the controller to create those of `topics` that it was not asked for already, in the name
/// of the client that sent `header`.
void create_missing_topics(Forwarding& forwarding, std::vector<CreateTopicsRequest::Topic> topics,
                           const RequestHeader& header, ControllerChannel& channel, SimTime now);

/// The answer to an Envelope, or that there was none.
void on_forwarding_answer(Forwarding& forwarding, const ControllerAnswer& answer, Effects& fx);

/// A client is gone: its requests are not answered. What is under way stays under way.
void forget_forwarded(Forwarding& forwarding, const ConnectionId& connection);

}  // namespace brokerlab
