#include "sim/script/recording.h"

#include <vector>

#include <fmt/format.h>

namespace brokerlab {

std::string digest_text(uint64_t digest) {
    return fmt::format("{:016x}", digest);
}

Scenario recording_of(const Scenario& scenario, const ScenarioRun& run, std::string_view engine) {
    Scenario recording = scenario;
    recording.until = run.ended_at;
    std::erase_if(recording.plan.commands,
                  [&](const PlannedCommand& planned) { return planned.at > run.ended_at; });
    std::erase_if(recording.expectations, [&](const Expectation& expectation) {
        return expectation.at && *expectation.at > run.ended_at;
    });
    recording.recorded = RecordedRun{std::string(engine), digest_text(run.digest), run.ended_at};
    return recording;
}

std::optional<std::string> recording_differs(const Scenario& scenario, const ScenarioRun& run,
                                             std::string_view engine) {
    if (!scenario.recorded) {
        return std::nullopt;
    }
    const RecordedRun& recorded = *scenario.recorded;
    if (recorded.ended_at != run.ended_at) {
        return recorded.engine == engine
                   ? std::nullopt
                   : std::optional(fmt::format("this was recorded by engine {}, and this is {}: it "
                                               "may differ",
                                               recorded.engine, engine));
    }
    if (recorded.digest == digest_text(run.digest)) {
        return std::nullopt;
    }
    return fmt::format(
        "this run differs from its recording: digest {} instead of {}; it was recorded by engine "
        "{}, and this is {}",
        digest_text(run.digest), recorded.digest, recorded.engine, engine);
}

}  // namespace brokerlab
