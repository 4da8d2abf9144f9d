// What must hold of any log, whatever was done to it. Each broken rule gives a sentence.
#pragma once

#include <string>
#include <vector>

#include "sim/log/partition_log.h"

namespace brokerlab::testing {

/// Empty when the log is sound.
[[nodiscard]] std::vector<std::string> broken_invariants(const PartitionLog& log);

}  // namespace brokerlab::testing
