// How a Play says that log and model differ: by an exception, so that RapidCheck shrinks the steps
// that led to it and any other test fails.
#pragma once

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace brokerlab::testing {

inline void must(bool holds, const std::string& sentence) {
    if (!holds) {
        throw std::runtime_error(sentence);
    }
}
template <class A, class B>
void must_equal(const A& log, const B& model, const std::string& what) {
    must(log == model, what + ": the log has " + ::testing::PrintToString(log) +
                           ", the model has " + ::testing::PrintToString(model));
}

}  // namespace brokerlab::testing
