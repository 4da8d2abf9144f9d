#include "sim/model/envelope.h"
#include "tests/vectors/wire_messages.h"

namespace brokerlab::vectors {

WireKinds wire_requests() {
    return wire_kinds_of(static_cast<const RequestBody*>(nullptr), "Request");
}

}  // namespace brokerlab::vectors
