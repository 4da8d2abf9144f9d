// A coordinator of one partition of __consumer_offsets to play with: requests of clients, a clock
// that runs from deadline to deadline, and a log whose commits can be held back or fail.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/assign/consumer_protocol.h"
#include "sim/group/coordinator.h"
#include "sim/group/group_coordinator_record.h"

namespace brokerlab::testing {

/// What a member knows of its place in the group.
struct Seat {
    std::string client;
    std::string id;
    GenerationId generation = kNoGeneration;
    std::optional<std::string> instance_id = std::nullopt;
};

class GroupLab {
public:
    using Asked = int32_t;  ///< names a request, to look for its answer

    GroupLab() {
        env_.self = {NodeKind::kBroker, 1};
        env_.seed = Seed(1);
        add_topic("orders", 4);
        add_topic("payments", 2);
    }

    GroupConfig config;
    MetadataImage image;
    bool hold_writes = false;               ///< nothing is committed until commit() or fail()
    std::optional<ErrorCode> append_error;  ///< of each append
    std::vector<GroupCoordinatorRecord> log;
    std::vector<FactBody> facts;

    void set_rule(Rule rule, bool on) { env_.rules.set(rule, on); }
    [[nodiscard]] SimTime now() const { return env_.now; }
    [[nodiscard]] const GroupShard& shard() const { return *shard_; }
    [[nodiscard]] Cow<GroupShard>& edit_shard() { return shard_; }
    [[nodiscard]] const ClassicGroup& group(const std::string& id = "g") const {
        const ClassicGroup* found = shard_->find_classic(id);
        BL_CHECK(found != nullptr);
        return *found;
    }
    [[nodiscard]] std::size_t held_writes() const { return writes_.size(); }

    void add_topic(const std::string& name, int32_t partitions) {
        TopicImage topic;
        topic.name = name;
        topic.id = {1, image.topics->size() + 1};
        topic.partitions.resize(static_cast<std::size_t>(partitions));
        image.topic_names.edit().insert_or_assign(topic.id, name);
        image.topics.edit().insert_or_assign(name, Cow(std::move(topic)));
    }

    template <class Body>
    Asked ask(const std::string& client, Body body, ApiVersion version = Body::kVersions.latest) {
        const Asked asked = ++asked_;
        const ConnectionId connection{
            {NodeKind::kClient, 1}, env_.self, static_cast<uint32_t>(asked)};
        const Request request =
            make_request(connection, version, CorrelationId(asked), client, std::move(body));
        play([&](GroupTurn& turn) { on_group_request(shard_, request, turn); }, request);
        return asked;
    }
    /// Runs the clock for `span`, through all deadlines on the way.
    void run(Duration span) {
        const SimTime target = env_.now + span;
        for (;;) {
            const SimTime next = next_group_deadline(*shard_);
            if (next > target) {
                break;
            }
            BL_CHECK(++turns_ < 100000);
            env_.now = std::max(env_.now, next);
            play([&](GroupTurn& turn) { on_group_timer(shard_, turn); });
        }
        env_.now = target;
    }
    void commit() { end_writes(ErrorCode::kNone); }
    void fail(ErrorCode error) { end_writes(error); }

    /// Another broker takes over: from the log, through its bytes.
    void fail_over() {
        shard_ = Cow<GroupShard>();
        for (const GroupCoordinatorRecord& record : log) {
            const EncodedRecord bytes = encode_group_record(record);
            std::optional<ByteSpan> value;
            if (bytes.value) {
                value = *bytes.value;
            }
            replay(shard_.edit(), decode_group_record(bytes.key, value).value(), image);
        }
        play([&](GroupTurn& turn) { on_groups_loaded(shard_, turn); });
    }
    template <class Function>
    void play(Function function, std::optional<Request> request = std::nullopt) {
        const Cow<GroupShard> before = shard_;
        GroupTurn turn = new_turn();
        function(turn);
        finish(std::move(turn), before, std::move(request));
    }

