// BL_CHECK: the guard against programmer errors, on in every build.
//
// A failed check means that the code is wrong, never that a user's input is: input that can be
// bad is judged with Outcome (outcome.h). One condition per check, so that the message says which
// one broke. A front end may install a handler that adds what it knows (moment, seed) before the
// process stops.
#pragma once

namespace brokerlab {

/// Called with the failed condition before the process aborts. Must not throw.
using CheckHandler = void (*)(const char* condition, const char* file, int line);

/// Installs `handler` (nullptr restores the default, which prints nothing more) and returns the
/// one before it.
CheckHandler set_check_handler(CheckHandler handler);

/// Prints the condition with its place to standard error, calls the handler, aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace brokerlab

#define BL_CHECK(condition)                                            \
    do {                                                               \
        if (!(condition)) [[unlikely]] {                               \
            ::brokerlab::check_failed(#condition, __FILE__, __LINE__); \
        }                                                              \
    } while (false)
