// Configurations: Kafka's keys with their types, defaults and ranges, and maps of what was set.
//
// One table holds every key that the lab knows, by scope. A ConfigMap holds only what was set, each
// value checked and in the form in which Kafka shows it; reading a key that was not set gives its
// default. Durations are whole milliseconds, as Kafka's keys say.
// [server/config/*.java, storage LogConfig.java, clients ProducerConfig.java, ConsumerConfig.java,
// AdminClientConfig.java]
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/flat_map.h"
#include "sim/base/outcome.h"
#include "sim/kernel/sim_time.h"

namespace brokerlab {

enum class ConfigScope : uint8_t { kBroker, kTopic, kProducer, kConsumer, kAdmin };

enum class ConfigKind : uint8_t {
    kBoolean,
    kInteger,  ///< Kafka's int, short and long
    kDecimal,  ///< kept in millionths
    kText,
    kList,    ///< words with commas between
    kChoice,  ///< one of a list of words
};

struct ConfigDef {
    std::string_view name;
    ConfigKind kind = ConfigKind::kText;
    std::string_view fallback;  ///< the default as text; empty for Kafka's null where `nullable`
    int64_t min = 0;            ///< for numbers; of a decimal in millionths
    int64_t max = 0;
    std::string_view choices = {};  ///< for kChoice, and the words of a kList: "a|b|c"
    bool nullable = false;
    bool dynamic = false;  ///< a broker key that may change while the broker runs
};

/// Every key of a scope, by name.
[[nodiscard]] std::span<const ConfigDef> config_defs(ConfigScope scope);
[[nodiscard]] const ConfigDef* find_config(ConfigScope scope, std::string_view name);
/// The known key nearest to a mistyped one, for "did you mean"; nothing when none is near.
[[nodiscard]] std::optional<std::string_view> nearest_config(ConfigScope scope,
                                                             std::string_view name);

/// What was set, checked, by key.
class ConfigMap {
public:
    ConfigMap() = default;
    explicit ConfigMap(ConfigScope scope) : scope_(scope) {}

    [[nodiscard]] ConfigScope scope() const { return scope_; }
    [[nodiscard]] const FlatMap<std::string, std::string>& values() const { return values_; }

    /// Sets a key. Fails for an unknown key (naming the nearest), a value of another kind or out of
    /// range; the sentence is Kafka's where Kafka has one ("Invalid value -1 for configuration
    /// linger.ms: Value must be at least 0").
    [[nodiscard]] std::optional<Failure> set(std::string_view key, std::string_view value);
    void unset(std::string_view key);

    // The value of a key of this scope's table (checked by BL_CHECK), or its default.
    [[nodiscard]] bool is_set(std::string_view key) const;
    [[nodiscard]] std::string_view text(std::string_view key) const;
    [[nodiscard]] bool boolean(std::string_view key) const;
    [[nodiscard]] int64_t integer(std::string_view key) const;
    /// A key in milliseconds; Long.MAX is kForever.
    [[nodiscard]] Duration ms(std::string_view key) const;
    /// A decimal in millionths.
    [[nodiscard]] int64_t millionths(std::string_view key) const;
    [[nodiscard]] std::vector<std::string> list(std::string_view key) const;

    bool operator==(const ConfigMap&) const = default;
    friend void digest_into(Digest& d, const ConfigMap& c) {
        digest_fields(d, c.scope_, c.values_);
    }

private:
    ConfigScope scope_ = ConfigScope::kBroker;
    FlatMap<std::string, std::string> values_;
};

}  // namespace brokerlab
