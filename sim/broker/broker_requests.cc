// Which part of a broker handles a request.
//
// What no part handles closes its connection, as a broker does with a request that it can't read.
// [core server/KafkaApis.scala]
#include <utility>

#include "sim/broker/broker.h"
#include "sim/broker/describe_configs.h"
#include "sim/broker/fetch.h"
#include "sim/broker/metadata_requests.h"
#include "sim/broker/produce.h"

namespace brokerlab {

void BrokerNode::handle(Request&& request, const Env& env, Effects& fx) {
    const ApiKey api = request.header.request_api_key;
    const VersionRange versions = versions_of(api);
    const ApiVersion version = request.header.request_api_version;
    if (version < versions.lowest || version > versions.latest) {
        if (api == ApiKey::kApiVersions) {
            // So that the client learns what it may ask for (KIP-511).
            ApiVersionsResponse refusal;
            refusal.error_code = ErrorCode::kUnsupportedVersion;
            refusal.api_keys = {{api, versions.lowest, versions.latest}};
            fx.respond(make_response(request, std::move(refusal)));
        } else {
            fx.close(request.connection);
        }
        return;
    }
    if (is_forwarded(api)) {
        forward(forwarding_, request, forwarding_channel_, env.now);
        return;
    }
    if (is_group_request(api)) {
        handle_group_request(group_host(env, fx), request);
        return;
    }
    switch (api) {
        case ApiKey::kProduce:
            on_produce(replicas_, image_, request, env, fx);
            return;
        case ApiKey::kFetch:
            on_fetch(replicas_, image_, std::move(request), env, fx);
            return;
        case ApiKey::kListOffsets:
            on_list_offsets(replicas_, request, env, fx, &image_);
            return;
        case ApiKey::kOffsetForLeaderEpoch:
            on_offset_for_leader_epoch(replicas_, request, env, fx, &image_);
            return;
        case ApiKey::kMetadata:
            handle_metadata(request, env, fx);
            return;
        case ApiKey::kDescribeCluster:
            fx.respond(
                make_response(request, describe_cluster(image_, start_.cluster_id, request, env)));
            return;
        case ApiKey::kDescribeTopicPartitions:
            fx.respond(make_response(
                request, describe_topic_partitions(
                             image_, std::get<DescribeTopicPartitionsRequest>(request.body))));
            return;
        case ApiKey::kDescribeConfigs:
            fx.respond(make_response(
                request, describe_configs(image_, start_.config, start_.id,
                                          std::get<DescribeConfigsRequest>(request.body))));
            return;
        case ApiKey::kApiVersions:
            fx.respond(make_response(request, describe_api_versions(image_, request)));
            return;
        case ApiKey::kInitProducerId:
            handle_init_producer_id(request, env, fx);
            return;
        case ApiKey::kFindCoordinator:
            handle_find_coordinator(request, env, fx);
            return;
        default:
            fx.close(request.connection);
            return;
    }
}

void BrokerNode::handle_metadata(const Request& request, const Env& env, Effects& fx) {
    std::vector<std::string> missing;
    fx.respond(make_response(
        request, describe_metadata(image_, start_.cluster_id, config(), request, env, missing)));
    if (missing.empty()) {
        return;
    }
    std::vector<CreateTopicsRequest::Topic> topics;
    for (const std::string& name : missing) {
        topics.push_back(auto_created_topic(name, config()));
    }
    create_missing_topics(forwarding_, std::move(topics), request.header, forwarding_channel_,
                          env.now);
}

void BrokerNode::handle_init_producer_id(const Request& request, const Env& env, Effects& fx) {
    const auto& body = std::get<InitProducerIdRequest>(request.body);
    if (!body.transactional_id.has_value()) {
        on_init_producer_id(producer_ids_, request, start_.id, lifecycle_.epoch,
                            forwarding_channel_, env.now, fx);
        return;
    }
    InitProducerIdResponse refusal;
    refusal.error_code = body.transactional_id->empty() ? ErrorCode::kInvalidRequest
                                                        : ErrorCode::kCoordinatorNotAvailable;
    refusal.producer_epoch = kNoProducerEpoch;
    fx.respond(make_response(request, std::move(refusal)));
}

}  // namespace brokerlab
