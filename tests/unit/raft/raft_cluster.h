// RaftCluster: several RaftNodes and a network between them that the test cuts, slows and breaks.
//
// The loop carries messages with a small varying latency, reports failures as a host does (refused
// at once by a dead process, after the request time-out otherwise), and after every step checks
// what Raft promises: one leader an epoch, leaders that hold all that is committed, and the same
// committed batches everywhere. Broken promises are collected in `violations`.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/raft/raft_node.h"

namespace brokerlab {

struct ClusterOptions {
    uint64_t seed = 1;
    int voters = 3;
    int observers = 0;
    RuleSet rules = {};
    uint32_t drop_ppm = 0;  ///< of requests and of responses
};

struct ClusterFact {
    SimTime at;
    BrokerId node;
    FactBody body;
};

class RaftCluster {
public:
    explicit RaftCluster(ClusterOptions options);

    static BrokerId voter(int n) { return BrokerId(kControllerIdBase + n); }
    static BrokerId observer(int n) { return BrokerId(n); }

    void start(BrokerId id);
    void kill(BrokerId id);
    /// Kills it, and what its log had not flushed or written back is gone, too.
    void power_off(BrokerId id);
    /// No message passes between the two from now on, or passes again.
    void cut(BrokerId a, BrokerId b) { cuts_.insert(std::minmax(a, b)); }
    void join(BrokerId a, BrokerId b) { cuts_.erase(std::minmax(a, b)); }
    void isolate(BrokerId id);
    void join_all() { cuts_.clear(); }
    void drop(uint32_t ppm) { options_.drop_ppm = ppm; }

    void run_until(SimTime end);
    void run_for(Duration span) { run_until(now_ + span); }
    /// Runs until `condition` holds; false when it does not within `limit`.
    template <class Condition>
    bool run_until_true(Duration limit, Condition condition) {
        const SimTime end = now_ + limit;
        while (!condition()) {
            if (!step(end)) {
                return condition();
            }
        }
        return true;
    }
    /// Until one node leads with a committed record of its epoch, and the time that took.
    std::optional<Duration> run_until_led(Duration limit);

    /// Values on the node that leads in the highest epoch; the offset of the last one.
    std::optional<Offset> append(const std::vector<std::string>& values, bool flush = false);
    std::optional<Offset> append_to(BrokerId id, LeaderEpoch epoch,
                                    const std::vector<std::string>& values, bool flush = false);
    void shut_down(BrokerId id);
    /// Hands a request to the node, as if from a tool, and returns its answer if it gave one.
    std::optional<ResponseBody> ask(BrokerId id, RequestBody body);

    [[nodiscard]] SimTime now() const { return now_; }
    [[nodiscard]] bool is_up(BrokerId id) const { return hosts_.at(id).node.has_value(); }
    [[nodiscard]] const RaftNode& node(BrokerId id) const { return *hosts_.at(id).node; }
    [[nodiscard]] const RaftDisk& disk(BrokerId id) const { return hosts_.at(id).disk; }
    /// The node that leads in the highest epoch.
    [[nodiscard]] std::optional<BrokerId> leader() const;
    [[nodiscard]] std::vector<BrokerId> ids() const;
    [[nodiscard]] const std::vector<ClusterFact>& facts() const { return facts_; }
    template <class Body>
    [[nodiscard]] std::vector<Body> facts_of() const {
        std::vector<Body> found;
        for (const ClusterFact& fact : facts_) {
            if (const Body* body = std::get_if<Body>(&fact.body)) {
                found.push_back(*body);
            }
        }
        return found;
    }
    /// The committed values of a node, in order, without control records.
    [[nodiscard]] std::vector<std::string> committed_values(BrokerId id) const;
    [[nodiscard]] std::size_t messages() const { return messages_; }

    std::vector<std::string> violations;

private:
    struct Host {
        RaftDisk disk;
        std::optional<RaftNode> node;
        uint32_t incarnation = 0;
        Offset checked{0};  ///< committed batches below were compared
        Offset last_high_watermark{0};
    };
    struct Call {
        BrokerId from;
        BrokerId to;
        uint32_t incarnation = 0;  ///< of the caller
        ApiKey api = ApiKey::kFetch;
    };
    struct Event {
        enum class Kind { kRequest, kResponse, kFailure };
        Kind kind = Kind::kRequest;
        uint32_t call = 0;
        std::optional<Request> request = {};
        std::optional<ResponseBody> response = {};
    };

    bool step(SimTime end);
    void deliver(Event event);
    void carry_out(BrokerId id, RaftOutput out);
    void schedule(SimTime at, Event event);
    [[nodiscard]] Env env_of(BrokerId id) const;
    [[nodiscard]] Duration latency();
    [[nodiscard]] bool passes(BrokerId a, BrokerId b);
    void check(BrokerId id);
    void check_new_leader(BrokerId id, LeaderEpoch epoch);
    void violate(BrokerId id, const std::string& what);

    ClusterOptions options_;
    std::vector<BrokerId> voters_;
    SimTime now_;
    std::map<BrokerId, Host> hosts_;
    std::set<std::pair<BrokerId, BrokerId>> cuts_;
    std::map<std::pair<SimTime, uint64_t>, Event> events_;
    std::map<uint32_t, Call> calls_;
    uint32_t last_call_ = 0;
    uint64_t draws_ = 0;
    uint64_t sequence_ = 0;
    std::size_t messages_ = 0;
    std::vector<ClusterFact> facts_;
    std::map<LeaderEpoch, BrokerId> leaders_;
    std::map<Offset, BatchRef> committed_;  ///< by base offset
};

}  // namespace brokerlab
