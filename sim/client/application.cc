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

/// The same record takes the same application the same time, whenever it comes.
Duration time_for(const TopicPartition& partition, Offset offset, const WorkTime& each,
                  const Env& env) {
    if (each.least == each.most) {
        return each.least;
    }
    return uniform_between(env.draw(DrawPurpose::kProcessingTime, draw_key(partition, offset)),
                           each.least, each.most);
}

/// What is being worked on is done: states so, and begins the next.
void step_on(Application& application, const WorkTime& each, const std::string& group,
             const Env& env, Effects& fx) {
    PolledRun& run = application.work[application.run];
    fx.state(RecordsProcessed{group, run.partition, run.first, run.first, 1});
    if (run.first == run.last) {
        ++application.run;
    } else {
        run.first = run.first + 1;
    }
    if (application.run < application.work.size()) {
        const PolledRun& next = application.work[application.run];
        application.done_at = application.done_at + time_for(next.partition, next.first, each, env);
    }
}

}  // namespace

Duration work_time(const std::vector<PolledRun>& records, const WorkTime& each, const Env& env) {
    Duration total;
    for (const PolledRun& run : records) {
        if (each.least == each.most) {
            total = total + each.least * int64_t{count_of(run)};
            continue;
        }
        for (Offset offset = run.first; offset <= run.last; offset = offset + 1) {
            total = total + time_for(run.partition, offset, each, env);
        }
    }
    return total;
}

void begin_work(Application& application, std::vector<PolledRun> records, const WorkTime& each,
                const std::string& group, const Env& env, Effects& fx) {
    application.phase = Application::Phase::kWorking;
    application.run = 0;
    application.record = 0;
    if (each.most > Duration() || application.hands_over) {
        application.work = std::move(records);
        const PolledRun& first = application.work.front();
        application.done_at = env.now + time_for(first.partition, first.first, each, env);
    } else {
        state_all_done(records, group, fx);
        application.work.clear();
    }
}

bool work_off(Application& application, const WorkTime& each, const std::string& group,
              const Env& env, Effects& fx) {
    while (application.run < application.work.size() && application.done_at <= env.now) {
        if (application.hands_over) {
            return false;
        }
        step_on(application, each, group, env, fx);
    }
    if (application.run < application.work.size()) {
        return false;
    }
    application.work.clear();
    application.run = 0;
    application.records.clear();
    application.record = 0;
    application.done_at = kNever;
    return true;
}

const PolledRecord* finished_record(const Application& application, SimTime now) {
    const bool finished = application.hands_over &&
                          application.phase == Application::Phase::kWorking &&
                          application.run < application.work.size() && application.done_at <= now;
    return finished ? &application.records[application.record] : nullptr;
}

void end_record(Application& application, const WorkTime& each, const std::string& group,
                const Env& env, Effects& fx) {
    application.done_at = env.now;  // Later than its time where the service had to wait.
    step_on(application, each, group, env, fx);
    ++application.record;
}

FlatMap<TopicPartition, Offset> give_up_work(Application& application) {
    FlatMap<TopicPartition, Offset> undone;
    for (; application.run < application.work.size(); ++application.run) {
        const PolledRun& run = application.work[application.run];
        if (!undone.contains(run.partition)) {
            undone.insert_or_assign(run.partition, run.first);
        }
    }
    return undone;
}

std::vector<TopicPartition> take_resumed(Application& application, SimTime now) {
    std::vector<TopicPartition> resumed;
    for (const auto& [partition, until] : application.paused) {
        if (until <= now) {
            resumed.push_back(partition);
        }
    }
    for (const TopicPartition& partition : resumed) {
        application.paused.erase(partition);
    }
    return resumed;
}

}  // namespace brokerlab
