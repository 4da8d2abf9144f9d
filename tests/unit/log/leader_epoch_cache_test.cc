// The leader-epoch cache: which epoch wrote which offsets, and where each of them ends.
#include "sim/log/leader_epoch_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <utility>
#include <vector>

namespace brokerlab {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Pairs = std::vector<std::pair<int32_t, int64_t>>;

LeaderEpochCache cache_of(const Pairs& pairs) {
    LeaderEpochCache cache;
    for (const auto& [epoch, start] : pairs) {
        cache.assign(LeaderEpoch(epoch), Offset(start));
    }
    return cache;
}
Pairs pairs_of(const LeaderEpochCache& cache) {
    Pairs pairs;
    for (const EpochEntry& entry : cache.entries()) {
        pairs.emplace_back(entry.epoch.value, entry.start_offset.value);
    }
    return pairs;
}
std::optional<EpochEndOffset> end(int32_t epoch, int64_t offset) {
    return EpochEndOffset{LeaderEpoch(epoch), Offset(offset)};
}

TEST(LeaderEpochCache, NotesWhereEachEpochStarts) {
    EXPECT_EQ(LeaderEpochCache().latest_epoch(), std::nullopt);
    const LeaderEpochCache cache = cache_of({{0, 0}, {2, 10}, {5, 25}});
    EXPECT_THAT(pairs_of(cache), ElementsAre(std::pair(0, 0), std::pair(2, 10), std::pair(5, 25)));
    EXPECT_EQ(cache.latest_epoch(), LeaderEpoch(5));
}

TEST(LeaderEpochCache, KeepsTheFirstStartOfAnEpoch) {
    EXPECT_THAT(pairs_of(cache_of({{2, 10}, {2, 14}, {2, 10}})), ElementsAre(std::pair(2, 10)));
}

TEST(LeaderEpochCache, DropsWhatANewEntryContradicts) {
    // The latest epoch turns out to start earlier.
    EXPECT_THAT(pairs_of(cache_of({{1, 5}, {2, 10}, {2, 7}})),
                ElementsAre(std::pair(1, 5), std::pair(2, 7)));
    EXPECT_THAT(pairs_of(cache_of({{1, 5}, {2, 10}, {2, 3}})), ElementsAre(std::pair(2, 3)));
    // A leader that wrote nothing before the next took over at the same offset.
    EXPECT_THAT(pairs_of(cache_of({{1, 5}, {2, 10}, {3, 10}})),
                ElementsAre(std::pair(1, 5), std::pair(3, 10)));
    // A later epoch with an earlier start: what lies after that start was another history.
    EXPECT_THAT(pairs_of(cache_of({{1, 5}, {2, 10}, {3, 20}, {4, 10}})),
                ElementsAre(std::pair(1, 5), std::pair(4, 10)));
    // An epoch that falls: the follower truncated and copies from an older leader's part.
    EXPECT_THAT(pairs_of(cache_of({{1, 5}, {4, 10}, {2, 12}})),
                ElementsAre(std::pair(1, 5), std::pair(2, 12)));
}

TEST(LeaderEpochCache, SaysWhereAnEpochEnds) {
    const LeaderEpochCache cache = cache_of({{2, 10}, {4, 20}, {7, 35}});
    struct Row {
        int32_t asked;
        std::optional<EpochEndOffset> answer;
    };
    for (const Row& row :
         {Row{-1, std::nullopt},  // unknown
          Row{0, end(0, 10)},     // below the first: that epoch, the log's start
          Row{1, end(1, 10)}, Row{2, end(2, 20)}, Row{3, end(2, 20)},  // between: the one below it
          Row{4, end(4, 35)}, Row{5, end(4, 35)}, Row{6, end(4, 35)},
          Row{7, end(7, 50)},       // the latest: the log's end
          Row{8, std::nullopt}}) {  // above the latest
        EXPECT_EQ(cache.end_offset_for(LeaderEpoch(row.asked), Offset(50)), row.answer)
            << "epoch " << row.asked;
    }
    EXPECT_EQ(LeaderEpochCache().end_offset_for(LeaderEpoch(0), Offset(50)), std::nullopt);
    EXPECT_EQ(LeaderEpochCache().end_offset_for(kNoLeaderEpoch, Offset(50)), std::nullopt);
}

TEST(LeaderEpochCache, AnswersTheFollowerOfTheFailoverStory) {
    // Replica A has 0-9 of epoch 1. B had 0-7 of it, became leader of epoch 2 and wrote 8-11.
    const LeaderEpochCache b = cache_of({{1, 0}, {2, 8}});
    EXPECT_EQ(b.end_offset_for(LeaderEpoch(1), Offset(12)), end(1, 8)) << "so A truncates to 8";
}

TEST(LeaderEpochCache, KnowsWhoWroteAnOffset) {
    const LeaderEpochCache cache = cache_of({{2, 10}, {4, 20}, {7, 35}});
    EXPECT_EQ(cache.epoch_for_offset(Offset(9)), std::nullopt);
    EXPECT_EQ(cache.epoch_for_offset(Offset(10)), LeaderEpoch(2));
    EXPECT_EQ(cache.epoch_for_offset(Offset(19)), LeaderEpoch(2));
    EXPECT_EQ(cache.epoch_for_offset(Offset(20)), LeaderEpoch(4));
    EXPECT_EQ(cache.epoch_for_offset(Offset(34)), LeaderEpoch(4));
    EXPECT_EQ(cache.epoch_for_offset(Offset(1000)), LeaderEpoch(7));
    EXPECT_EQ(LeaderEpochCache().epoch_for_offset(Offset(0)), std::nullopt);
}

TEST(LeaderEpochCache, IsCutWithTheEndOfTheLog) {
    const Pairs all = {{2, 10}, {4, 20}, {7, 35}};
    const auto cut = [&](int64_t to) {
        LeaderEpochCache cache = cache_of(all);
        cache.truncate_from_end(Offset(to));
        return pairs_of(cache);
    };
    EXPECT_EQ(cut(36), all);
    EXPECT_THAT(cut(35), ElementsAre(std::pair(2, 10), std::pair(4, 20)));
    EXPECT_THAT(cut(21), ElementsAre(std::pair(2, 10), std::pair(4, 20)));
    EXPECT_THAT(cut(20), ElementsAre(std::pair(2, 10)));
    EXPECT_THAT(cut(10), IsEmpty());
    EXPECT_THAT(cut(0), IsEmpty());
}

TEST(LeaderEpochCache, IsCutWithTheStartOfTheLog) {
    const Pairs all = {{2, 10}, {4, 20}, {7, 35}};
    const auto cut = [&](int64_t to) {
        LeaderEpochCache cache = cache_of(all);
        cache.truncate_from_start(Offset(to));
        return pairs_of(cache);
    };
    EXPECT_EQ(cut(5), all) << "a start below the first entry stays as it is";
    EXPECT_EQ(cut(10), all);
    EXPECT_THAT(cut(15), ElementsAre(std::pair(2, 15), std::pair(4, 20), std::pair(7, 35)));
    EXPECT_THAT(cut(20), ElementsAre(std::pair(4, 20), std::pair(7, 35)));
    EXPECT_THAT(cut(34), ElementsAre(std::pair(4, 34), std::pair(7, 35)));
    EXPECT_THAT(cut(35), ElementsAre(std::pair(7, 35)));
    EXPECT_THAT(cut(90), ElementsAre(std::pair(7, 90))) << "the latest epoch is never forgotten";
}

TEST(LeaderEpochCache, RisesInEpochAndOffsetWhateverIsAssigned) {
    EXPECT_TRUE(rc::check([] {
        const auto assignments = *rc::gen::container<Pairs>(
            rc::gen::pair(rc::gen::inRange<int32_t>(0, 20), rc::gen::inRange<int64_t>(0, 50)));
        LeaderEpochCache cache;
        for (const auto& [epoch, start] : assignments) {
            cache.assign(LeaderEpoch(epoch), Offset(start));
            const Pairs pairs = pairs_of(cache);
            for (std::size_t i = 1; i < pairs.size(); ++i) {
                RC_ASSERT(pairs[i - 1].first < pairs[i].first);
                RC_ASSERT(pairs[i - 1].second < pairs[i].second);
            }
            RC_ASSERT(cache.latest_epoch() == LeaderEpoch(epoch));
            RC_ASSERT(cache.epoch_for_offset(Offset(start)) == LeaderEpoch(epoch));
        }
    }));
}

TEST(LeaderEpochCache, IsAValue) {
    LeaderEpochCache cache = cache_of({{1, 0}, {2, 8}});
    const LeaderEpochCache copy = cache;
    cache.truncate_from_end(Offset(8));
    EXPECT_NE(cache, copy);
    EXPECT_NE(digest_of(cache), digest_of(copy));
    cache.assign(LeaderEpoch(2), Offset(8));
    EXPECT_EQ(cache, copy);
    EXPECT_EQ(digest_of(cache), digest_of(copy));
    cache.clear();
    EXPECT_EQ(cache, LeaderEpochCache());
}

}  // namespace
}  // namespace brokerlab
