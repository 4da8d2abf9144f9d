// brokerlab-bench: measures the engine and prints one table of figures against their targets.
//
// A missed target is shown, not judged: the exit status is 0, or 2 for a bad command line or a
// file that can't be written.
#include <malloc.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <fstream>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "bench/bench.h"

namespace brokerlab {
namespace {

constexpr std::string_view kUsage =
    "usage: brokerlab-bench [--filter SUBSTRING] [--repetitions N] [--json FILE]\n";

struct Options {
    std::string filter;
    int repetitions = 5;
    std::string json;
};

/// Nothing when the command line is not as kUsage says.
std::optional<Options> parse(std::span<char*> arguments) {
    Options options;
    for (std::size_t i = 0; i < arguments.size(); i += 2) {
        if (i + 1 == arguments.size()) {
            return std::nullopt;
        }
        const std::string_view name = arguments[i];
        const std::string_view value = arguments[i + 1];
        if (name == "--filter") {
            options.filter = value;
        } else if (name == "--json") {
            options.json = value;
        } else if (name == "--repetitions") {
            const char* const end = value.data() + value.size();
            const auto parsed = std::from_chars(value.data(), end, options.repetitions);
            if (parsed.ec != std::errc() || parsed.ptr != end || options.repetitions < 1) {
                return std::nullopt;
            }
        } else {
            return std::nullopt;
        }
    }
    return options;
}

struct Result {
    const Benchmark* benchmark;
    std::vector<double> figures;

    /// The median; of an even number of figures, the worse of the two in the middle.
    [[nodiscard]] double measured() const {
        std::vector<double> sorted = figures;
        std::sort(sorted.begin(), sorted.end());
        const bool higher = benchmark->better == Better::kHigher;
        return sorted[higher ? (sorted.size() - 1) / 2 : sorted.size() / 2];
    }
    /// How many times better than the target: from 1 on it is met.
    [[nodiscard]] double ratio() const {
        return benchmark->better == Better::kHigher ? measured() / benchmark->target
                                                    : benchmark->target / measured();
    }
    [[nodiscard]] std::string_view verdict() const { return ratio() >= 1 ? "ok" : "missed"; }
};

std::vector<Result> run(const BenchmarkList& list, int repetitions) {
    std::vector<Result> results;
    for (const Benchmark& benchmark : list) {
        results.push_back({&benchmark, {}});
    }
    for (int repetition = 0; repetition < repetitions; ++repetition) {
        for (Result& result : results) {
            result.figures.push_back(result.benchmark->measure());
        }
    }
    return results;
}

void print_table(const std::vector<Result>& results) {
    std::size_t width = 4;
    for (const Result& result : results) {
        width = std::max(width, result.benchmark->name.size());
    }
    fmt::print("{:<{}}  {:>9}  {:>9}  {:<12}  {:>5}\n", "name", width, "measured", "target", "unit",
               "ratio");
    for (const Result& result : results) {
        const Benchmark& benchmark = *result.benchmark;
        fmt::print("{:<{}}  {:>9.2f}  {:>9.2f}  {:<12}  {:>5.2f}  {}\n", benchmark.name, width,
                   result.measured(), benchmark.target, benchmark.unit, result.ratio(),
                   result.verdict());
    }
}

bool write_json(const std::vector<Result>& results, const std::string& path) {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    for (const Result& result : results) {
        const Benchmark& benchmark = *result.benchmark;
        rows.push_back({{"name", benchmark.name},
                        {"measured", result.measured()},
                        {"target", benchmark.target},
                        {"unit", benchmark.unit},
                        {"better", benchmark.better == Better::kHigher ? "higher" : "lower"},
                        {"ratio", result.ratio()},
                        {"verdict", result.verdict()},
                        {"figures", result.figures}});
    }
    std::ofstream file(path);
    file << nlohmann::ordered_json{{"benchmarks", rows}}.dump(2) << '\n';
    return file.flush().good();
}

int bench_main(std::span<char*> arguments) {
    const std::optional<Options> options = parse(arguments);
    if (!options) {
        fmt::print(stderr, "{}", kUsage);
        return 2;
    }
    BenchmarkList list;
    add_queue_benchmarks(list);
    add_log_benchmarks(list);
    add_assign_benchmarks(list);
    add_world_benchmarks(list);
    add_cluster_benchmarks(list);
    add_group_benchmarks(list);
    add_ui_benchmarks(list);
    std::erase_if(list, [&](const Benchmark& benchmark) {
        return benchmark.name.find(options->filter) == std::string::npos;
    });
    if (list.empty()) {
        fmt::print(stderr, "no benchmark has '{}' in its name\n", options->filter);
        return 2;
    }
    // Freed memory stays with the program, so that no figure counts the kernel's page faults.
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    mallopt(M_MMAP_THRESHOLD, std::numeric_limits<int>::max());
    const std::vector<Result> results = run(list, options->repetitions);
    print_table(results);
    if (!options->json.empty() && !write_json(results, options->json)) {
        fmt::print(stderr, "can't write {}\n", options->json);
        return 2;
    }
    return 0;
}

}  // namespace
}  // namespace brokerlab

int main(int argc, char** argv) {
    return brokerlab::bench_main({argv + 1, static_cast<std::size_t>(argc) - 1});
}
