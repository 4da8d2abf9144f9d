// Rules: Kafka's safety rules that the lab can switch off, to show what each is for.
//
// Everything is on by default; `set rule NAME off` changes the World's RuleSet, which every handler
// sees through Env. A rule that is off leaves out one check and nothing else.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/base/digest.h"

namespace brokerlab {

enum class Rule : uint8_t {
    kLeaderEpochCheck,       ///< a leader refuses requests of another leader epoch (KIP-320)
    kTruncateByEpoch,        ///< off: followers truncate to their high watermark (before KIP-101)
    kTruncateKip279,         ///< off: one round of truncation, without looking for a common epoch
    kFetchEpochKip320,       ///< off: fetches carry no last fetched epoch
    kMinIsrCheck,            ///< min.insync.replicas is checked
    kElectFromIsr,           ///< off: any live replica may be elected
    kSequenceCheck,          ///< producers' epochs and sequences are checked
    kCommitGenerationCheck,  ///< commits of old generations are refused
    kReadBelowHw,            ///< off: consumers read up to the log's end
    kRaftVoteDurable,        ///< off: a voter forgets its vote and epoch when it restarts
};
inline constexpr std::size_t kRuleCount = 10;

/// The names of `set rule NAME off`, in the order of the enumerators.
inline constexpr std::array<std::string_view, kRuleCount> kRuleNames{
    "leader-epoch-check", "truncate-by-epoch", "truncate-kip279", "fetch-epoch-kip320",
    "min-isr-check",      "elect-from-isr",    "sequence-check",  "commit-generation-check",
    "read-below-hw",      "raft-vote-durable"};

[[nodiscard]] constexpr std::string_view rule_name(Rule rule) {
    return kRuleNames[static_cast<std::size_t>(rule)];
}
[[nodiscard]] constexpr std::optional<Rule> find_rule(std::string_view name) {
    for (std::size_t i = 0; i < kRuleCount; ++i) {
        if (kRuleNames[i] == name) {
            return static_cast<Rule>(i);
        }
    }
    return std::nullopt;
}

class RuleSet {
public:
    [[nodiscard]] constexpr bool on(Rule rule) const { return (off_ & bit(rule)) == 0; }
    constexpr void set(Rule rule, bool on) {
        off_ = static_cast<uint16_t>(on ? off_ & ~bit(rule) : off_ | bit(rule));
    }

    friend constexpr bool operator==(RuleSet, RuleSet) = default;
    friend void digest_into(Digest& d, RuleSet rules) { d.mix(rules.off_); }

private:
    static constexpr uint16_t bit(Rule rule) {
        return static_cast<uint16_t>(1U << static_cast<unsigned>(rule));
    }

    uint16_t off_ = 0;
};

}  // namespace brokerlab
