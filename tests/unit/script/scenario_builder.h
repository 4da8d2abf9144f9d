// Scenario files for tests: a good small one, and copies of it with one thing changed.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "sim/script/scenario.h"

namespace brokerlab::testing {

inline const std::string kSmallScenario = R"(name: Small
cluster:
  brokers: 3
topics:
  - {name: orders, partitions: 3, replication-factor: 3}
producers:
  - {name: till, topic: orders, rate: 100/s}
consumers:
  - {name: audit, topics: [orders]}
timeline:
  - {at: 5s, do: kill broker 2}
until: 60s
expect:
  - {at: 20s, that: "leader(orders-0) != 2"}
)";

/// The small scenario with the first `from` replaced by `to`.
inline std::string with(const std::string& from, const std::string& to) {
    std::string yaml = kSmallScenario;
    const std::size_t at = yaml.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return yaml.replace(at, from.size(), to);
}

inline Scenario read_good(const std::string& yaml) {
    std::variant<Scenario, FileError> read = read_scenario(yaml);
    if (const auto* error = std::get_if<FileError>(&read)) {
        ADD_FAILURE() << error->line << ":" << error->column << ": " << error->what;
        return {};
    }
    return std::get<Scenario>(std::move(read));
}

inline FileError read_bad(const std::string& yaml) {
    std::variant<Scenario, FileError> read = read_scenario(yaml);
    if (std::holds_alternative<Scenario>(read)) {
        ADD_FAILURE() << "this was taken as a good file:\n" << yaml;
        return {};
    }
    return std::get<FileError>(std::move(read));
}

}  // namespace brokerlab::testing
