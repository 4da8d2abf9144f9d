#include "tests/unit/raft/raft_cluster.h"

#include <algorithm>
#include <string_view>

#include "sim/base/check.h"
#include "sim/log/page_cache.h"
#include "sim/log/read.h"
#include "sim/log/record.h"

namespace brokerlab {
namespace {

constexpr Duration kRequestTimeout = 2_s;

/// The batches of `log` in [from, to).
std::vector<BatchRef> batches_between(const PartitionLog& log, Offset from, Offset to) {
    std::vector<BatchRef> found;
    while (from < to) {
        const ReadResult read =
            read_log(log, from, FetchIsolation::kLogEnd, {.max_bytes = int64_t{64} << 20});
        if (read.records.batches.empty()) {
            break;
        }
        for (const BatchRef& batch : read.records.batches) {
            if (header_of(batch).base_offset < to) {
                found.push_back(batch);
            }
            from = header_of(batch).next_offset();
        }
    }
    return found;
}

}  // namespace

RaftCluster::RaftCluster(ClusterOptions options) : options_(options) {
    for (int n = 1; n <= options_.voters; ++n) {
        voters_.push_back(voter(n));
    }
    std::vector<BrokerId> all = voters_;
    for (int n = 1; n <= options_.observers; ++n) {
        all.push_back(observer(n));
    }
    for (const BrokerId id : all) {
        hosts_[id].disk = new_raft_disk(now_);
        hosts_[id].disk.quorum_state.cluster_id = "lab";
    }
    for (const BrokerId id : all) {
        start(id);
    }
}

Env RaftCluster::env_of(BrokerId id) const {
    return {.now = now_, .seed = Seed(options_.seed), .self = node_of(id), .rules = options_.rules};
}

void RaftCluster::start(BrokerId id) {
    Host& host = hosts_.at(id);
    BL_CHECK(!host.node);
    ++host.incarnation;
    host.checked = Offset(0);
    host.last_high_watermark = Offset(0);
    RaftConfig config;
    config.id = id;
    config.voters = voters_;
    RaftOutput out;
    host.node.emplace(config, host.disk, env_of(id), out);
    carry_out(id, std::move(out));
}

void RaftCluster::kill(BrokerId id) {
    Host& host = hosts_.at(id);
    BL_CHECK(host.node);
    host.disk = host.node->disk();
    host.node.reset();
    for (auto at = calls_.begin(); at != calls_.end();) {
        const auto [number, call] = *at;
        if (call.from == id) {
            const auto& server = hosts_.at(call.to).node;
            if (server) {
                hosts_.at(call.to).node->on_connection_lost(
                    {node_of(call.from), node_of(call.to), number});
            }
            at = calls_.erase(at);
            continue;
        }
        if (call.to == id) {
            schedule(now_ + latency(), {.kind = Event::Kind::kFailure, .call = number});
        }
        ++at;
    }
}

void RaftCluster::power_off(BrokerId id) {
    kill(id);
    lose_page_cache(hosts_.at(id).disk.log, now_);
}

void RaftCluster::isolate(BrokerId id) {
    for (const auto& [other, host] : hosts_) {
        if (other != id) {
            cut(id, other);
        }
    }
}

void RaftCluster::shut_down(BrokerId id) {
    RaftOutput out;
    hosts_.at(id).node->shut_down(env_of(id), out);
    carry_out(id, std::move(out));
}

std::optional<ResponseBody> RaftCluster::ask(BrokerId id, RequestBody body) {
    const ApiKey api = api_key_of(body);
    const Request request({NodeId{NodeKind::kClient, 1}, node_of(id), ++last_call_},
                          make_header(api, versions_of(api).latest, CorrelationId(1), "tool"),
                          std::move(body));
    RaftOutput out;
    hosts_.at(id).node->on_request(request, env_of(id), out);
    std::optional<ResponseBody> answer;
    std::erase_if(out.responses, [&](const Response& response) {
        const bool is_it = response.connection == request.connection;
        if (is_it) {
            answer = response.body;
        }
        return is_it;
    });
    carry_out(id, std::move(out));
    return answer;
}

std::optional<Offset> RaftCluster::append_to(BrokerId id, LeaderEpoch epoch,
                                             const std::vector<std::string>& values, bool flush) {
    std::vector<Bytes> encoded;
    for (const std::string& value : values) {
        encoded.emplace_back(value.begin(), value.end());
    }
    RaftOutput out;
    const auto offset =
        hosts_.at(id).node->append(epoch, std::move(encoded), flush, env_of(id), out);
    carry_out(id, std::move(out));
    return offset;
}

std::optional<Offset> RaftCluster::append(const std::vector<std::string>& values, bool flush) {
    const std::optional<BrokerId> id = leader();
    return id ? append_to(*id, node(*id).epoch(), values, flush) : std::nullopt;
}

std::optional<BrokerId> RaftCluster::leader() const {
    std::optional<BrokerId> found;
    for (const BrokerId id : voters_) {
        if (is_up(id) && node(id).is_leader() &&
            (!found || node(*found).epoch() < node(id).epoch())) {
            found = id;
        }
    }
    return found;
}

std::vector<BrokerId> RaftCluster::ids() const {
    std::vector<BrokerId> all;
    for (const auto& [id, host] : hosts_) {
        all.push_back(id);
    }
    return all;
}

std::optional<Duration> RaftCluster::run_until_led(Duration limit) {
    const SimTime begin = now_;
    const bool led = run_until_true(limit, [&] {
        const std::optional<BrokerId> id = leader();
        return id && node(*id).leads_and_caught_up();
    });
    return led ? std::optional(now_ - begin) : std::nullopt;
}

void RaftCluster::run_until(SimTime end) {
    while (step(end)) {
    }
}

/// Does what comes next, unless that lies beyond `end`: then time moves to `end`.
bool RaftCluster::step(SimTime end) {
    SimTime next = events_.empty() ? kNever : events_.begin()->first.first;
    std::optional<BrokerId> timer;
    for (const auto& [id, host] : hosts_) {
        if (host.node && host.node->next_deadline() < next) {
            next = host.node->next_deadline();
            timer = id;
        }
    }
    if (next > end) {
        now_ = end;
        return false;
    }
    now_ = std::max(now_, next);
    if (timer) {
        RaftOutput out;
        hosts_.at(*timer).node->on_timer(env_of(*timer), out);
        if (hosts_.at(*timer).node->next_deadline() <= now_) {
            violate(*timer, "a deadline stays behind");
            events_.clear();
            return false;
        }
        carry_out(*timer, std::move(out));
    } else {
        Event event = std::move(events_.begin()->second);
        events_.erase(events_.begin());
        deliver(std::move(event));
    }
    return true;
}

void RaftCluster::deliver(Event event) {
    const auto at = calls_.find(event.call);
    if (at == calls_.end()) {
        return;
    }
    const Call call = at->second;
    RaftOutput out;
    if (event.kind == Event::Kind::kRequest) {
        std::optional<RaftNode>& server = hosts_.at(call.to).node;
        if (!server) {
            schedule(now_ + latency(), {.kind = Event::Kind::kFailure, .call = event.call});
            return;
        }
        ++messages_;
        server->on_request(*event.request, env_of(call.to), out);
        carry_out(call.to, std::move(out));
        return;
    }
    calls_.erase(at);
    std::optional<RaftNode>& caller = hosts_.at(call.from).node;
    BL_CHECK(caller);
    if (event.kind == Event::Kind::kResponse) {
        caller->on_response(call.to, *event.response, env_of(call.from), out);
    } else {
        if (hosts_.at(call.to).node) {
            hosts_.at(call.to).node->on_connection_lost(
                {node_of(call.from), node_of(call.to), event.call});
        }
        caller->on_request_failed(call.to, call.api, env_of(call.from), out);
    }
    carry_out(call.from, std::move(out));
}

void RaftCluster::carry_out(BrokerId id, RaftOutput out) {
    for (FactBody& fact : out.facts) {
        if (const auto* elected = std::get_if<QuorumLeaderElected>(&fact)) {
            check_new_leader(id, elected->epoch);
        }
        facts_.push_back({now_, id, std::move(fact)});
    }
    if (out.fatal) {
        violate(id, *out.fatal);
    }
    for (const RaftRequest& sent : out.requests) {
        for (const auto& [number, call] : calls_) {
            if (call.from == id && call.to == sent.to) {
                violate(id, "two requests to one member are under way");
            }
        }
        const uint32_t number = ++last_call_;
        const ApiKey api = api_key_of(sent.body);
        calls_[number] = {id, sent.to, hosts_.at(id).incarnation, api};
        Event event{.kind = Event::Kind::kRequest, .call = number};
        event.request.emplace(ConnectionId{node_of(id), node_of(sent.to), number},
                              make_header(api, versions_of(api).latest, CorrelationId(1), "raft"),
                              RequestBody(sent.body));
        if (passes(id, sent.to)) {
            schedule(now_ + latency(), std::move(event));
        }
        schedule(now_ + kRequestTimeout, {.kind = Event::Kind::kFailure, .call = number});
    }
    for (const Response& response : out.responses) {
        const uint32_t number = response.connection.ordinal;
        const auto call = calls_.find(number);
        if (call != calls_.end() && passes(call->second.from, call->second.to)) {
            schedule(now_ + latency(),
                     {.kind = Event::Kind::kResponse, .call = number, .response = response.body});
        }
    }
    if (is_up(id)) {
        check(id);
    }
}

void RaftCluster::schedule(SimTime at, Event event) {
    events_.emplace(std::pair(at, ++sequence_), std::move(event));
}

Duration RaftCluster::latency() {
    const RandomBits bits = draw(Seed(options_.seed), DrawPurpose::kNetworkJitter, 0, ++draws_);
    return 300_us + uniform_between(bits, 0_us, 400_us);
}

bool RaftCluster::passes(BrokerId a, BrokerId b) {
    const RandomBits bits = draw(Seed(options_.seed), DrawPurpose::kNetworkLoss, 0, ++draws_);
    return !cuts_.contains(std::minmax(a, b)) && !chance(bits, options_.drop_ppm);
}

void RaftCluster::violate(BrokerId id, const std::string& what) {
    violations.push_back(to_string(now_) + " node " + std::to_string(id.value) + ": " + what);
}

void RaftCluster::check_new_leader(BrokerId id, LeaderEpoch epoch) {
    const auto [at, is_new] = leaders_.emplace(epoch, id);
    if (!is_new && at->second != id) {
        violate(id, "second leader in epoch " + std::to_string(epoch.value));
    }
    const PartitionLog& log = node(id).log();
    for (const auto& [base, batch] : committed_) {
        const ReadResult read = read_log(log, std::min(base, log.log_end_offset),
                                         FetchIsolation::kLogEnd, {.max_bytes = 1});
        if (read.records.batches.empty() || !(read.records.batches[0] == batch)) {
            violate(id, "leads without the committed batch " + std::to_string(base.value));
            return;
        }
    }
}

void RaftCluster::check(BrokerId id) {
    Host& host = hosts_.at(id);
    const Offset high_watermark = host.node->high_watermark();
    if (high_watermark < host.last_high_watermark) {
        violate(id, "the high watermark went back");
    }
    host.last_high_watermark = high_watermark;
    for (const BatchRef& batch : batches_between(host.node->log(), host.checked, high_watermark)) {
        const Offset base = header_of(batch).base_offset;
        const auto [at, is_new] = committed_.emplace(base, batch);
        if (!is_new && !(at->second == batch)) {
            violate(id, "another batch committed at " + std::to_string(base.value));
        }
    }
    host.checked = std::max(host.checked, high_watermark);
}

std::vector<std::string> RaftCluster::committed_values(BrokerId id) const {
    std::vector<std::string> values;
    const RaftNode& of = node(id);
    for (const BatchRef& batch : batches_between(of.log(), Offset(0), of.high_watermark())) {
        if (header_of(batch).is_control()) {
            continue;
        }
        const Outcome<DecodedRecords> decoded = decode_records(batch->bytes);
        for (const RecordView& record : decoded->records) {
            values.emplace_back(as_text(*record.content.value));
        }
    }
    return values;
}

}  // namespace brokerlab
