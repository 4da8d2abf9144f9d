// Commands: decisions from outside, in plain data. Their text is in script/, who may give them when
// in admit, what they do in step.
//
// Things are named as the user names them; admit looks the names up in the World of that moment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/model/ids.h"
#include "sim/model/protocol_enums.h"
#include "sim/model/rules.h"

namespace brokerlab {

/// kill broker 2, pause controller 1 ...; stop and power-off are for brokers only.
struct NodeCommand {
    enum class Verb : uint8_t {
        kKill,
        kStart,
        kStop,
        kPowerOff,
        kPause,
        kResume,
        kIsolate,
        kRejoin
    };
    Verb verb = Verb::kKill;
    NodeId node;  ///< a broker or controller

    bool operator==(const NodeCommand&) const = default;
};
/// slow disk 2 500ms; 0 makes it fast again.
struct SlowDisk {
    BrokerId broker;
    Duration delay;

    bool operator==(const SlowDisk&) const = default;
};
struct FailDisk {
    BrokerId broker;

    bool operator==(const FailDisk&) const = default;
};
struct RepairDisk {
    BrokerId broker;

    bool operator==(const RepairDisk&) const = default;
};
/// set broker 2 k=v: a dynamic configuration, through admin.
struct SetBroker {
    BrokerId broker;
    std::string key;
    std::string value;

    bool operator==(const SetBroker&) const = default;
};

/// One end of a link: a node, a client or service by name, or a group of them.
struct LinkEnd {
    enum class Kind : uint8_t { kNode, kNamed, kBrokers, kControllers, kClients };
    Kind kind = Kind::kNode;
    NodeId node;       ///< for kNode
    std::string name;  ///< for kNamed

    bool operator==(const LinkEnd&) const = default;
};
/// "2", "controller 1", "till", "brokers": the end as a command writes it.
[[nodiscard]] std::string end_text(const LinkEnd& end);

/// cut A B, or one way: cut A -> B.
struct CutLink {
    LinkEnd a;
    LinkEnd b;
    bool one_way = false;

    bool operator==(const CutLink&) const = default;
};
/// slow link A B 20ms: that much more latency, each way.
struct SlowLink {
    LinkEnd a;
    LinkEnd b;
    Duration delay;

    bool operator==(const SlowLink&) const = default;
};
/// lose link A B 5%.
struct LoseLink {
    LinkEnd a;
    LinkEnd b;
    uint32_t parts_per_million = 0;

    bool operator==(const LoseLink&) const = default;
};
/// heal A B: undoes cut, slow and lose; without ends: heal all.
struct HealLink {
    std::optional<LinkEnd> a;
    std::optional<LinkEnd> b;

    bool operator==(const HealLink&) const = default;
};
/// drop | hold | release message N, delay message N 200ms.
struct MessageCommand {
    enum class Verb : uint8_t { kDrop, kHold, kRelease, kDelay };
    Verb verb = Verb::kDrop;
    uint64_t message = 0;
    Duration delay;  ///< for kDelay

    bool operator==(const MessageCommand&) const = default;
};

struct CreateTopic {
    std::string topic;
    std::optional<int32_t> partitions;
    std::optional<int32_t> replication_factor;

    bool operator==(const CreateTopic&) const = default;
};
struct AlterTopic {
    std::string topic;
    int32_t partitions = 0;

    bool operator==(const AlterTopic&) const = default;
};
struct DeleteTopic {
    std::string topic;

    bool operator==(const DeleteTopic&) const = default;
};
struct SetTopic {
    std::string topic;
    std::string key;
    std::string value;

    bool operator==(const SetTopic&) const = default;
};
struct ElectLeader {
    ElectionType type = ElectionType::kPreferred;
    TopicPartition partition;

    bool operator==(const ElectLeader&) const = default;
};
struct ReassignPartition {
    TopicPartition partition;
    std::vector<BrokerId> replicas;

    bool operator==(const ReassignPartition&) const = default;
};

/// start|stop|crash producer NAME, remove|crash|pause|resume|start|add consumer NAME,
/// kill|start service NAME. For `add` the name is the group's, or that of a consumer without one.
struct ClientCommand {
    enum class Verb : uint8_t { kStart, kStop, kCrash, kRemove, kPause, kResume, kAdd, kKill };
    enum class Kind : uint8_t { kProducer, kConsumer, kService };
    Verb verb = Verb::kStart;
    Kind kind = Kind::kProducer;
    std::string name;

    bool operator==(const ClientCommand&) const = default;
};
/// set producer NAME k=v, set consumer GROUP k=v. `rate` applies at once, a config by a restart.
struct SetClient {
    ClientCommand::Kind kind = ClientCommand::Kind::kProducer;
    std::string name;
    std::string key;
    std::string value;

    bool operator==(const SetClient&) const = default;
};
/// produce orders key=k value=v, by the producer `console`.
struct ProduceOne {
    std::string topic;
    std::optional<std::string> key;
    std::string value;

    bool operator==(const ProduceOne&) const = default;
};
/// post order-service /api/v1/orders {...}
struct PostService {
    std::string service;
    std::string path;
    std::string body;

    bool operator==(const PostService&) const = default;
};
struct SetRule {
    Rule rule = Rule::kLeaderEpochCheck;
    bool on = true;

    bool operator==(const SetRule&) const = default;
};

using Command = std::variant<NodeCommand, SlowDisk, FailDisk, RepairDisk, SetBroker, CutLink,
                             SlowLink, LoseLink, HealLink, MessageCommand, CreateTopic, AlterTopic,
                             DeleteTopic, SetTopic, ElectLeader, ReassignPartition, ClientCommand,
                             SetClient, ProduceOne, PostService, SetRule>;

}  // namespace brokerlab
