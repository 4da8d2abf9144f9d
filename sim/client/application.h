// Application: what the program around a member's consumer does with the records of a poll().
//
// It works on one record after the other, each for as long as the set-up says, and polls again when
// all are done. With enable.auto.commit=false it commits after each such batch and waits for that
// (commitSync): the lab's one policy of manual commits. What it had not committed when it crashed
// is read again by the next owner.
//
// That of an order service hands each record over, key and value, when its time is over, and goes
// on when the service is done with it: see ConsumerClient::finished_record(). One that failed and
// is to be tried again is read again: see ConsumerClient::retry_record().
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/client/fetcher.h"
#include "sim/client/polled_record.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/env.h"
#include "sim/model/setup.h"

namespace brokerlab {

/// How long a partition is left alone after a record of it failed that is to be tried again.
inline constexpr Duration kRetryPause = 1_s;

struct Application {
    enum class Phase : uint8_t {
        kPolling,     ///< in poll(), which waits
        kWorking,     ///< on records
        kCommitting,  ///< in commitSync()
        kClosing,     ///< in close()
    };
    Phase phase = Phase::kPolling;
    std::vector<PolledRun> work;  ///< from `run` on not done; its first record is being worked on
    uint32_t run = 0;
    SimTime done_at = kNever;     ///< that record
    bool asked_to_close = false;  ///< it closes when its work is done
    bool left = false;            ///< closing: it has left the group
    SimTime close_deadline = kNever;
    bool hands_over = false;                  ///< to a service
    std::vector<PolledRecord> records;        ///< with hands_over: those of this poll()
    uint32_t record = 0;                      ///< of `records`, the one being worked on
    FlatMap<TopicPartition, SimTime> paused;  ///< until when, after a failure

    bool operator==(const Application&) const = default;
};

/// How long the application takes for all these records together.
[[nodiscard]] Duration work_time(const std::vector<PolledRun>& records, const WorkTime& each,
                                 const Env& env);

/// Takes the records of a poll(), at least one; those that take no time are done at once.
void begin_work(Application& application, std::vector<PolledRun> records, const WorkTime& each,
                const std::string& group, const Env& env, Effects& fx);
/// The record whose time is over and that the service has not taken; nullptr when there is none.
[[nodiscard]] const PolledRecord* finished_record(const Application& application, SimTime now);
/// The service is done with finished_record().
void end_record(Application& application, const WorkTime& each, const std::string& group,
                const Env& env, Effects& fx);
/// Nothing more is done of what poll() returned. Of each partition in it, the first record that is
/// not done.
[[nodiscard]] FlatMap<TopicPartition, Offset> give_up_work(Application& application);
/// The partitions whose pause is over: they are no longer in `paused`.
[[nodiscard]] std::vector<TopicPartition> take_resumed(Application& application, SimTime now);

/// States what is done by now; true when all is. Waits at a record that is to be handed over.
[[nodiscard]] bool work_off(Application& application, const WorkTime& each,
                            const std::string& group, const Env& env, Effects& fx);

}  // namespace brokerlab
