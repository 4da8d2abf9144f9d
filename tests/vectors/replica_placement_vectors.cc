// StripedReplicaPlacer, drawing from a java.util.Random of the case's seed.
#include "sim/controller/striped_replica_placer.h"
#include "tests/vectors/vector_checks.h"

namespace brokerlab::vectors {
namespace {

/// java.util.Random of JDK 17: a 48-bit linear congruential generator.
class JavaRandom : public PlacementDraws {
public:
    explicit JavaRandom(int64_t seed)
        : state_((static_cast<uint64_t>(seed) ^ kMultiplier) & kMask) {}

    int32_t next(int32_t bound) override {
        const int32_t drawn = next_int(bound);
        drawn_.push_back({bound, drawn});
        return drawn;
    }

    /// [bound, result] of each call since the last take.
    [[nodiscard]] std::vector<std::vector<int32_t>> take_drawn() { return std::move(drawn_); }

private:
    static constexpr uint64_t kMultiplier = 0x5deece66d;
    static constexpr uint64_t kIncrement = 0xb;
    static constexpr uint64_t kMask = (uint64_t{1} << 48U) - 1;

    int32_t next_31_bits() {
        state_ = (state_ * kMultiplier + kIncrement) & kMask;
        return static_cast<int32_t>(state_ >> 17U);
    }

    int32_t next_int(int32_t bound) {
        if ((bound & -bound) == bound) {
            return static_cast<int32_t>((int64_t{bound} * next_31_bits()) >> 31U);
        }
        while (true) {
            const int32_t bits = next_31_bits();
            const int32_t value = bits % bound;
            // Bits of the last, incomplete stretch of `bound` numbers are drawn again.
            if (int64_t{bits} - value + (bound - 1) <= INT32_MAX) {
                return value;
            }
        }
    }

    uint64_t state_;
    std::vector<std::vector<int32_t>> drawn_;
};

RackName rack_of(const Json& rack) {
    return rack.is_null() ? RackName() : RackName(rack.get<std::string>());
}

std::optional<Difference> judge_call(const Json& call, const std::vector<UsableBroker>& brokers,
                                     const std::vector<RackName>& draw_order, JavaRandom& random,
                                     const std::string& where) {
    const PlacementSpec spec{call.at("partitions").get<int32_t>(), call.at("rf").get<int32_t>()};
    const auto placed = place_replicas(brokers, spec, random, draw_order);
    Json got;
    if (placed) {
        got = Json::array();
        for (const std::vector<BrokerId>& replicas : *placed) {
            Json ids = Json::array();
            for (const BrokerId id : replicas) {
                ids.push_back(id.value);
            }
            got.push_back(std::move(ids));
        }
    } else {
        got = "InvalidReplicationFactorException: " + placed.failure().what;
    }
    const Json& expected = call.contains("error") ? call.at("error") : call.at("placement");
    if (auto difference = differ(where, expected, got)) {
        return difference;
    }
    auto drawn = random.take_drawn();
    if (auto difference = differ(where + ", number of draws",
                                 call.at("random_count").get<std::size_t>(), drawn.size())) {
        return difference;
    }
    drawn.resize(call.at("random_calls").size());  // The file keeps the first 120 of a call.
    return differ(where + ", draws", call.at("random_calls"), Json(drawn));
}

std::optional<Difference> judge(const Json& c) {
    std::vector<UsableBroker> brokers;
    for (const Json& broker : c.at("brokers")) {
        brokers.push_back({BrokerId(broker.at(0).get<int32_t>()), rack_of(broker.at(1)),
                           broker.at(2).get<int>() == 1});
    }
    std::vector<RackName> draw_order;
    for (const Json& rack : c.at("rack_map_order")) {
        draw_order.push_back(rack_of(rack));
    }
    JavaRandom random(std::stoll(c.at("seed").get<std::string>()));
    const Json& calls = c.at("calls");
    for (std::size_t i = 0; i < calls.size(); ++i) {
        if (auto difference =
                judge_call(calls[i], brokers, draw_order, random, "call " + std::to_string(i))) {
            return difference;
        }
    }
    return std::nullopt;
}

}  // namespace

void check_replica_placement(const Json& file, Report& report) {
    const Json& cases = file.at("cases");
    for (std::size_t i = 0; i < cases.size(); ++i) {
        report.judge(cases[i].at("kind").get<std::string>() + " #" + std::to_string(i),
                     judge(cases[i]));
    }
}

}  // namespace brokerlab::vectors
