// The parts of a scenario file about what is done and expected: its timeline and expectations.
//
// Read after the Setup and the end of the run, which their names and times are checked against.
#pragma once

#include "sim/script/known_names.h"
#include "sim/script/scenario.h"
#include "sim/script/yaml_node.h"

namespace brokerlab {

/// Adds the commands to the plan. Names count from the line that creates them on, in the order of
/// time: `known` learns them.
void read_timeline(const YamlNode& list, KnownNames& known, Scenario& scenario, FileErrors& errors);
void read_expectations(const YamlNode& list, const KnownNames& known, Scenario& scenario);

}  // namespace brokerlab
