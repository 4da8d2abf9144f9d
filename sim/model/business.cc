#include "sim/model/business.h"

#include <variant>

#include "sim/base/aggregate_digest.h"

namespace brokerlab {

void digest_into(Digest& d, const DoneDeed& done) {
    digest_fields(d, done.deed, done.by, done.at);
}

void Business::note(const Fact& fact) {
    if (const auto* acted = std::get_if<ServiceActed>(&fact.body)) {
        deeds.push_back({*acted, fact.node, fact.at});
    } else if (const auto* failed = std::get_if<ServiceFailed>(&fact.body)) {
        ++counts[failed->service].failed;
    } else if (const auto* unanswered = std::get_if<HttpUnanswered>(&fact.body)) {
        ++counts[unanswered->service].failed;
    }
}

}  // namespace brokerlab
