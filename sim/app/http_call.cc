#include "sim/app/http_call.h"

#include <charconv>

namespace brokerlab {
namespace {

/// "%40" is a character, "+" a blank; what is not well formed stays as it is.
std::string decoded(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        unsigned code = 0;
        if (text[i] == '%' && i + 2 < text.size()) {
            const char* const begin = text.data() + i + 1;
            const auto read = std::from_chars(begin, begin + 2, code, 16);
            if (read.ec == std::errc() && read.ptr == begin + 2) {
                out += static_cast<char>(code);
                i += 2;
                continue;
            }
        }
        out += text[i] == '+' ? ' ' : text[i];
    }
    return out;
}

std::optional<std::string> find_field(std::string_view form, std::string_view name) {
    while (!form.empty()) {
        const std::string_view field = form.substr(0, form.find('&'));
        const std::size_t equals = field.find('=');
        if (equals != std::string_view::npos && decoded(field.substr(0, equals)) == name) {
            return decoded(field.substr(equals + 1));
        }
        form.remove_prefix(field.size() < form.size() ? field.size() + 1 : form.size());
    }
    return std::nullopt;
}

}  // namespace

std::string_view HttpCall::route() const {
    return std::string_view(path).substr(0, path.find('?'));
}

std::optional<std::string> HttpCall::field(std::string_view name) const {
    const std::size_t query = path.find('?');
    if (query != std::string::npos) {
        if (std::optional<std::string> found =
                find_field(std::string_view(path).substr(query + 1), name)) {
            return found;
        }
    }
    return find_field(body, name);
}

}  // namespace brokerlab