    [[nodiscard]] bool answered(Asked asked) const { return answers_.contains(asked); }
    template <class Body>
    [[nodiscard]] const Body& answer(Asked asked) const {
        const auto at = answers_.find(asked);
        if (at == answers_.end()) {
            ADD_FAILURE() << "request " << asked << " has no answer yet";
            static const Body kNone;
            return kNone;
        }
        return std::get<Body>(at->second);
    }
    template <class Fact>
    [[nodiscard]] std::vector<Fact> all() const {
        std::vector<Fact> found;
        for (const FactBody& fact : facts) {
            if (const Fact* held = std::get_if<Fact>(&fact); held != nullptr) {
                found.push_back(*held);
            }
        }
        return found;
    }

    // ---- The classic protocol in short

    static JoinGroupRequest join_request(const Seat& seat, const std::string& group = "g") {
        JoinGroupRequest body;
        body.group_id = group;
        body.session_timeout_ms = 45000;
        body.rebalance_timeout_ms = 300000;
        body.member_id = seat.id;
        body.group_instance_id = seat.instance_id;
        body.protocol_type = "consumer";
        body.protocols = {{"range", subscription({"orders"})}};
        return body;
    }
    static Bytes subscription(std::vector<std::string> topics) {
        ConsumerProtocolSubscription wanted;
        wanted.topics = std::move(topics);
        return encode_subscription(wanted);
    }
    static Bytes assignment(const std::string& topic, std::vector<PartitionId> partitions) {
        ConsumerProtocolAssignment given;
        given.assigned_partitions = {{topic, std::move(partitions)}};
        return encode_assignment(given);
    }
    Asked join(const Seat& seat) { return ask(seat.client, join_request(seat)); }
    /// Gets an id for a dynamic member and joins with it.
    Asked join_new(Seat& seat) { return join_new(seat, join_request(seat)); }
    Asked join_new(Seat& seat, JoinGroupRequest body) {
        body.member_id.clear();
        const Asked first = ask(seat.client, body);
        EXPECT_EQ(answer<JoinGroupResponse>(first).error_code, ErrorCode::kMemberIdRequired);
        seat.id = answer<JoinGroupResponse>(first).member_id;
        body.member_id = seat.id;
        return ask(seat.client, std::move(body));
    }
    const JoinGroupResponse& take_join(Seat& seat, Asked asked) {
        const auto& joined = answer<JoinGroupResponse>(asked);
        EXPECT_EQ(joined.error_code, ErrorCode::kNone);
        seat.id = joined.member_id;
        seat.generation = joined.generation_id;
        return joined;
    }
    static SyncGroupRequest sync_request(const Seat& seat, const std::string& group = "g") {
        SyncGroupRequest body;
        body.group_id = group;
        body.generation_id = seat.generation;
        body.member_id = seat.id;
        body.group_instance_id = seat.instance_id;
        body.protocol_type = "consumer";
        return body;
    }
    Asked sync(const Seat& seat, std::vector<SyncGroupRequest::Assignment> assignments = {}) {
        SyncGroupRequest body = sync_request(seat);
        body.assignments = std::move(assignments);
        return ask(seat.client, std::move(body));
    }
    Asked heartbeat(const Seat& seat) {
        return ask(seat.client, HeartbeatRequest{"g", seat.generation, seat.id, seat.instance_id});
    }
    ErrorCode heartbeat_error(const Seat& seat) {
        return answer<HeartbeatResponse>(heartbeat(seat)).error_code;
    }
    Asked leave(const Seat& seat) {
        LeaveGroupRequest body;
        body.group_id = "g";
        body.members = {{seat.id, seat.instance_id, std::nullopt}};
        return ask(seat.client, std::move(body));
    }
    static OffsetCommitRequest commit_request(const Seat& seat, int64_t offset,
                                              const std::string& group = "g") {
        OffsetCommitRequest body;
        body.group_id = group;
        body.generation_id_or_member_epoch = seat.generation;
        body.member_id = seat.id;
        body.group_instance_id = seat.instance_id;
        body.topics = {{"orders", {{PartitionId(0), Offset(offset), LeaderEpoch(3), "note"}}}};
        return body;
    }
    ErrorCode commit_error(const Seat& seat, int64_t offset = 7) {
        const auto asked = ask(seat.client, commit_request(seat, offset));
        return answer<OffsetCommitResponse>(asked).topics.at(0).partitions.at(0).error_code;
    }
    /// A stable group of dynamic members; the first leads.
    void make_stable(std::vector<Seat*> seats) {
        std::vector<Asked> joins;
        for (Seat* seat : seats) {
            joins.push_back(seat->instance_id ? join(*seat) : join_new(*seat));
        }
        while (!answered(joins.front())) {
            run(config.initial_rebalance_delay);
        }
        for (std::size_t i = 0; i < seats.size(); ++i) {
            take_join(*seats[i], joins[i]);
        }
        sync_all(seats);
    }
    /// The leader assigns partition i of orders to the i-th.
    void sync_all(const std::vector<Seat*>& seats) {
        std::vector<SyncGroupRequest::Assignment> assignments;
        for (std::size_t i = 0; i < seats.size(); ++i) {
            assignments.push_back(
                {seats[i]->id, assignment("orders", {PartitionId(static_cast<int32_t>(i))})});
        }
        for (Seat* seat : seats) {
            const bool leads = group().leader == seat->id;
            sync(*seat, leads ? assignments : std::vector<SyncGroupRequest::Assignment>{});
        }
        EXPECT_EQ(group().state, ClassicGroupState::kStable);
    }

private:
    struct Write {
        std::vector<Response> answers;
        GroupWriteEnd end;
        std::optional<Request> request;
    };

