// Canvas: the cluster as a picture in plain data: cards, chips, links and the messages on their
// way, with places in logical pixels. A front end only draws it.
//
// Nothing here is invented: each message stands where the model's own send and arrival times put it
// at the moment shown. The members of a consumer group stand together, services among producers.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/kernel/sim_time.h"
#include "sim/view/thing.h"
#include "sim/world/world.h"

namespace brokerlab {

struct CanvasPoint {
    float x = 0;
    float y = 0;
};
struct CanvasBox {
    CanvasPoint from;
    CanvasPoint to;
};

/// How a node stands; shown by colour, icon and word.
enum class NodeLook : uint8_t {
    kRunning,
    kController,  ///< the active controller
    kStarting,
    kStopping,
    kFenced,
    kPaused,
    kIsolated,
    kDown,
    kOff,
    kWaiting,  ///< a client before its start, or stopped in order
};
/// What a replica is.
enum class ReplicaLook : uint8_t {
    kLeader,
    kInSync,
    kLagging,  ///< alive, and outside the ISR
    kOffline,  ///< its broker is not there
};
[[nodiscard]] const char* look_word(NodeLook look);
[[nodiscard]] const char* look_word(ReplicaLook look);

/// How much of a broker is shown; chosen by the number of replicas and the zoom.
enum class CanvasDetail : uint8_t { kFull, kCompact, kSquares, kSummary };

struct ReplicaChip {
    Thing thing;  ///< a ReplicaThing
    CanvasBox box;
    int32_t partition = 0;
    ReplicaLook look = ReplicaLook::kInSync;
    bool preferred = false;  ///< first in the list of replicas: the preferred leader
    bool leads = false;      ///< by the metadata, also while its broker is gone and not fenced yet
    int64_t log_end = 0;     ///< of this replica
    int64_t behind = 0;      ///< how many offsets its LEO is short of the leader's
    float caught_up = 1;     ///< its LEO in proportion to the leader's, 0 to 1
};
struct TopicRow {
    std::string topic;
    CanvasPoint at;      ///< of its title: its left end, half way up
    bool titled = true;  ///< there is room for the title
    int32_t folded = 0;  ///< replicas that this row only counts: of internal topics
    std::vector<ReplicaChip> chips;
};
struct NodeCard {
    Thing thing;  ///< a broker, controller or client
    NodeId node;
    CanvasBox box;
    NodeLook look = NodeLook::kRunning;
    std::string title;
    std::string subtitle;             ///< "rack a · 6 leaders of 12"
    std::vector<TopicRow> topics;     ///< of a broker, as far as the detail shows them
    std::vector<std::string> badges;  ///< "isolated", "slow disk 500 ms", "controller"
    // How many replicas it has of each look; internal topics aside.
    int32_t leaders = 0;
    int32_t in_sync = 0;
    int32_t lagging = 0;
    int32_t offline = 0;
    int32_t offline_leaders = 0;  ///< of those offline: leaders until the broker is fenced
};

/// What travels, by meaning: each has a colour.
enum class Traffic : uint8_t { kProduce, kConsume, kReplicate, kQuorum, kControl, kConnection };
[[nodiscard]] const char* traffic_word(Traffic traffic);

struct CanvasLink {
    Thing thing;        ///< a LinkThing
    std::size_t a = 0;  ///< index of its card
    std::size_t b = 0;
    bool cut_there = false;  ///< from a to b
    bool cut_back = false;
    Duration extra_latency;
    uint32_t loss_ppm = 0;
    bool disturbed = false;
    bool busy = false;  ///< something is on it or it is disturbed: drawn, others only on hover
    CanvasPoint from;   ///< a curve: its ends and their two control points
    CanvasPoint control_from;
    CanvasPoint control_to;
    CanvasPoint to;
    /// Each direction has a lane of its own beside the curve, this far from it half way.
    float lane = 6;
};
/// A point of a lane: `way` from 0, at its sender, to 1. `forward` is the lane from a to b.
[[nodiscard]] CanvasPoint lane_point(const CanvasLink& link, bool forward, float way);

struct CanvasMessage {
    Thing thing;  ///< a MessageThing
    Traffic traffic = Traffic::kProduce;
    std::size_t link = 0;
    CanvasPoint at;
    float way = 0;  ///< how much of its way is behind it, 0 to 1, from its sender
    bool request = true;
    bool forward = true;  ///< flies from the link's a to its b
    bool waits = false;   ///< held, stalled or behind one that is
    std::string label;    ///< "Produce orders-0, 12 records"; for the few that are shown at length
};
/// What a message is, in a few words, for those without a label; empty when it is not on its way.
[[nodiscard]] std::string message_label(const World& world, uint64_t number);

/// Consumers of a group, together under its name.
struct GroupFrame {
    Thing thing;  ///< a GroupThing
    CanvasBox box;
    CanvasPoint title;  ///< its left end, half way up
    std::string name;
    std::string state;   ///< as Kafka names it, "Unknown" without a coordinator
    std::string detail;  ///< "generation 3 · lag 143"
    std::string brief;   ///< the same where there is little room: "lag 143"
    std::size_t members = 0;
};

struct Canvas {
    CanvasPoint size;  ///< everything lies between (0, 0) and this
    CanvasDetail detail = CanvasDetail::kFull;
    std::vector<NodeCard> cards;
    std::vector<CanvasLink> links;
    std::vector<CanvasMessage> messages;
    std::vector<GroupFrame> groups;
    // Titles of the areas: controllers, brokers, producers, consumers.
    struct Area {
        std::string title;
        CanvasBox box;
    };
    std::vector<Area> areas;
};

/// What to show. `now` lies at or after the World's last event and before its next: between the two
/// only messages move.
struct CanvasOptions {
    SimTime now;
    bool internal_traffic = true;  ///< also the quorum's and the heartbeats' messages
    /// The picture's proportion, width by height: the layout fills it.
    float aspect = 1.6F;
    /// How large a logical pixel of the picture is on the screen, beside one of the app's text:
    /// decides how much detail can be read. The cards stay where they are.
    float zoom = 1;
};
[[nodiscard]] Canvas make_canvas(const World& world, const CanvasOptions& options);
/// Puts the messages where they are at options.now, and nothing else: for a World that has not
/// changed since make_canvas().
void move_messages(Canvas& canvas, const World& world, const CanvasOptions& options);

}  // namespace brokerlab
