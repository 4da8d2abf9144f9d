// Application: what the program around a member's consumer does with the records of a poll().
//
// It works on one record after the other, each for as long as the set-up says, and polls again when
// all are done. With enable.auto.commit=false it commits after each such batch and waits for that
// (commitSync): the lab's one policy of manual commits. What it had not committed when it crashed
// is read again by the next owner.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/client/fetcher.h"
#include "sim/kernel/sim_time.h"
#include "sim/model/env.h"

namespace brokerlab {

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

    bool operator==(const Application&) const = default;
};

/// Takes the records of a poll(), at least one; those that take no time are done at once.
void begin_work(Application& application, std::vector<PolledRun> records, Duration process,
                const std::string& group, const Env& env, Effects& fx);
/// States what is done by now; true when all is.
[[nodiscard]] bool work_off(Application& application, Duration process, const std::string& group,
                            const Env& env, Effects& fx);

}  // namespace brokerlab
