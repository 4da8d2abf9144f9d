#include "sim/view/story_printer.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "sim/view/inspect_parts.h"

namespace brokerlab {
namespace {

/// Lines of at most 100 characters, broken between words.
std::string wrapped(std::string_view text) {
    constexpr std::size_t kWidth = 100;
    constexpr std::string_view kBlank = " \n\t";
    std::string out;
    std::size_t column = 0;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
        if (text.empty()) {
            return out.empty() ? out : out + "\n";
        }
        const std::string_view word = text.substr(0, text.find_first_of(kBlank));
        const bool fits = column + word.size() < kWidth;
        out += column == 0 ? "" : fits ? " " : "\n";
        column = fits && column > 0 ? column + 1 + word.size() : word.size();
        out += word;
        text.remove_prefix(word.size());
    }
}

}  // namespace

std::string story_heading(const Scenario& scenario) {
    const Setup& setup = scenario.setup;
    std::string text = setup.name + "\n";
    text += wrapped(setup.about);
    text += fmt::format(
        "\n{}, {}", counted(setup.brokers.size(), "broker", "brokers"),
        counted(static_cast<std::size_t>(setup.controllers), "controller", "controllers"));
    for (const TopicSetup& topic : setup.topics) {
        text += fmt::format(
            "; topic {}: {}, replication factor {}", topic.name,
            counted(static_cast<std::size_t>(topic.partitions), "partition", "partitions"),
            topic.replication_factor);
    }
    text += fmt::format("; seed {}\nTimes are in seconds; time 0 is when the cluster is ready.\n\n",
                        setup.seed.value);
    return text;
}

namespace {

/// What of the boot is worth telling: who decides, who is there, who leads.
bool tells_the_boot(const FactBody& fact) {
    return std::holds_alternative<ControllerActivated>(fact) ||
           std::holds_alternative<BrokerUnfenced>(fact) ||
           std::holds_alternative<TopicCreated>(fact) || std::holds_alternative<ReplicaLeads>(fact);
}

}  // namespace

void StoryPrinter::take(const Cursor& cursor, const Move& move) {
    const World& world = cursor.world;
    if (world.boot != BootPhase::kDone) {
        for (const Fact& fact : move.result.facts) {
            if (least_ < Weight::kNormal || tells_the_boot(fact.body)) {
                boot_facts_.push_back(fact);
            }
        }
        return;
    }
    if (!booted_) {
        booted_ = true;
        last_moment_ = moment_text(world.shown(SimTime()));
        text_ += fmt::format("{:>10}  controllers and brokers start\n", last_moment_);
        story_.take(world, boot_facts_);
        boot_facts_.clear();
        print();
    }
    story_.take(world, move.result.facts);
    print();
}

void StoryPrinter::finish() {
    story_.finish();
    print();
}

std::string StoryPrinter::take_text() {
    return std::exchange(text_, {});
}

void StoryPrinter::print() {
    for (const StoryLine& line : story_.lines()) {
        const std::string moment = moment_text(line.at);
        // The time stands once for all that happens at it.
        text_ +=
            fmt::format("{:>10}  {}\n", moment == last_moment_ ? std::string() : moment, line.text);
        last_moment_ = moment;
    }
    story_.lines().clear();
}

}  // namespace brokerlab
