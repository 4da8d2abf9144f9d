// BL_CHECK stops the process, says what broke and where, and lets a front end add what it knows.
#include <cstdio>

#include <gtest/gtest.h>

#include "sim/base/check.h"

namespace brokerlab {
namespace {

void tell_the_moment(const char* condition, const char*, int) {
    std::fprintf(stderr, "at 12.345 s, seed 42: %s\n", condition);
}

TEST(Check, lets_a_true_condition_pass_and_evaluates_it_once) {
    int evaluated = 0;
    BL_CHECK(++evaluated == 1);
    EXPECT_EQ(evaluated, 1);
}

TEST(CheckDeathTest, stops_with_the_condition_and_its_place) {
    const int acknowledged = 3;
    const int appended = 2;
    EXPECT_DEATH(BL_CHECK(acknowledged <= appended),
                 "check_test.cc:[0-9]+: check failed: acknowledged <= appended");
}

TEST(CheckDeathTest, calls_the_handler_of_the_front_end_before_it_stops) {
    EXPECT_DEATH(
        {
            set_check_handler(tell_the_moment);
            BL_CHECK(false);
        },
        "at 12.345 s, seed 42: false");
}

TEST(Check, gives_back_the_handler_that_it_replaces) {
    EXPECT_EQ(set_check_handler(tell_the_moment), nullptr);
    EXPECT_EQ(set_check_handler(nullptr), &tell_the_moment);
}

}  // namespace
}  // namespace brokerlab
