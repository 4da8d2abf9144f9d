// A log and its reference model, and all that producers and a broker can do to both.
//
// Each step is done to the log and to the model; what they answer must agree, and compare() looks
// at everything that a reader could see. Steps are plain numbers, so that RapidCheck can shrink
// them and a golden test can draw them from a sequence of its own. A Play is a value, as a log is.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <map>
#include <vector>

#include "tests/unit/log/log_fixture.h"
#include "tests/unit/log/log_model.h"

namespace brokerlab::testing {

enum class Do : uint8_t {
    kAppend,
    kProduce,  ///< idempotent, or in a transaction
    kRetry,
    kEndTxn,
    kRaiseHighWatermark,
    kNewLeader,
    kRoll,
    kFlush,
    kPassTime,
    kTruncate,
    kDeleteRecords,
    kRetention,
    kClean,
    kKill,
    kPowerLoss,
    kCleanStop,
    kCount,
};

/// One thing done to the log; `a` and `b`, 0 to 63, mean what the step makes of them.
struct Step {
    Do what = Do::kAppend;
    int a = 0;
    int b = 0;
};
std::ostream& operator<<(std::ostream& out, const Step& step);

class Play {
public:
    explicit Play(const LogConfig& config) { test_.config = config; }

    /// Throws a std::runtime_error with a sentence where log and model answer differently.
    void step(const Step& step);
    /// The same for all that a reader, a follower or a producer could ask.
    void compare() const;
    /// Writes the log to files, reads them, and looks whether all is there.
    void compare_files() const;

    [[nodiscard]] const PartitionLog& log() const { return test_.log; }

private:
    struct Sent {
        int16_t epoch;
        int32_t sequence;
        int32_t count;
        int64_t first_offset;
    };
    /// A producer: 1 and 2 are idempotent, 3 and 4 transactional.
    struct Client {
        int16_t epoch = 0;
        int32_t next_sequence = 0;
        std::vector<Sent> sent;
    };

    void compare_epochs() const;
    void compare_producers() const;

    void append(int count);
    void produce(int64_t id, int count);
    void retry(int64_t id, std::size_t back);
    void end_txn(int64_t id, bool commit);
    void raise_high_watermark(int n);
    void roll_segment(bool flush);
    void truncate(int n);
    void delete_records(int n);
    void retention(int64_t bytes);
    void clean(int n);
    void lose_power();
    void kill(int n);
    void clean_stop();

    std::vector<Text> new_records(int count);
    [[nodiscard]] ModelBatch model_batch(const std::vector<Text>& texts) const;
    AppendResult send(int64_t id, int16_t epoch, int32_t sequence, const std::vector<Text>& texts);
    void note_append(int64_t id, int16_t epoch, int32_t sequence, const std::vector<Text>& texts);

    TestLog test_;
    LogModel model_;
    std::map<int64_t, Client> clients_;
    int written_ = 0;
};

/// A config under which a few dozen steps roll, compact and delete: segments of some batches.
[[nodiscard]] LogConfig small_log_config();

}  // namespace brokerlab::testing
