// Requests and responses as they travel: header, connection, body.
#include "sim/model/envelope.h"

namespace brokerlab {
namespace {

const ConnectionId kConnection{{NodeKind::kClient, 4}, {NodeKind::kBroker, 2}, 1};

Request fetch_request() {
    FetchRequest body;
    body.max_wait_ms = 500;
    FetchRequest::Topic& topic = body.topics.emplace_back();
    topic.topic_id = Uuid{1, 2};
    topic.partitions.emplace_back().partition = PartitionId{3};
    return make_request(kConnection, 17, CorrelationId{9}, "audit", body);
}

TEST(Envelope, PutsTheKindOfTheBodyIntoTheHeader) {
    const Request request = fetch_request();
    EXPECT_EQ(api_key_of(request.body), ApiKey::kFetch);
    EXPECT_EQ(request.header,
              (RequestHeader{ApiKey::kFetch, 17, CorrelationId{9}, std::string("audit")}));
    EXPECT_EQ(request.connection, kConnection);
}

TEST(Envelope, AnswersWithTheHeaderAndOnTheConnectionOfTheRequest) {
    FetchResponse body;
    body.session_id = 77;
    const Response response = make_response(fetch_request(), body);
    EXPECT_EQ(response.connection, kConnection);
    EXPECT_EQ(response.request_header, fetch_request().header);
    EXPECT_EQ(api_key_of(response.body), ApiKey::kFetch);
    EXPECT_EQ(std::get<FetchResponse>(response.body), body);
}

TEST(Envelope, IsAValue) {
    const Request original = fetch_request();
    Request copy = original;
    EXPECT_EQ(copy, original);
    EXPECT_EQ(digest_of(copy), digest_of(original));

    std::get<FetchRequest>(copy.body).topics[0].partitions[0].fetch_offset = Offset{1};
    EXPECT_NE(copy, original);
    EXPECT_NE(digest_of(copy), digest_of(original));
    EXPECT_EQ(original, fetch_request());

    const Request moved = std::move(copy);
    EXPECT_EQ(std::get<FetchRequest>(moved.body).topics[0].partitions[0].fetch_offset, Offset{1});
}

TEST(Envelope, CountsHeaderConnectionAndKindIntoTheDigest) {
    const Request original = fetch_request();

    Request later = original;
    ++later.header.correlation_id;
    EXPECT_NE(later, original);
    EXPECT_NE(digest_of(later), digest_of(original));

    Request reconnected = original;
    ++reconnected.connection.ordinal;
    EXPECT_NE(reconnected, original);
    EXPECT_NE(digest_of(reconnected), digest_of(original));

    // Both hold one throttle time and one error code, all zero.
    Response heartbeat;
    heartbeat.body = HeartbeatResponse{};
    Response added;
    added.body = AddOffsetsToTxnResponse{};
    EXPECT_NE(heartbeat, added);
    EXPECT_NE(digest_of(heartbeat), digest_of(added));
}

TEST(Envelope, KnowsTheVersionsThatKafka40Offers) {
    EXPECT_EQ(versions_of(ApiKey::kProduce), (VersionRange{3, 12, 9}));
    EXPECT_EQ(versions_of(ApiKey::kVote), (VersionRange{0, 2, 0}));
    EXPECT_EQ(versions_of(ApiKey::kOffsetDelete), (VersionRange{0, 0}));
    EXPECT_EQ(versions_of(ApiKey::kAlterPartition), (VersionRange{2, 3, 0}));
    EXPECT_EQ(versions_of(ApiKey::kWriteTxnMarkers), (VersionRange{1, 1, 1}));
}

TEST(Envelope, NamesTheKindsAsKafkaPrintsThem) {
    EXPECT_EQ(api_name(ApiKey::kOffsetForLeaderEpoch), "OffsetForLeaderEpoch");
    EXPECT_EQ(api_name(ApiKey::kApiVersions), "ApiVersions");
    EXPECT_EQ(api_name(ApiKey{17}), "");  // SaslHandshake
}

TEST(EnvelopeDeathTest, StopsAtAVersionThatNobodyOffers) {
    EXPECT_DEATH((void)make_request(kConnection, 2, CorrelationId{1}, "c", ProduceRequest{}),
                 "versions.lowest <= version");
    EXPECT_DEATH((void)make_request(kConnection, 13, CorrelationId{1}, "c", ProduceRequest{}),
                 "version <= versions.latest");
}

TEST(EnvelopeDeathTest, StopsAtAnAnswerOfAnotherKind) {
    EXPECT_DEATH((void)make_response(fetch_request(), ProduceResponse{}), "Body::kApiKey");
}

TEST(Header, IsFlexibleWhereItsBodyIs) {
    const VersionRange produce = ProduceRequest::kVersions;
    EXPECT_EQ(request_header_version(produce, 8), 1);
    EXPECT_EQ(request_header_version(produce, 9), 2);
    EXPECT_EQ(response_header_version(ApiKey::kProduce, produce, 8), 0);
    EXPECT_EQ(response_header_version(ApiKey::kProduce, produce, 9), 1);
    EXPECT_EQ(request_header_version(OffsetDeleteRequest::kVersions, 0), 1);
}

TEST(Header, OfAnApiVersionsResponseNeverChanges) {
    const VersionRange versions = ApiVersionsResponse::kVersions;
    for (ApiVersion v = versions.lowest; v <= versions.latest; ++v) {
        EXPECT_EQ(response_header_version(ApiKey::kApiVersions, versions, v), 0);
    }
}

}  // namespace
}  // namespace brokerlab