    GroupTurn new_turn() { return {config, image, env_, {}, true, {}, {}, {}, {}}; }
    void take(std::vector<Response>& responses) {
        for (Response& response : responses) {
            const Asked asked = response.request_header.correlation_id.value;
            EXPECT_FALSE(answers_.contains(asked)) << "request " << asked << " answered twice";
            answers_[asked] = std::move(response.body);
        }
        responses.clear();
    }
    void finish(GroupTurn turn, const Cow<GroupShard>& before, std::optional<Request> request) {
        take(turn.answers_now);
        facts.insert(facts.end(), turn.facts.begin(), turn.facts.end());
        if (!turn.records.empty() && append_error) {
            GroupTurn after = new_turn();
            revert_groups(shard_, *before, *append_error, after);
            end(Write{std::move(turn.answers), turn.end, request}, *append_error, after);
            return;
        }
        for (const GroupCoordinatorRecord& record : turn.records) {
            log.push_back(record);
            if (turn.replay) {
                replay(shard_.edit(), record, image);
            }
        }
        if (!turn.records.empty() || !writes_.empty()) {
            writes_.push_back({std::move(turn.answers), std::move(turn.end), std::move(request)});
            if (!hold_writes) {
                commit();
            }
            return;
        }
        EXPECT_TRUE(std::holds_alternative<std::monostate>(turn.end)) << "nothing was written";
        take(turn.answers);
    }
    void end_writes(ErrorCode error) {
        while (!writes_.empty()) {
            Write write = std::move(writes_.front());
            writes_.erase(writes_.begin());
            GroupTurn turn = new_turn();
            end(std::move(write), error, turn);
        }
    }
    void end(Write write, ErrorCode error, GroupTurn& turn) {
        if (error != ErrorCode::kNone) {
            for (Response& response : write.answers) {
                response.body = group_error(
                    *write.request, write_error(response.request_header.request_api_key, error));
            }
        }
        on_group_write_end(shard_, write.end, error, turn);
        take(write.answers);
        take(turn.answers_now);
        facts.insert(facts.end(), turn.facts.begin(), turn.facts.end());
        if (!turn.records.empty()) {
            finish({config, image, env_, turn.records, turn.replay, {}, {}, turn.end, {}}, shard_,
                   std::nullopt);
        }
    }

    Env env_;
    Cow<GroupShard> shard_;
    std::vector<Write> writes_;
    std::map<Asked, ResponseBody> answers_;
    Asked asked_ = 0;
    uint32_t turns_ = 0;
};

}  // namespace brokerlab::testing
