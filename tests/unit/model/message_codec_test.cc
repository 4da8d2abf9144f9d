// Corners of the wire format that the golden vectors do not reach: what must be refused, and what
// must be left out.
#include "sim/model/message_codec.h"

#include "sim/model/messages/fetch.h"
#include "sim/model/messages/header.h"
#include "sim/model/messages/metadata.h"

namespace brokerlab {
namespace {

TEST(MessageCodec, KeepsTheClientIdInItsOldFormInAFlexibleHeader) {
    const RequestHeader header{ApiKey::kFetch, 17, CorrelationId{1}, std::string("ab")};
    EXPECT_EQ(encode_message(header, 2), (Bytes{0, 1, 0, 17, 0, 0, 0, 1, 0, 2, 'a', 'b', 0}));
    const RequestHeader nameless{ApiKey::kFetch, 17, CorrelationId{1}, std::nullopt};
    const Bytes bytes = encode_message(nameless, 2);
    EXPECT_EQ(bytes, (Bytes{0, 1, 0, 17, 0, 0, 0, 1, 0xff, 0xff, 0}));
    EXPECT_EQ(*decode_message<RequestHeader>(bytes, 2), nameless);
}

TEST(MessageCodec, LeavesATaggedFieldOutWhileItHoldsItsDefault) {
    const Bytes unset = encode_message(FetchRequest{}, 17);
    FetchRequest follower;
    follower.replica_state.replica_id = BrokerId{3};
    const Bytes set = encode_message(follower, 17);
    EXPECT_EQ(unset.back(), 0);
    // Tag 1, 13 bytes: replica id, replica epoch, no tagged fields of its own.
    const Bytes tagged{1, 1, 13, 0, 0, 0, 3, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0};
    EXPECT_EQ(Bytes(set.begin() + static_cast<std::ptrdiff_t>(unset.size()) - 1, set.end()),
              tagged);
    EXPECT_EQ(*decode_message<FetchRequest>(set, 17), follower);
}

TEST(MessageCodec, GivesFieldsThatAVersionLacksTheirDefault) {
    MetadataRequest request;
    request.allow_auto_topic_creation = false;
    const Outcome<MetadataRequest> old =
        decode_message<MetadataRequest>(encode_message(request, 3), 3);
    ASSERT_TRUE(old.ok());
    EXPECT_TRUE(old->allow_auto_topic_creation);
}

TEST(MessageCodec, RefusesANullWhereTheVersionHasNone) {
    const Bytes null_topics{0xff, 0xff, 0xff, 0xff};
    EXPECT_FALSE(decode_message<MetadataRequest>(null_topics, 0).ok());
    const Outcome<MetadataRequest> all = decode_message<MetadataRequest>(null_topics, 1);
    ASSERT_TRUE(all.ok());
    EXPECT_FALSE(all->topics.has_value());
}

TEST(MessageCodec, RefusesALengthThatTheBytesCanNotHold) {
    const Bytes hostile{0x7f, 0xff, 0xff, 0xff};
    EXPECT_FALSE(decode_message<MetadataRequest>(hostile, 0).ok());
    const Bytes negative{0xff, 0xff, 0xff, 0xfe};
    EXPECT_FALSE(decode_message<MetadataRequest>(negative, 1).ok());
}

TEST(MessageCodec, RefusesTaggedFieldsOutOfOrderAndTheSameTwice) {
    const Bytes body = encode_message(ResponseHeader{CorrelationId{1}}, 1);
    const auto with_tags = [&](Bytes tags) {
        Bytes bytes(body.begin(), body.end() - 1);
        bytes.insert(bytes.end(), tags.begin(), tags.end());
        return decode_message<ResponseHeader>(bytes, 1).ok();
    };
    EXPECT_TRUE(with_tags({2, 5, 0, 6, 1, 99}));
    EXPECT_FALSE(with_tags({2, 6, 1, 99, 5, 0}));
    EXPECT_FALSE(with_tags({2, 5, 0, 5, 0}));
}

TEST(MessageCodec, RefusesVersionsOutsideTheRangeAndBytesLeftOver) {
    EXPECT_THAT(decode_message<FetchRequest>(Bytes{}, 3).failure().what,
                testing::HasSubstr("version 3 is not one of 4 to 17"));
    Bytes bytes = encode_message(ResponseHeader{}, 0);
    bytes.push_back(0);
    EXPECT_THAT(decode_message<ResponseHeader>(bytes, 0).failure().what,
                testing::HasSubstr("1 bytes are left over"));
}

}  // namespace
}  // namespace brokerlab
