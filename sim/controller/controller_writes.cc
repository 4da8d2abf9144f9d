// The active controller writes: records into the log and its image, answers and facts when they are
// committed, and what it does unasked: fencing silent brokers, moving leaders back, unclean
// elections, NoOp records. [metadata controller/QuorumController.java ControllerWriteEvent,
// maybeSchedule...()]
#include <algorithm>
#include <utility>

#include "sim/base/check.h"
#include "sim/controller/cluster_control.h"
#include "sim/controller/controller.h"

namespace brokerlab {
namespace {

/// Partitions that one periodic pass may change [MAX_ELECTIONS_PER_IMBALANCE].
constexpr int32_t kElectionsPerPass = 1000;
/// Until the next pass when one had more to do.
constexpr Duration kNextPassAfter = 10_ms;

bool is_about_partitions(const MetadataRecord& record) {
    return std::holds_alternative<PartitionRecord>(record) ||
           std::holds_alternative<PartitionChangeRecord>(record);
}

bool has_leaderless(const MetadataImage& image) {
    return std::any_of(image.topics->begin(), image.topics->end(), [](const auto& item) {
        const auto& partitions = item.second->partitions;
        return std::any_of(partitions.begin(), partitions.end(),
                           [](const auto& p) { return p->leader == kNoBroker; });
    });
}

/// Removes the first `n` items.
template <class T>
void drop_front(std::vector<T>& items, std::size_t n) {
    items.erase(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(n));
}

}  // namespace

DecisionContext ControllerNode::context(const Env& env) const {
    return {image_, config_, env, image_.last_offset + 1};
}

Offset ControllerNode::write(Decision decision, const Env& env, RaftOutput& out) {
    if (!decision.records.empty()) {
        BL_CHECK(is_active());
        std::vector<Bytes> values;
        values.reserve(decision.records.size());
        MetadataDelta delta;
        for (const MetadataRecord& record : decision.records) {
            values.push_back(encode_metadata_record(record));
            replay(image_, delta, record, image_.last_offset + 1);
            follow_record(heartbeats_.edit(), record, env.now);
        }
        image_.last_epoch = *active_epoch_;
        const bool atomic = values.size() > 1;
        const std::optional<Offset> last =
            raft_.edit().append(*active_epoch_, std::move(values), atomic, env, out);
        BL_CHECK(last == image_.last_offset);
        if (std::any_of(decision.records.begin(), decision.records.end(), is_about_partitions)) {
            schedule_elections(env);
        }
    }
    if (!decision.facts.empty()) {
        pending_facts_.push_back({image_.last_offset, std::move(decision.facts)});
    }
    return image_.last_offset;
}

void ControllerNode::write_and_absorb(Decision decision, const Env& env, Effects& fx) {
    RaftOutput out;
    write(std::move(decision), env, out);
    absorb(std::move(out), env, fx);
}

void ControllerNode::complete_committed(Effects& fx) {
    const Offset high_watermark = raft_->high_watermark();
    std::size_t stated = 0;
    while (stated < pending_facts_.size() && pending_facts_[stated].offset < high_watermark) {
        for (FactBody& fact : pending_facts_[stated].facts) {
            fx.state(std::move(fact));
        }
        ++stated;
    }
    drop_front(pending_facts_, stated);
    std::size_t answered = 0;
    while (answered < deferred_.size() && deferred_[answered].offset < high_watermark) {
        fx.respond(std::move(deferred_[answered].response));
        ++answered;
    }
    drop_front(deferred_, answered);
}

// ---- Unasked

void ControllerNode::schedule_elections(const Env& env) {
    if (config_.leader_rebalance && next_balance_ == kNever && has_imbalance(image_)) {
        next_balance_ = env.now + config_.leader_imbalance_check;
    }
    if (next_unclean_election_ == kNever && has_leaderless(image_)) {
        next_unclean_election_ = env.now + config_.unclean_election_interval;
    }
}

void ControllerNode::do_periodic_work(const Env& env, Effects& fx) {
    // Each broker is fenced by a decision of its own; Kafka's timer comes back at once for more.
    while (is_active() && heartbeats_->next_expiry(config_.session_timeout) <= env.now) {
        std::optional<Decision> fencing = fence_one_overdue(context(env), heartbeats_.edit());
        BL_CHECK(fencing.has_value());
        write_and_absorb(*std::move(fencing), env, fx);
    }
    if (is_active() && next_balance_ <= env.now) {
        balance(env, fx);
    }
    if (is_active() && next_unclean_election_ <= env.now) {
        elect_unclean(env, fx);
    }
    if (is_active() && next_no_op_ <= env.now) {
        // Kafka writes one every interval, busy or not.
        next_no_op_ = env.now + config_.max_idle_interval;
        write_and_absorb({{NoOpRecord{}}, {}}, env, fx);
    }
}

void ControllerNode::balance(const Env& env, Effects& fx) {
    bool more = false;
    Decision decision = balance_leaders(context(env), kElectionsPerPass, more);
    next_balance_ = more ? env.now + kNextPassAfter : kNever;
    write_and_absorb(std::move(decision), env, fx);
    if (is_active()) {
        schedule_elections(env);  // What could not be moved is looked at again, a whole wait later.
    }
}

void ControllerNode::elect_unclean(const Env& env, Effects& fx) {
    bool more = false;
    Decision decision = elect_unclean_leaders(context(env), kElectionsPerPass, more);
    next_unclean_election_ = more ? env.now + kNextPassAfter : kNever;
    write_and_absorb(std::move(decision), env, fx);
    if (is_active()) {
        schedule_elections(env);
    }
}

}  // namespace brokerlab
