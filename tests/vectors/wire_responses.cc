#include "sim/model/envelope.h"
#include "tests/vectors/wire_messages.h"

namespace brokerlab::vectors {

WireKinds wire_responses() {
    return wire_kinds_of(static_cast<const ResponseBody*>(nullptr), "Response");
}

}  // namespace brokerlab::vectors
