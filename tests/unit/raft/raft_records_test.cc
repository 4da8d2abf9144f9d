#include "sim/raft/raft_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/model/message_codec.h"
#include "tests/testing/cut_bytes.h"

namespace brokerlab {
namespace {

using testing::IsEmpty;

template <class T>
std::vector<std::size_t> accepted_prefixes_of(const T& message, ApiVersion version) {
    const auto decode = [&](ByteSpan bytes) { return decode_message<T>(bytes, version); };
    return accepted_prefixes(encode_message(message, version), decode);
}

LeaderChangeMessage three_voters() {
    LeaderChangeMessage message;
    message.leader_id = BrokerId(3001);
    for (const int32_t id : {3001, 3002, 3003}) {
        message.voters.push_back({BrokerId(id), Uuid{7, static_cast<uint64_t>(id)}});
    }
    message.granting_voters = {message.voters[0], message.voters[2]};
    return message;
}

TEST(RaftRecords, TheVoteSurvivesARestart) {
    QuorumStateData vote;
    vote.leader_epoch = LeaderEpoch(5);
    vote.voted_id = BrokerId(3002);
    vote.voted_directory_id = Uuid{1, 2};
    const auto restored = decode_message<QuorumStateData>(encode_message(vote, 1), 1);
    ASSERT_TRUE(restored.ok()) << restored.failure().what;
    EXPECT_EQ(*restored, vote);
}

TEST(RaftRecords, TheFirstVersionOfTheVoteListsTheVotersInsteadOfADirectory) {
    QuorumStateData vote;
    vote.cluster_id = "c";
    vote.voted_id = BrokerId(3002);
    vote.voted_directory_id = Uuid{1, 2};
    vote.current_voters = {{BrokerId(3001)}, {BrokerId(3002)}};
    const auto restored = decode_message<QuorumStateData>(encode_message(vote, 0), 0);
    ASSERT_TRUE(restored.ok()) << restored.failure().what;
    EXPECT_EQ(restored->voted_directory_id, Uuid());
    EXPECT_EQ(restored->current_voters, vote.current_voters);
}

TEST(RaftRecords, OnlyTheNewerLeaderChangeNamesDirectories) {
    const auto plain = decode_message<LeaderChangeMessage>(encode_message(three_voters(), 0), 0);
    const auto newer = decode_message<LeaderChangeMessage>(encode_message(three_voters(), 1), 1);
    ASSERT_TRUE(plain.ok());
    ASSERT_TRUE(newer.ok());
    EXPECT_TRUE(plain->voters[1].voter_directory_id.is_zero());
    EXPECT_EQ(*newer, three_voters());
}

TEST(RaftRecords, ABodyThatIsCutAnywhereIsRefused) {
    VotersRecord voters;
    voters.voters = {{BrokerId(3001), Uuid{1, 1}, {{"CONTROLLER", "controller-1", 9093}}, {0, 1}}};
    EXPECT_THAT(accepted_prefixes_of(three_voters(), 0), IsEmpty());
    EXPECT_THAT(accepted_prefixes_of(three_voters(), 1), IsEmpty());
    EXPECT_THAT(accepted_prefixes_of(voters, 0), IsEmpty());
    EXPECT_THAT(accepted_prefixes_of(QuorumStateData(), 0), IsEmpty());
    EXPECT_THAT(accepted_prefixes_of(QuorumStateData(), 1), IsEmpty());
    EXPECT_THAT(accepted_prefixes_of(SnapshotHeaderRecord(), 0), IsEmpty());
    EXPECT_THAT(accepted_prefixes_of(SnapshotFooterRecord(), 0), IsEmpty());
    EXPECT_THAT(accepted_prefixes_of(KRaftVersionRecord(), 0), IsEmpty());
}

}  // namespace
}  // namespace brokerlab
