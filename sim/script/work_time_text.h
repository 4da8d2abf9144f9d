// The time that an application takes for a record, as files write it: `2ms`, or `1ms..5ms` for
// anything between.
#pragma once

#include <string>
#include <string_view>

#include "sim/base/outcome.h"
#include "sim/model/setup.h"

namespace brokerlab {

/// One span of time, or two with `..` between them, the lesser first; anything else fails.
[[nodiscard]] Outcome<WorkTime> parse_work_time(std::string_view text);

/// parse_work_time() reads the same time back.
[[nodiscard]] std::string work_time_text(const WorkTime& time);

}  // namespace brokerlab
