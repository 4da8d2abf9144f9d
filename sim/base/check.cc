#include "sim/base/check.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace brokerlab {
namespace {

// The only mutable global of sim/: it says how to die, and no result depends on it.
CheckHandler g_handler = nullptr;

}  // namespace

CheckHandler set_check_handler(CheckHandler handler) {
    return std::exchange(g_handler, handler);
}

void check_failed(const char* condition, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: check failed: %s\n", file, line, condition);
    if (g_handler != nullptr) {
        g_handler(condition, file, line);
    }
    std::abort();
}

}  // namespace brokerlab
