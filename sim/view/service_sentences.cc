#include "sim/view/service_sentences.h"

#include <cstdlib>

#include <fmt/format.h>

namespace brokerlab {

std::string place_text(const RecordPlace& place) {
    return fmt::format("{} at {}", place.partition.to_string(), place.offset.value);
}

namespace {

std::string money_text(int64_t hundredths) {
    return fmt::format("{}{}.{:02}", hundredths < 0 ? "-" : "", std::abs(hundredths / 100),
                       std::abs(hundredths % 100));
}

std::string deed_text(const ServiceActed& f) {
    switch (f.deed) {
        case Deed::kOrderPlaced:
            return fmt::format("takes order {}", f.subject);
        case Deed::kOrderReceived:
            return fmt::format("receives {}", f.subject);
        case Deed::kOrderApproved:
            return fmt::format("approves order {} over {}", f.subject, money_text(f.amount));
        case Deed::kOrderRejected:
            return fmt::format("rejects order {} over {}", f.subject, money_text(f.amount));
        case Deed::kCharged:
            return fmt::format("charges {} for order {}", money_text(f.amount), f.subject);
        case Deed::kStockTaken:
            return fmt::format("takes {} of {} from the stock for order {}", f.amount, f.item,
                               f.subject);
        case Deed::kMailSent:
            return fmt::format("sends a mail about {}", f.subject);
        case Deed::kUserCreated:
            return fmt::format("creates user {}", f.subject);
        case Deed::kLogged:
            return fmt::format("logs {}", f.item);
    }
    return {};
}

}  // namespace

std::string_view deed_word(Deed deed) {
    switch (deed) {
        case Deed::kOrderPlaced:
            return "placed";
        case Deed::kOrderReceived:
            return "received";
        case Deed::kOrderApproved:
            return "approved";
        case Deed::kOrderRejected:
            return "rejected";
        case Deed::kCharged:
            return "charged";
        case Deed::kStockTaken:
            return "stock taken";
        case Deed::kMailSent:
            return "mailed";
        case Deed::kUserCreated:
            return "user created";
        case Deed::kLogged:
            return "logged";
    }
    return {};
}

std::string tell(const World& world, NodeId node, const ServiceActed& f) {
    return fmt::format("{} {}{}", node_name(world, node), deed_text(f),
                       f.from ? fmt::format(" (record {})", place_text(*f.from)) : "");
}
std::string tell(const World& world, NodeId node, const ServiceFailed& f) {
    return fmt::format("{} can't work on the record {}: {}; it {}", node_name(world, node),
                       place_text(f.record), f.reason,
                       f.retried ? "tries again in a second" : "skips the record");
}
std::string tell(const World& world, NodeId node, const HttpAnswered& f) {
    return fmt::format("{} answers {} with {}: {}", node_name(world, node), f.path, f.status,
                       f.body);
}
std::string tell(const World& world, NodeId node, const HttpUnanswered& f) {
    return fmt::format("the caller of {} at {} gets no answer; {}", f.path, node_name(world, node),
                       f.handled ? "the handler had begun, and what it wrote or sent stays"
                                 : "the handler had not written or sent anything yet");
}

std::string label(const ServiceActed& f) {
    return fmt::format("{}: {}", deed_word(f.deed), f.deed == Deed::kLogged ? f.item : f.subject);
}
std::string label(const ServiceFailed& f) {
    return fmt::format("fails on {}", place_text(f.record));
}
std::string label(const HttpAnswered& f) {
    return fmt::format("{} {}", f.status, f.path);
}
std::string label(const HttpUnanswered& f) {
    return fmt::format("no answer: {}", f.path);
}

}  // namespace brokerlab
