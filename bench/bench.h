// The benchmarks' common ground: what one is, and the list of all.
//
// To add one: in a file of its own, AREA_bench.cc, write a function that adds benchmarks to the
// list, each with its target beside the code; declare it below and call it in main.cc. A benchmark
// measures one repetition at a time and times itself, so that what it prepares doesn't count; what
// it captures lives from one repetition to the next. The program interleaves the repetitions of
// all benchmarks and takes medians, so that a busy moment of the machine spoils no single one.
//
// Benchmarks are never tests: a missed target is shown and nothing fails.
#pragma once

#include <ctime>

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace brokerlab {

enum class Better { kHigher, kLower };  ///< a rate, or a time or size

struct Benchmark {
    std::string name;  ///< "area.subject.case", as --filter finds it
    double target = 0;
    std::string unit;  ///< of target and figures: "M events/s", "us"
    Better better = Better::kHigher;
    /// Runs one repetition, about a tenth of a second, and returns its figure.
    std::function<double()> measure;
};
using BenchmarkList = std::vector<Benchmark>;

void add_assign_benchmarks(BenchmarkList& list);
void add_cluster_benchmarks(BenchmarkList& list);
void add_group_benchmarks(BenchmarkList& list);
void add_log_benchmarks(BenchmarkList& list);
void add_queue_benchmarks(BenchmarkList& list);
/// Of the desktop app, where it is built (ui/).
void add_ui_benchmarks(BenchmarkList& list);
void add_world_benchmarks(BenchmarkList& list);

/// The processor time that the program used since the stopwatch was made, in seconds. Unlike the
/// wall clock it doesn't run while other programs have the processor; it is for benchmarks that
/// compute, not for those that wait.
class Stopwatch {
public:
    [[nodiscard]] double seconds() const { return now() - start_; }

private:
    static double now() {
        std::timespec t{};
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
        return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
    }
    double start_ = now();
};

/// Keeps the compiler from dropping a computation whose result nobody reads.
template <class T>
void keep(const T& value) {
    asm volatile("" : : "r,m"(value) : "memory");
}

}  // namespace brokerlab
