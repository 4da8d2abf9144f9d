// Envelope: a request or response on its way between two nodes, with header and connection.
//
// All bodies stand in one variant for requests and one for responses, at the same places. An
// enumerator in ApiKey without a body here, or the other way round, does not compile. This header
// knows every message and is the heavy one: code that handles a single kind includes that kind's
// header of sim/model/messages alone.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "sim/base/check.h"
#include "sim/base/compiled_variant.h"
#include "sim/base/digest.h"
#include "sim/model/api_key.h"
#include "sim/model/ids.h"
#include "sim/model/messages/alter_partition.h"
#include "sim/model/messages/api_versions.h"
#include "sim/model/messages/classic_group.h"
#include "sim/model/messages/cluster.h"
#include "sim/model/messages/configs.h"
#include "sim/model/messages/consumer_group.h"
#include "sim/model/messages/delete_records.h"
#include "sim/model/messages/describe_quorum.h"
#include "sim/model/messages/describe_topic_partitions.h"
#include "sim/model/messages/elect_leaders.h"
#include "sim/model/messages/fetch.h"
#include "sim/model/messages/fetch_snapshot.h"
#include "sim/model/messages/find_coordinator.h"
#include "sim/model/messages/forwarding.h"
#include "sim/model/messages/group_admin.h"
#include "sim/model/messages/group_offsets.h"
#include "sim/model/messages/header.h"
#include "sim/model/messages/list_offsets.h"
#include "sim/model/messages/log_dirs.h"
#include "sim/model/messages/metadata.h"
#include "sim/model/messages/offset_for_leader_epoch.h"
#include "sim/model/messages/produce.h"
#include "sim/model/messages/producer_id.h"
#include "sim/model/messages/raft_election.h"
#include "sim/model/messages/reassignments.h"
#include "sim/model/messages/registration.h"
#include "sim/model/messages/topics.h"
#include "sim/model/messages/transaction_admin.h"
#include "sim/model/messages/transactions.h"
#include "sim/model/schema.h"

namespace brokerlab {

/// One TCP connection: who opened it, to whom, and which of the opener's it is, counted from 1. No
/// ordinal is used again, so a message of a connection that broke can't be taken for one of its
/// successor.
struct ConnectionId {
    NodeId opener;
    NodeId peer;
    uint32_t ordinal = 0;

