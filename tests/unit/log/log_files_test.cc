// A log as files: there and back, and what is left when a file is damaged.
#include "sim/log/log_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <rapidcheck.h>

#include <algorithm>

#include "sim/log/recovery.h"
#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/log_invariants.h"

namespace brokerlab {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

using brokerlab::testing::broken_invariants;
using brokerlab::testing::TestLog;
using brokerlab::testing::texts_of;

constexpr Uuid kTopic{.high = 0x0102030405060708, .low = 0x1112131415161718};
constexpr const char* kFirst = "00000000000000000000";
constexpr const char* kSecond = "00000000000000000004";

/// Two segments: 0-1, 2 and an abort marker at 3; then 4 and 5-6 of the next epoch.
TestLog a_log() {
    TestLog test;
    test.config.index_interval_bytes = 60;
    EXPECT_TRUE(test.append({{"a", "0"}, {"b", "1"}}).ok());
    EXPECT_TRUE(test.append({{"c", "2"}}, {.producer_id = ProducerId(7),
                                           .producer_epoch = ProducerEpoch(0),
                                           .base_sequence = Sequence(0),
                                           .transactional = true})
                    .ok());
    EXPECT_TRUE(test.end_txn(ProducerId(7), ProducerEpoch(0), ControlRecordType::kAbort).ok());
    roll(test.log, Offset(4), test.now);
    test.epoch = LeaderEpoch(2);
    EXPECT_TRUE(test.append({{"d", "4"}}).ok());
    EXPECT_TRUE(test.append({{"e", "5"}, {"f", "6"}}, {.codec = CompressionCodec::kLz4}).ok());
    test.commit_all();
    close_cleanly(test.log, test.now);
    return test;
}

std::vector<LogFile> files_of(const TestLog& test) {
    return to_log_files(test.log, kTopic);
}

LogFile& file(std::vector<LogFile>& files, const std::string& name) {
    const auto found =
        std::find_if(files.begin(), files.end(), [&](const LogFile& f) { return f.name == name; });
    BL_CHECK(found != files.end());
    return *found;
}
/// Loads files that must give a sound log. Epoch and base offset of a batch stand outside of its
/// CRC: where they may be damaged, `epochs_fit` is false.
LoadedLog load(const std::vector<LogFile>& files, bool epochs_fit = true) {
    LogConfig config;
    config.index_interval_bytes = 60;
    Outcome<LoadedLog> loaded = from_log_files(files, config, SimTime::from_ms(0));
    BL_CHECK(loaded.ok());
    std::vector<std::string> broken = broken_invariants(loaded->log);
    if (!epochs_fit) {
        std::erase_if(broken, [](const std::string& sentence) {
            return sentence.find("another epoch") != std::string::npos;
        });
    }
    EXPECT_THAT(broken, IsEmpty());
    return *std::move(loaded);
}
std::vector<std::string> records(const PartitionLog& log) {
    TestLog view;
    view.log = log;
    return view.read_all();
}
const std::vector<std::string> kAllRecords = {"0:a=0", "1:b=1", "2:c=2", "4:d=4", "5:e=5", "6:f=6"};

TEST(LogFiles, AreThoseOfALogDirectory) {
    std::vector<std::string> names;
    for (const LogFile& f : files_of(a_log())) {
        names.push_back(f.name);
    }
    EXPECT_THAT(names,
                ElementsAre("00000000000000000000.index", "00000000000000000000.log",
                            "00000000000000000000.timeindex", "00000000000000000000.txnindex",
                            "00000000000000000004.index", "00000000000000000004.log",
                            "00000000000000000004.snapshot", "00000000000000000004.timeindex",
                            "00000000000000000007.snapshot", "leader-epoch-checkpoint",
                            "partition.metadata"));
}

TEST(LogFiles, HoldTheBatchesAsTheyAre) {
    const TestLog test = a_log();
    std::vector<LogFile> files = files_of(test);
    Bytes expected;
    for (std::size_t i = 0; i < 3; ++i) {
        const Bytes& batch = test.log.segments[0]->batches()[i].batch->bytes;
        expected.insert(expected.end(), batch.begin(), batch.end());
    }
    EXPECT_EQ(file(files, std::string(kFirst) + ".log").bytes, expected);
    EXPECT_EQ(as_text(file(files, "leader-epoch-checkpoint").bytes), "0\n2\n0 0\n2 4\n");
    EXPECT_EQ(as_text(file(files, "partition.metadata").bytes),
              "version: 0\ntopic_id: " + kTopic.to_string());
}

TEST(LogFiles, ComeBackAsTheSameLog) {
    const TestLog test = a_log();
    const std::vector<LogFile> files = files_of(test);
    const LoadedLog loaded = load(files);
    for (const Failure& problem : loaded.problems) {
        ADD_FAILURE() << problem.what;
    }
    EXPECT_EQ(loaded.topic_id, kTopic);
    EXPECT_EQ(records(loaded.log), kAllRecords);
    EXPECT_EQ(loaded.log.log_end_offset, Offset(7));
    EXPECT_EQ(loaded.log.leader_epochs, test.log.leader_epochs);
    EXPECT_EQ(loaded.log.segments[0]->txn_index(), test.log.segments[0]->txn_index());
    EXPECT_EQ(loaded.log.producers->producers.at(ProducerId(7)).last_sequence(), Sequence(0));
    EXPECT_EQ(to_log_files(loaded.log, loaded.topic_id), files) << "byte for byte";
}

TEST(LogFiles, OfAnEmptyLogComeBack) {
    const PartitionLog log = new_log(SimTime(), Offset(12));
    const LoadedLog loaded = load(to_log_files(log, kTopic));
    EXPECT_THAT(loaded.problems, IsEmpty());
    EXPECT_EQ(loaded.log.log_start_offset, Offset(12));
    EXPECT_EQ(loaded.log.log_end_offset, Offset(12));
}

// ------------------------------------------------------------------------------------------ damage

void expect_problem(const LoadedLog& loaded, const std::string& name, const std::string& what) {
    EXPECT_THAT(loaded.problems,
                Contains(Field(&Failure::what, AllOf(HasSubstr(name), HasSubstr(what)))));
}

TEST(DamagedLogFile, KeepsTheBatchesBeforeTheCut) {
    const std::string name = std::string(kSecond) + ".log";
    const std::vector<LogFile> good = files_of(a_log());
    std::vector<LogFile> files = good;
    const std::size_t first_batch =
        static_cast<std::size_t>(a_log().log.segments[1]->batches()[1].position);
    const std::size_t whole = file(files, name).bytes.size();
    for (std::size_t size = 0; size < whole; ++size) {
        files = good;
        file(files, name).bytes.resize(size);
        const LoadedLog loaded = load(files);
        std::vector<std::string> expected = {"0:a=0", "1:b=1", "2:c=2"};
        if (size >= first_batch) {
            expected.push_back("4:d=4");
        }
        EXPECT_EQ(records(loaded.log), expected) << size;
        EXPECT_EQ(loaded.log.log_end_offset, Offset(size >= first_batch ? 5 : 4)) << size;
        if (size > 0 && size != first_batch) {
            expect_problem(loaded, name,
                           "byte " + std::to_string(size > first_batch ? first_batch : 0));
        }
    }
}

TEST(DamagedLogFile, KeepsTheBatchesBeforeTheFirstBadOne) {
    const std::string name = std::string(kSecond) + ".log";
    const std::vector<LogFile> good = files_of(a_log());
    const LoggedBatch second = a_log().log.segments[1]->batches()[1];
    for (int32_t at = second.position + 16; at < second.position + second.size; ++at) {
        std::vector<LogFile> files = good;
        file(files, name).bytes[static_cast<std::size_t>(at)] ^= 0x04;
        const LoadedLog loaded = load(files);
        EXPECT_EQ(records(loaded.log).back(), "4:d=4") << at;
        expect_problem(loaded, name, "byte " + std::to_string(second.position));
    }
}

TEST(DamagedLogFile, LeavesOutTheSegmentsBehindIt) {
    const std::string name = std::string(kFirst) + ".log";
    std::vector<LogFile> files = files_of(a_log());
    file(files, name).bytes.pop_back();
    const LoadedLog loaded = load(files);
    EXPECT_THAT(records(loaded.log), ElementsAre("0:a=0", "1:b=1", "2:c=2"));
    EXPECT_EQ(loaded.log.log_end_offset, Offset(3)) << "the marker was cut";
    EXPECT_EQ(loaded.log.segments.size(), 1U);
    EXPECT_TRUE(loaded.log.producers->ongoing_txns.contains(Offset(2))) << "so it is open again";
    expect_problem(loaded, name, "byte");
    EXPECT_EQ(loaded.log.leader_epochs.latest_epoch(), LeaderEpoch(0));
}

TEST(DamagedIndexFile, IsNamedAndRebuilt) {
    struct Damage {
        const char* suffix;
        std::size_t byte;  ///< the high byte of an offset or a position
    };
    const std::vector<LogFile> good = files_of(a_log());
    for (const Damage& damage : {Damage{".index", 0}, Damage{".index", 4}, Damage{".timeindex", 8},
                                 Damage{".txnindex", 1}, Damage{".txnindex", 18}}) {
        const std::string name = kFirst + std::string(damage.suffix);
        std::vector<LogFile> files = good;
        file(files, name).bytes[damage.byte] ^= 0x40;
        const LoadedLog flipped = load(files);
        expect_problem(flipped, name, damage.byte == 1 ? "version" : "entry 0");
        EXPECT_EQ(to_log_files(flipped.log, kTopic), good) << name;

        files = good;
        file(files, name).bytes.pop_back();
        const LoadedLog cut = load(files);
        expect_problem(cut, name, "bytes");
        EXPECT_EQ(to_log_files(cut.log, kTopic), good) << name;
    }
    std::vector<LogFile> files = good;
    const std::string name = std::string(kFirst) + ".txnindex";
    file(files, name).bytes.clear();
    expect_problem(load(files), name, "aborted at offset 3 is missing");
}

TEST(IndexFile, OfARunningBrokerMayBeShorterOrEndInZeros) {
    const std::vector<LogFile> good = files_of(a_log());
    for (const char* suffix : {".index", ".timeindex"}) {
        std::vector<LogFile> files = good;
        Bytes& bytes = file(files, kSecond + std::string(suffix)).bytes;
        bytes.resize(bytes.size() + 240);
        EXPECT_THAT(load(files).problems, IsEmpty()) << "allocated ahead";
        bytes.clear();
        EXPECT_THAT(load(files).problems, IsEmpty()) << "not written yet";
    }
}

TEST(DamagedSnapshotFile, IsNamedAndDoneWithout) {
    const std::vector<LogFile> good = files_of(a_log());
    for (const char* name : {"00000000000000000004.snapshot", "00000000000000000007.snapshot"}) {
        std::vector<LogFile> files = good;
        file(files, name).bytes.back() ^= 1;
        const LoadedLog loaded = load(files);
        expect_problem(loaded, name, "CRC");
        EXPECT_EQ(loaded.log.producers->producers.at(ProducerId(7)).last_sequence(), Sequence(0))
            << "replayed from the batches";
    }
}

TEST(DamagedEpochFile, IsNamedAndDoneWithout) {
    const std::vector<LogFile> good = files_of(a_log());
    for (const char* text : {"", "0\n", "0\n2\n0 0\n", "1\n0\n", "0\n2\n0 zero\n2 4\n",
                             "0\n2\n2 4\n0 0\n", "0\n-1\n", "0\n2\n0 0\n2 4\n3 9\n"}) {
        std::vector<LogFile> files = good;
        const ByteSpan bytes = as_bytes(text);
        file(files, "leader-epoch-checkpoint").bytes = Bytes(bytes.begin(), bytes.end());
        const LoadedLog loaded = load(files);
        expect_problem(loaded, "leader-epoch-checkpoint", "");
        EXPECT_EQ(loaded.log.leader_epochs, a_log().log.leader_epochs)
            << "the batches know their epochs: " << text;
    }
}

TEST(DamagedMetadataFile, LeavesTheTopicUnknown) {
    std::vector<LogFile> files = files_of(a_log());
    for (const char* text :
         {"", "version: 0\n", "version: 1\ntopic_id: AQIDBAUGBwgREhMUFRYXGA\n",
          "version: 0\ntopic_id: short\n", "topic_id: AQIDBAUGBwgREhMUFRYXGA\n"}) {
        const ByteSpan bytes = as_bytes(text);
        file(files, "partition.metadata").bytes = Bytes(bytes.begin(), bytes.end());
        const LoadedLog loaded = load(files);
        EXPECT_TRUE(loaded.topic_id.is_zero());
        expect_problem(loaded, "partition.metadata", "");
        EXPECT_EQ(records(loaded.log), kAllRecords);
    }
}

TEST(StrangeFiles, AreNamed) {
    for (const char* name : {"notes.txt", "00000000000000000004.swap.log", "12.log",
                             "99999999999999999999.log", "00000000000000000009.index"}) {
        std::vector<LogFile> files = files_of(a_log());
        files.push_back({name, {1, 2, 3}});
        const LoadedLog loaded = load(files);
        expect_problem(loaded, name, "");
        EXPECT_EQ(records(loaded.log), kAllRecords) << name;
    }
}

TEST(MissingFiles, AreDoneWithoutUnlessNoLogIsLeft) {
    const std::vector<LogFile> good = files_of(a_log());
    for (const LogFile& missing : good) {
        std::vector<LogFile> files = good;
        std::erase(files, missing);
        const LoadedLog loaded = load(files);
        if (missing.name == std::string(kFirst) + ".log") {
            EXPECT_EQ(loaded.log.log_start_offset, Offset(4));
        } else if (missing.name == std::string(kSecond) + ".log") {
            EXPECT_EQ(loaded.log.log_end_offset, Offset(4));
        } else {
            EXPECT_EQ(records(loaded.log), kAllRecords) << missing.name;
        }
    }
    const Outcome<LoadedLog> none = from_log_files({{"partition.metadata", {}}}, {}, SimTime());
    ASSERT_FALSE(none.ok());
    EXPECT_THAT(none.failure().what, HasSubstr(".log"));
    EXPECT_FALSE(from_log_files({}, {}, SimTime()).ok());
}

TEST(AnyFiles, AreLoadedWithoutACrash) {
    const std::vector<LogFile> good = files_of(a_log());
    EXPECT_TRUE(rc::check([&] {
        std::vector<LogFile> files = good;
        const int changes = *rc::gen::inRange(1, 4);
        for (int i = 0; i < changes; ++i) {
            Bytes& bytes = files[*rc::gen::inRange<std::size_t>(0, files.size())].bytes;
            if (bytes.empty() || *rc::gen::arbitrary<bool>()) {
                bytes = *rc::gen::arbitrary<Bytes>();
            } else {
                bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] =
                    *rc::gen::arbitrary<uint8_t>();
            }
        }
        const LoadedLog loaded = load(files, /*epochs_fit=*/false);
        RC_ASSERT(records(loaded.log).size() <= kAllRecords.size());
        for (const Failure& problem : loaded.problems) {
            RC_ASSERT(!problem.what.empty());
        }
    }));
}

}  // namespace
}  // namespace brokerlab
