#include "sim/model/config.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/base/nearest_word.h"

namespace brokerlab {
namespace {

constexpr int64_t kMillionths = 1'000'000;

std::string_view trimmed(std::string_view text) {
    const auto is_space = [](char c) { return c == ' ' || c == '\t'; };
    while (!text.empty() && is_space(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && is_space(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(separator), text.size());
        parts.push_back(trimmed(text.substr(0, end)));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return parts;
}

std::optional<int64_t> parse_integer(std::string_view text) {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) {
        return std::nullopt;
    }
    return value;
}

/// "0.5" in millionths; at most nine digits before the point and six after it.
std::optional<int64_t> parse_decimal(std::string_view text) {
    const std::size_t point = std::min(text.find('.'), text.size());
    const std::optional<int64_t> whole = parse_integer(text.substr(0, point));
    if (!whole || *whole < 0 || *whole > 999'999'999) {
        return std::nullopt;
    }
    int64_t value = *whole * kMillionths;
    int64_t unit = kMillionths;
    for (const char digit : text.substr(std::min(point + 1, text.size()))) {
        unit /= 10;
        if (digit < '0' || digit > '9' || unit == 0) {
            return std::nullopt;
        }
        value += (digit - '0') * unit;
    }
    return value;
}

/// Kafka accepts "TRUE" and writes "true".
std::string lower_case(std::string_view text) {
    std::string lower(text);
    for (char& c : lower) {
        if (c >= 'A' && c <= 'Z') {
            c = static_cast<char>(c - 'A' + 'a');
        }
    }
    return lower;
}

Failure invalid(const ConfigDef& def, std::string_view value, std::string_view why) {
    return Failure{fmt::format("Invalid value {} for configuration {}: {}", value, def.name, why)};
}

/// What the ends of the range say in Kafka's words [ConfigDef.Range].
std::optional<Failure> check_range(const ConfigDef& def, std::string_view text, int64_t value) {
    const auto shown = [&def](int64_t bound) {
        return def.kind != ConfigKind::kDecimal
                   ? std::to_string(bound)
                   : fmt::format("{}.{}", bound / kMillionths, bound % kMillionths / 100'000);
    };
    if (value < def.min) {
        return invalid(def, text, "Value must be at least " + shown(def.min));
    }
    if (value > def.max) {
        return invalid(def, text, "Value must be no more than " + shown(def.max));
    }
    return std::nullopt;
}

/// The short names of the classes that a scenario may name instead [AbstractPartitionAssignor].
std::string short_class_name(std::string_view name) {
    static constexpr std::pair<std::string_view, std::string_view> kClasses[] = {
        {"org.apache.kafka.clients.consumer.RangeAssignor", "range"},
        {"org.apache.kafka.clients.consumer.RoundRobinAssignor", "roundrobin"},
        {"org.apache.kafka.clients.consumer.StickyAssignor", "sticky"},
        {"org.apache.kafka.clients.consumer.CooperativeStickyAssignor", "cooperative-sticky"},
    };
    for (const auto& [class_name, short_name] : kClasses) {
        if (name == class_name) {
            return std::string(short_name);
        }
    }
    return std::string(name);
}

std::optional<Failure> check_choice(const ConfigDef& def, std::string_view value,
                                    std::string_view word) {
    const std::vector<std::string_view> choices = split(def.choices, '|');
    if (def.choices.empty() || std::find(choices.begin(), choices.end(), word) != choices.end()) {
        return std::nullopt;
    }
    return invalid(def, value, fmt::format("String must be one of: {}", fmt::join(choices, ", ")));
}

/// The value as it is kept, or why it can't be.
Outcome<std::string> canonical(const ConfigDef& def, std::string_view value) {
    if (def.nullable && value.empty()) {
        return std::string();
    }
    switch (def.kind) {
        case ConfigKind::kBoolean: {
            std::string word = lower_case(value);
            if (word != "true" && word != "false") {
                return invalid(def, value, "Expected value to be either true or false");
            }
            return word;
        }
        case ConfigKind::kInteger: {
            const std::optional<int64_t> number = parse_integer(value);
            if (!number) {
                const bool narrow = def.max <= std::numeric_limits<int32_t>::max();
                return invalid(def, value,
                               narrow ? "Not a number of type INT" : "Not a number of type LONG");
            }
            if (std::optional<Failure> failure = check_range(def, value, *number)) {
                return *std::move(failure);
            }
            return std::to_string(*number);
        }
        case ConfigKind::kDecimal: {
            const std::optional<int64_t> number = parse_decimal(value);
            if (!number) {
                return invalid(def, value, "Not a number of type DOUBLE");
            }
            if (std::optional<Failure> failure = check_range(def, value, *number)) {
                return *std::move(failure);
            }
            return std::string(value);
        }
        case ConfigKind::kText:
            return std::string(value);
        case ConfigKind::kList: {
            std::vector<std::string> words;
            for (const std::string_view word : split(value, ',')) {
                words.push_back(short_class_name(word));
                if (std::optional<Failure> failure = check_choice(def, value, words.back())) {
                    return *std::move(failure);
                }
            }
            return fmt::format("{}", fmt::join(words, ","));
        }
        case ConfigKind::kChoice: {
            std::string word = short_class_name(value);
            if (std::optional<Failure> failure = check_choice(def, value, word)) {
                return *std::move(failure);
            }
            return word;
        }
    }
    BL_CHECK(false);
}

}  // namespace

const ConfigDef* find_config(ConfigScope scope, std::string_view name) {
    const std::span<const ConfigDef> defs = config_defs(scope);
    const auto found = std::lower_bound(
        defs.begin(), defs.end(), name,
        [](const ConfigDef& def, std::string_view wanted) { return def.name < wanted; });
    return found != defs.end() && found->name == name ? &*found : nullptr;
}

std::optional<std::string_view> nearest_config(ConfigScope scope, std::string_view name) {
    std::vector<std::string_view> names;
    for (const ConfigDef& def : config_defs(scope)) {
        names.push_back(def.name);
    }
    return nearest_word(name, names);
}

std::optional<Failure> ConfigMap::set(std::string_view key, std::string_view value) {
    const ConfigDef* def = find_config(scope_, key);
    if (def == nullptr) {
        const std::optional<std::string_view> near = nearest_config(scope_, key);
        return Failure{fmt::format("Unknown configuration {}{}", key,
                                   near ? fmt::format("; did you mean {}?", *near) : "")};
    }
    Outcome<std::string> text = canonical(*def, trimmed(value));
    if (!text.ok()) {
        return text.failure();
    }
    if (text->empty() && def->nullable) {
        values_.erase(key);  // Kafka's null.
    } else {
        values_.insert_or_assign(std::string(key), *std::move(text));
    }
    return std::nullopt;
}

void ConfigMap::unset(std::string_view key) {
    values_.erase(key);
}

bool ConfigMap::is_set(std::string_view key) const {
    return values_.contains(key);
}

std::string_view ConfigMap::text(std::string_view key) const {
    if (const std::string* value = values_.find(key)) {
        return *value;
    }
    const ConfigDef* def = find_config(scope_, key);
    BL_CHECK(def != nullptr);
    return def->fallback;
}

bool ConfigMap::boolean(std::string_view key) const {
    return text(key) == "true";
}

int64_t ConfigMap::integer(std::string_view key) const {
    const std::optional<int64_t> value = parse_integer(text(key));
    BL_CHECK(value.has_value());
    return *value;
}

Duration ConfigMap::ms(std::string_view key) const {
    return Duration::from_ms(integer(key));
}

int64_t ConfigMap::millionths(std::string_view key) const {
    const std::optional<int64_t> value = parse_decimal(text(key));
    BL_CHECK(value.has_value());
    return *value;
}

std::vector<std::string> ConfigMap::list(std::string_view key) const {
    std::vector<std::string> words;
    for (const std::string_view word : split(text(key), ',')) {
        words.emplace_back(word);
    }
    return words;
}

}  // namespace brokerlab
