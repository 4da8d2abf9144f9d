// What the things of the canvas say when the mouse rests on them: the facts that matter, then what
// Kafka means by the word.
#include <algorithm>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "gui/panels/canvas_pen.h"
#include "gui/widgets/text.h"
#include "gui/widgets/tooltip.h"
#include "sim/view/glossary.h"
#include "sim/view/sentences.h"

namespace brokerlab {
namespace {

struct HoverFact {
    const char* name;
    std::string value;
    ImU32 colour = 0;
};

void draw_facts(const Look& look, const std::string& title, const std::vector<HoverFact>& facts,
                const char* noun) {
    const Theme& c = look.colours();
    text_line(look.fonts.strong, c.text, title);
    float names = 0;
    float width = text_width(look.fonts.strong, title);
    for (const HoverFact& fact : facts) {
        names = std::max(names, text_width(look.fonts.small, fact.name));
    }
    names += look.px(16);
    for (const HoverFact& fact : facts) {
        width = std::max(width, names + text_width(look.fonts.small_strong, fact.value));
    }
    for (const HoverFact& fact : facts) {
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const float height = look.px(18);
        ImDrawList& list = *ImGui::GetWindowDrawList();
        draw_text(list, look.fonts.small, c.muted, {at.x, at.y + height / 2}, fact.name);
        draw_text(list, look.fonts.small_strong, fact.colour == 0 ? c.text : fact.colour,
                  {at.x + names, at.y + height / 2}, fact.value);
        ImGui::Dummy({width, height});
    }
    const GlossaryEntry* entry = noun == nullptr ? nullptr : find_noun(noun);
    if (entry != nullptr) {
        const float wide = std::clamp(width, look.px(220), look.px(320));
        const std::string text = fmt::format("{}: {}", entry->word, entry->meaning);
        ImGui::Dummy({0, look.px(2)});
        const float high = draw_text_wrapped(*ImGui::GetWindowDrawList(), look.fonts.small, c.muted,
                                             ImGui::GetCursorScreenPos(), wide, text);
        ImGui::Dummy({wide, high});
    }
}

const char* noun_of(ReplicaLook look) {
    return look == ReplicaLook::kLeader    ? "leader"
           : look == ReplicaLook::kOffline ? "replica"
                                           : "ISR";
}

std::string brokers_of(const std::vector<BrokerId>& brokers) {
    return brokers.empty() ? "none" : brokers_text(brokers);
}

}  // namespace

void hover_node(const CanvasPen& view, const NodeCard& card) {
    const HoverCard hover(view.look());
    if (!hover) {
        return;
    }
    std::vector<HoverFact> facts{
        {"state", look_word(card.look), colour_of(view.colours(), card.look)}};
    if (!card.subtitle.empty()) {
        facts.push_back({"", card.subtitle});
    }
    for (const std::string& badge : card.badges) {
        facts.push_back({"", badge, view.colours().lagging});
    }
    const bool broker = card.node.kind == NodeKind::kBroker;
    if (broker) {
        facts.push_back(
            {"leads", fmt::format("{} partitions", card.leaders + card.offline_leaders)});
        facts.push_back({"in sync", fmt::format("{} replicas", card.in_sync)});
        if (card.lagging > 0) {
            facts.push_back(
                {"out of sync", fmt::format("{} replicas", card.lagging), view.colours().lagging});
        }
        if (card.offline > 0) {
            facts.push_back(
                {"offline", fmt::format("{} replicas", card.offline), view.colours().offline});
        }
    }
    const char* noun = broker                                             ? "broker"
                       : card.node.kind == NodeKind::kController          ? "controller"
                       : std::get_if<ClientThing>(&card.thing) == nullptr ? nullptr
                                                                          : "producer";
    const ClientHost* host =
        card.node.kind == NodeKind::kClient ? view.frame.world().find_client(card.title) : nullptr;
    if (host != nullptr) {
        noun = std::holds_alternative<ConsumerSetup>(host->setup)   ? "consumer"
               : std::holds_alternative<ProducerSetup>(host->setup) ? "producer"
               : host->service() != nullptr                         ? "service"
                                                                    : nullptr;
    }
    draw_facts(view.look(), card.title, facts, card.look == NodeLook::kFenced ? "fenced" : noun);
}

void hover_replica(const CanvasPen& view, const ReplicaChip& chip) {
    const HoverCard hover(view.look());
    if (!hover) {
        return;
    }
    const auto& thing = std::get<ReplicaThing>(chip.thing);
    const PartitionRegistration* now =
        view.frame.world().committed_metadata().find_partition(thing.partition);
    std::vector<HoverFact> facts{
        {"this replica", look_word(chip.look), colour_of(view.colours(), chip.look)},
        {"log end offset", grouped_digits(chip.log_end)}};
    if (chip.behind > 0) {
        facts.push_back({"behind the leader",
                         fmt::format("{} offsets", grouped_digits(chip.behind)),
                         view.colours().lagging});
    }
    if (now != nullptr) {
        facts.push_back({"leader", now->leader == kNoBroker
                                       ? std::string("none")
                                       : fmt::format("broker {}, epoch {}", now->leader.value,
                                                     now->leader_epoch.value)});
        facts.push_back({"in sync", brokers_of(now->isr)});
        facts.push_back({"replicas", brokers_of(now->replicas)});
    }
    if (chip.leads && chip.look == ReplicaLook::kOffline) {
        facts.push_back({"", "still the leader: its broker is gone, and not fenced yet",
                         view.colours().offline});
    }
    if (chip.preferred) {
        facts.push_back({"", "the preferred leader"});
    }
    draw_facts(view.look(), thing_text(view.frame.world(), chip.thing), facts, noun_of(chip.look));
}

void hover_link(const CanvasPen& view, const CanvasLink& link) {
    const HoverCard hover(view.look());
    if (!hover) {
        return;
    }
    const NodeCard& a = view.canvas.cards[link.a];
    const NodeCard& b = view.canvas.cards[link.b];
    const Theme& c = view.colours();
    std::vector<HoverFact> facts;
    if (link.cut_there) {
        facts.push_back({"cut", fmt::format("{} to {}", a.title, b.title), c.offline});
    }
    if (link.cut_back) {
        facts.push_back({"cut", fmt::format("{} to {}", b.title, a.title), c.offline});
    }
    if (link.extra_latency > Duration()) {
        facts.push_back({"slower by", to_string(link.extra_latency), c.lagging});
    }
    if (link.loss_ppm > 0) {
        facts.push_back(
            {"loses",
             fmt::format("{:g} % of the packets", static_cast<double>(link.loss_ppm) / 10'000),
             c.lagging});
    }
    const auto on_it = [&](bool forward) {
        return std::count_if(view.canvas.messages.begin(), view.canvas.messages.end(),
                             [&](const CanvasMessage& message) {
                                 return &view.canvas.links[message.link] == &link &&
                                        message.forward == forward;
                             });
    };
    facts.push_back({"on the way", fmt::format("{} there, {} back", on_it(true), on_it(false))});
    draw_facts(view.look(), fmt::format("{} – {}", a.title, b.title), facts, nullptr);
}

void hover_message(const CanvasPen& view, const CanvasMessage& message) {
    const HoverCard hover(view.look());
    if (!hover) {
        return;
    }
    const World& world = view.frame.world();
    const uint64_t number = std::get<MessageThing>(message.thing).number;
    const Message* on_wire = world.network->find(number);
    if (on_wire == nullptr) {
        return;
    }
    std::vector<HoverFact> facts{{"from", node_name(world, on_wire->from)},
                                 {"to", node_name(world, on_wire->to)},
                                 {"sent", moment_text(world.shown(on_wire->sent_at)) + " s"}};
    if (world.network->is_held(number)) {
        facts.push_back({"held", "until it is released", view.colours().lagging});
    } else if (on_wire->arrives_at == kNever) {
        facts.push_back({"waits", "behind a message that is held", view.colours().lagging});
    } else if (!world.network->passes(on_wire->from, on_wire->to)) {
        facts.push_back({"can't get through", "sent again until it can", view.colours().offline});
    } else {
        facts.push_back({"arrives", moment_text(world.shown(on_wire->arrives_at)) + " s"});
    }
    draw_facts(view.look(), message_label(world, number), facts, nullptr);
}

}  // namespace brokerlab
