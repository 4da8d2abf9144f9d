#include "sim/client/application.h"

#include <algorithm>
#include <utility>

namespace brokerlab {
namespace {

uint32_t count_of(const PolledRun& run) {
    return static_cast<uint32_t>(run.last.value - run.first.value) + 1;
}

/// One fact for each partition.
void state_all_done(const std::vector<PolledRun>& records, const std::string& group, Effects& fx) {
    std::vector<RecordsProcessed> facts;
    for (const PolledRun& run : records) {
        const auto same = std::find_if(
            facts.begin(), facts.end(),
            [&run](const RecordsProcessed& fact) { return fact.partition == run.partition; });
        if (same == facts.end()) {
            facts.push_back({group, run.partition, run.first, run.last, count_of(run)});
        } else {
            same->last = run.last;
            same->count += count_of(run);
        }
    }
    for (RecordsProcessed& fact : facts) {
        fx.state(std::move(fact));
    }
}

}  // namespace

void begin_work(Application& application, std::vector<PolledRun> records, Duration process,
                const std::string& group, const Env& env, Effects& fx) {
    application.phase = Application::Phase::kWorking;
    application.run = 0;
    if (process > Duration()) {
        application.work = std::move(records);
        application.done_at = env.now + process;
    } else {
        state_all_done(records, group, fx);
        application.work.clear();
    }
}

bool work_off(Application& application, Duration process, const std::string& group, const Env& env,
              Effects& fx) {
    while (application.run < application.work.size() && application.done_at <= env.now) {
        PolledRun& run = application.work[application.run];
        fx.state(RecordsProcessed{group, run.partition, run.first, run.first, 1});
        application.done_at += process;
        if (run.first == run.last) {
            ++application.run;
        } else {
            ++run.first;
        }
    }
    if (application.run < application.work.size()) {
        return false;
    }
    application.work.clear();
    application.run = 0;
    application.done_at = kNever;
    return true;
}

}  // namespace brokerlab
