#include "sim/assign/sticky_user_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brokerlab {
namespace {

using testing::IsEmpty;

const std::vector<ConsumerTopicPartitions> kOwned{{"t", {PartitionId(1), PartitionId(2)}}};
const Bytes kVersion1{0, 0, 0, 1, 0, 1, 't', 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 7};

TEST(StickyUserData, HasThePartitionsAndTheGeneration) {
    EXPECT_EQ(encode_sticky_user_data(kOwned, GenerationId(7)), kVersion1);
    EXPECT_EQ(decode_sticky_user_data(kVersion1), (OwnedClaim{kOwned, GenerationId(7)}));
}

TEST(StickyUserData, OfAnOldClientHasNoGeneration) {
    const Bytes version_0(kVersion1.begin(), kVersion1.end() - 4);
    EXPECT_EQ(decode_sticky_user_data(version_0), (OwnedClaim{kOwned, std::nullopt}));
}

TEST(StickyUserData, ThatMakesNoSenseClaimsNothing) {
    const OwnedClaim nothing{{}, kNoGeneration};
    for (const Bytes& bytes : {Bytes{1}, Bytes{0xff, 0xff, 0xff, 0xff}, Bytes{0x7f, 0, 0, 0, 1},
                               Bytes{0, 0, 0, 1, 0xff, 0xff}, Bytes{0, 0, 0, 1, 0, 9, 't'}}) {
        EXPECT_EQ(decode_sticky_user_data(bytes), nothing);
    }
    EXPECT_EQ(sticky_claim({}), OwnedClaim());
}

TEST(CooperativeUserData, IsTheGenerationForThoseWhoReadNothingElse) {
    EXPECT_EQ(encode_cooperative_user_data(GenerationId(7)), (Bytes{0, 0, 0, 7}));
    ConsumerProtocolSubscription subscription;
    subscription.owned_partitions = kOwned;
    EXPECT_EQ(cooperative_claim(subscription), (OwnedClaim{kOwned, std::nullopt}));
    subscription.user_data = Bytes{0, 0, 0, 7};
    EXPECT_EQ(cooperative_claim(subscription), (OwnedClaim{kOwned, GenerationId(7)}));
    subscription.user_data = Bytes{0};
    EXPECT_EQ(cooperative_claim(subscription), (OwnedClaim{kOwned, kNoGeneration}));
    subscription.generation_id = GenerationId(9);
    EXPECT_EQ(cooperative_claim(subscription), (OwnedClaim{kOwned, GenerationId(9)}));
}

TEST(AssignorMemory, IsShippedByTheStickyAssignorsAlone) {
    for (const ClientAssignor assignor : {ClientAssignor::kRange, ClientAssignor::kRoundRobin}) {
        AssignorMemory memory;
        on_assignment(assignor, {kOwned, std::nullopt}, GenerationId(7), memory);
        EXPECT_EQ(user_data_of(assignor, memory), std::nullopt);
    }
    AssignorMemory sticky;
    EXPECT_EQ(user_data_of(ClientAssignor::kSticky, sticky), std::nullopt);
    on_assignment(ClientAssignor::kSticky, {kOwned, std::nullopt}, GenerationId(7), sticky);
    EXPECT_EQ(user_data_of(ClientAssignor::kSticky, sticky), kVersion1);
    AssignorMemory cooperative;
    EXPECT_EQ(user_data_of(ClientAssignor::kCooperativeSticky, cooperative),
              (Bytes{0xff, 0xff, 0xff, 0xff}));
    on_assignment(ClientAssignor::kCooperativeSticky, {kOwned, std::nullopt}, GenerationId(7),
                  cooperative);
    EXPECT_EQ(user_data_of(ClientAssignor::kCooperativeSticky, cooperative), (Bytes{0, 0, 0, 7}));
    EXPECT_EQ(cooperative.last_assignment, std::nullopt);
}

}  // namespace
}  // namespace brokerlab
