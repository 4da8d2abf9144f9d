// What decoders must do with input that ends early or is nonsense: say so, and never crash.
#pragma once

#include <cstddef>
#include <vector>

#include "sim/base/bytes.h"

namespace brokerlab {

/// The lengths at which `decode` takes the front of `bytes` for the whole: none, in a format in
/// which nothing ends early. `decode` takes a ByteSpan and gives an Outcome.
template <class Decode>
std::vector<std::size_t> accepted_prefixes(ByteSpan bytes, Decode decode) {
    std::vector<std::size_t> lengths;
    for (std::size_t n = 0; n < bytes.size(); ++n) {
        // A copy of its own, so that a sanitizer sees a read past the cut.
        const Bytes front(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(n));
        if (decode(ByteSpan(front)).ok()) {
            lengths.push_back(n);
        }
    }
    return lengths;
}

}  // namespace brokerlab
