#include "sim/model/facts.h"

#include "sim/base/aggregate_digest.h"

namespace brokerlab {

template class CompiledVariant<FactBodies>;

void digest_into(Digest& d, const Fact& fact) {
    digest_fields(d, fact.id.event, fact.id.ordinal, fact.at, fact.node, fact.cause, fact.body);
}

}  // namespace brokerlab
