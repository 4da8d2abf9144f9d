// Where the desktop app is not built there is nothing of it to measure.
#include "bench/bench.h"

namespace brokerlab {

void add_ui_benchmarks(BenchmarkList& /*list*/) {}

}  // namespace brokerlab
