// RapidCheck of every unit test program starts from a fixed seed, so that a run is the same every time.
// RC_PARAMS, when set, decides instead: RC_PARAMS="seed=7 max_success=10000" looks further.
#include <cstdlib>

namespace brokerlab {
namespace {

// RapidCheck reads the variable when the first property runs, after all static initialization.
[[maybe_unused]] const int kSeedWasSet = setenv("RC_PARAMS", "seed=20250318", /*overwrite=*/0);

}  // namespace
}  // namespace brokerlab
