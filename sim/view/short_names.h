// Short names: long names of one kind without the beginning that they share, for narrow tables.
//
// "ECOMMERCE_NEW_ORDER" and "ECOMMERCE_SEND_EMAIL" are told apart by their ends; cut at the end
// they read alike.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace brokerlab {

/// Each name with an ellipsis for the words that all of them begin with, once one is longer than
/// `longest` bytes. A word ends with '_', '-' or '.'; names that share none stay as they are.
[[nodiscard]] std::vector<std::string> short_names(const std::vector<std::string>& names,
                                                   std::size_t longest);

}  // namespace brokerlab
