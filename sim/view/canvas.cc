#include "sim/view/canvas.h"

#include <algorithm>

#include "sim/base/check.h"
#include "sim/view/canvas_parts.h"

namespace brokerlab {
namespace {

/// Beyond these a picture would be no picture: a window that is being made small, a wheel that is
/// turned far.
CanvasOptions sane(CanvasOptions options) {
    options.aspect = std::clamp(options.aspect, 0.2F, 8.0F);
    options.zoom = std::clamp(options.zoom, 0.05F, 20.0F);
    return options;
}

}  // namespace

const char* look_word(NodeLook look) {
    switch (look) {
        case NodeLook::kRunning:
            return "running";
        case NodeLook::kController:
            return "active";
        case NodeLook::kStarting:
            return "starting";
        case NodeLook::kStopping:
            return "stopping";
        case NodeLook::kFenced:
            return "fenced";
        case NodeLook::kPaused:
            return "paused";
        case NodeLook::kIsolated:
            return "isolated";
        case NodeLook::kDown:
            return "down";
        case NodeLook::kOff:
            return "off";
        case NodeLook::kWaiting:
            return "waiting";
    }
    BL_CHECK(false);
}

const char* look_word(ReplicaLook look) {
    switch (look) {
        case ReplicaLook::kLeader:
            return "leader";
        case ReplicaLook::kInSync:
            return "in sync";
        case ReplicaLook::kLagging:
            return "out of sync";
        case ReplicaLook::kOffline:
            return "offline";
    }
    BL_CHECK(false);
}

const char* traffic_word(Traffic traffic) {
    switch (traffic) {
        case Traffic::kProduce:
            return "produce";
        case Traffic::kConsume:
            return "consume";
        case Traffic::kReplicate:
            return "replicate";
        case Traffic::kQuorum:
            return "quorum";
        case Traffic::kControl:
            return "control";
        case Traffic::kConnection:
            return "connection";
    }
    BL_CHECK(false);
}

Canvas make_canvas(const World& world, const CanvasOptions& asked) {
    const CanvasOptions options = sane(asked);
    Canvas canvas;
    add_cards(canvas, world, options);
    CanvasIndex index(canvas.cards);
    add_links(canvas, world, index);
    add_messages(canvas, world, options, index);
    return canvas;
}

void move_messages(Canvas& canvas, const World& world, const CanvasOptions& options) {
    CanvasIndex index(canvas.cards);
    for (std::size_t i = 0; i < canvas.links.size(); ++i) {
        index.set_link(canvas.links[i].a, canvas.links[i].b, i);
    }
    canvas.messages.clear();
    add_messages(canvas, world, sane(options), index);
}

}  // namespace brokerlab