    friend constexpr bool operator==(const ConnectionId&, const ConnectionId&) = default;
    friend constexpr auto operator<=>(const ConnectionId&, const ConnectionId&) = default;
};
inline void digest_into(Digest& d, const ConnectionId& connection) {
    digest_fields(d, connection.opener, connection.peer, connection.ordinal);
}

/// The bodies in the order of their api keys, requests and responses alike.
using RequestBodies = std::variant<
    ProduceRequest, FetchRequest, ListOffsetsRequest, MetadataRequest, OffsetCommitRequest,
    OffsetFetchRequest, FindCoordinatorRequest, JoinGroupRequest, HeartbeatRequest,
    LeaveGroupRequest, SyncGroupRequest, DescribeGroupsRequest, ListGroupsRequest,
    ApiVersionsRequest, CreateTopicsRequest, DeleteTopicsRequest, DeleteRecordsRequest,
    InitProducerIdRequest, OffsetForLeaderEpochRequest, AddPartitionsToTxnRequest,
    AddOffsetsToTxnRequest, EndTxnRequest, WriteTxnMarkersRequest, TxnOffsetCommitRequest,
    DescribeConfigsRequest, AlterConfigsRequest, DescribeLogDirsRequest, CreatePartitionsRequest,
    DeleteGroupsRequest, ElectLeadersRequest, IncrementalAlterConfigsRequest,
    AlterPartitionReassignmentsRequest, ListPartitionReassignmentsRequest, OffsetDeleteRequest,
    VoteRequest, BeginQuorumEpochRequest, EndQuorumEpochRequest, DescribeQuorumRequest,
    AlterPartitionRequest, EnvelopeRequest, FetchSnapshotRequest, DescribeClusterRequest,
    DescribeProducersRequest, BrokerRegistrationRequest, BrokerHeartbeatRequest,
    UnregisterBrokerRequest, DescribeTransactionsRequest, ListTransactionsRequest,
    AllocateProducerIdsRequest, ConsumerGroupHeartbeatRequest, ConsumerGroupDescribeRequest,
    ControllerRegistrationRequest, AssignReplicasToDirsRequest, DescribeTopicPartitionsRequest>;
using ResponseBodies = std::variant<
    ProduceResponse, FetchResponse, ListOffsetsResponse, MetadataResponse, OffsetCommitResponse,
    OffsetFetchResponse, FindCoordinatorResponse, JoinGroupResponse, HeartbeatResponse,
    LeaveGroupResponse, SyncGroupResponse, DescribeGroupsResponse, ListGroupsResponse,
    ApiVersionsResponse, CreateTopicsResponse, DeleteTopicsResponse, DeleteRecordsResponse,
    InitProducerIdResponse, OffsetForLeaderEpochResponse, AddPartitionsToTxnResponse,
    AddOffsetsToTxnResponse, EndTxnResponse, WriteTxnMarkersResponse, TxnOffsetCommitResponse,
    DescribeConfigsResponse, AlterConfigsResponse, DescribeLogDirsResponse,
    CreatePartitionsResponse, DeleteGroupsResponse, ElectLeadersResponse,
    IncrementalAlterConfigsResponse, AlterPartitionReassignmentsResponse,
    ListPartitionReassignmentsResponse, OffsetDeleteResponse, VoteResponse,
    BeginQuorumEpochResponse, EndQuorumEpochResponse, DescribeQuorumResponse,
    AlterPartitionResponse, EnvelopeResponse, FetchSnapshotResponse, DescribeClusterResponse,
    DescribeProducersResponse, BrokerRegistrationResponse, BrokerHeartbeatResponse,
    UnregisterBrokerResponse, DescribeTransactionsResponse, ListTransactionsResponse,
    AllocateProducerIdsResponse, ConsumerGroupHeartbeatResponse, ConsumerGroupDescribeResponse,
    ControllerRegistrationResponse, AssignReplicasToDirsResponse, DescribeTopicPartitionsResponse>;
extern template class CompiledVariant<RequestBodies>;
extern template class CompiledVariant<ResponseBodies>;
using RequestBody = CompiledVariant<RequestBodies>;
using ResponseBody = CompiledVariant<ResponseBodies>;

namespace detail {

template <class Variant>
struct ApiTable;
template <class... Bodies>
struct ApiTable<std::variant<Bodies...>> {
    static constexpr std::array<ApiKey, sizeof...(Bodies)> kKeys{Bodies::kApiKey...};
    static constexpr std::array<VersionRange, sizeof...(Bodies)> kVersions{Bodies::kVersions...};
};
using RequestTable = ApiTable<RequestBodies>;
using ResponseTable = ApiTable<ResponseBodies>;

/// Whether the table holds the keys that have a name, in ascending order, and no others.
template <class Table>
constexpr bool holds_every_api_in_order() {
    std::size_t next = 0;
    for (int16_t number = 0; number < 1000; ++number) {
        const ApiKey key{number};
        if (api_name(key).empty()) {
            continue;
        }
        if (next == Table::kKeys.size() || Table::kKeys[next] != key) {
            return false;
        }
        ++next;
    }
    return next == Table::kKeys.size();
}

static_assert(holds_every_api_in_order<RequestTable>(), "RequestBody and ApiKey differ");
static_assert(holds_every_api_in_order<ResponseTable>(), "ResponseBody and ApiKey differ");
static_assert(RequestTable::kVersions == ResponseTable::kVersions,
              "a request and its response differ in their versions");

}  // namespace detail

[[nodiscard]] inline ApiKey api_key_of(const RequestBody& body) {
    return detail::RequestTable::kKeys[body.index()];
}
[[nodiscard]] inline ApiKey api_key_of(const ResponseBody& body) {
    return detail::ResponseTable::kKeys[body.index()];
}

/// The versions of a request kind that a 4.0 node takes (KIP-896). `key` must be one that the lab
/// speaks.
[[nodiscard]] VersionRange versions_of(ApiKey key);

/// A request on its way; the header says what the body is.
struct Request {
    ConnectionId connection;
    RequestHeader header;
    RequestBody body;

    bool operator==(const Request&) const = default;
};
void digest_into(Digest& d, const Request& request);

/// A response keeps the header of the request that it answers, as the client does; on the wire
/// only the correlation id goes with it.
struct Response {
    ConnectionId connection;
    RequestHeader request_header;
    ResponseBody body;

    bool operator==(const Response&) const = default;
};
void digest_into(Digest& d, const Response& response);

/// The header of a request of kind `key`. `version` must be one of versions_of(key).
[[nodiscard]] RequestHeader make_header(ApiKey key, ApiVersion version,
                                        CorrelationId correlation_id, std::string client_id);

template <class Body>
[[nodiscard]] Request make_request(ConnectionId connection, ApiVersion version,
                                   CorrelationId correlation_id, std::string client_id, Body body) {
    return {connection, make_header(Body::kApiKey, version, correlation_id, std::move(client_id)),
            std::move(body)};
}

/// The answer to `request`; `body` must be the response of its kind.
template <class Body>
[[nodiscard]] Response make_response(const Request& request, Body body) {
    BL_CHECK(request.header.request_api_key == Body::kApiKey);
    return {request.connection, request.header, std::move(body)};
}

}  // namespace brokerlab
