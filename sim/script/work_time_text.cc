#include "sim/script/work_time_text.h"

#include <fmt/format.h>

#include "sim/kernel/duration_text.h"

namespace brokerlab {

Outcome<WorkTime> parse_work_time(std::string_view text) {
    const std::size_t dots = text.find("..");
    if (dots == std::string_view::npos) {
        const Outcome<Duration> always = parse_duration(text);
        return always.ok() ? Outcome<WorkTime>(WorkTime(*always)) : always.failure();
    }
    const Outcome<Duration> least = parse_duration(text.substr(0, dots));
    const Outcome<Duration> most = parse_duration(text.substr(dots + 2));
    if (!least.ok() || !most.ok()) {
        return least.ok() ? most.failure() : least.failure();
    }
    if (*most < *least) {
        return Failure{fmt::format("'{}' ends before it begins", text)};
    }
    return WorkTime(*least, *most);
}

std::string work_time_text(const WorkTime& time) {
    return time.least == time.most
               ? duration_text(time.most)
               : fmt::format("{}..{}", duration_text(time.least), duration_text(time.most));
}

}  // namespace brokerlab
