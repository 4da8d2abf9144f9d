#include "sim/client/value_template.h"

#include <fmt/format.h>

#include <charconv>
#include <iterator>

#include "sim/base/aggregate_digest.h"

namespace brokerlab {
namespace {

bool parse_int(std::string_view text, int64_t& number) {
    const char* const end = text.data() + text.size();
    const std::from_chars_result result = std::from_chars(text.data(), end, number);
    return result.ec == std::errc() && result.ptr == end;
}

/// 8-4-4-4-12 hexadecimal digits, version 4, variant 2, as applications write their ids.
void append_uuid(std::string& to, uint64_t high, uint64_t low) {
    high = (high & 0xffffffffffff0fffU) | 0x4000U;
    low = (low & 0x3fffffffffffffffU) | 0x8000000000000000U;
    fmt::format_to(std::back_inserter(to), "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U,
                   (high >> 16U) & 0xffffU, high & 0xffffU, low >> 48U, low & 0xffffffffffffU);
}

}  // namespace

ValueTemplate::ValueTemplate(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size()) {
        if (text[at] == '{') {
            // The next brace must close this one: an opening brace before it begins a new attempt.
            const std::size_t next = text.find_first_of("{}", at + 1);
            Place place;
            if (next != std::string_view::npos && text[next] == '}' &&
                parse_place(text.substr(at + 1, next - at - 1), place)) {
                places_.push_back(std::move(place));
                at = next + 1;
                continue;
            }
        }
        add_text(text[at]);
        ++at;
    }
}

void ValueTemplate::add_text(char c) {
    if (places_.empty() || places_.back().kind != Place::Kind::kText) {
        places_.emplace_back();
    }
    places_.back().text.push_back(c);
}

bool ValueTemplate::parse_place(std::string_view inside, Place& place) {
    if (inside == "n") {
        place.kind = Place::Kind::kNumber;
        return true;
    }
    if (inside == "uuid") {
        place.kind = Place::Kind::kUuid;
        return true;
    }
    if (inside.starts_with("pick ")) {
        place.kind = Place::Kind::kPick;
        std::string_view rest = inside.substr(5);
        while (true) {
            const std::size_t bar = rest.find('|');
            place.words.emplace_back(rest.substr(0, bar));
            if (bar == std::string_view::npos) {
                return true;
            }
            rest.remove_prefix(bar + 1);
        }
    }
    if (inside.starts_with("int ")) {
        place.kind = Place::Kind::kInt;
        const std::string_view range = inside.substr(4);
        const std::size_t space = range.find(' ');
        return space != std::string_view::npos && parse_int(range.substr(0, space), place.low) &&
               parse_int(range.substr(space + 1), place.high) && place.low <= place.high;
    }
    return false;
}

std::string ValueTemplate::fill(uint64_t n, uint32_t field, const Env& env) const {
    std::string out;
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const Place& place = places_[i];
        switch (place.kind) {
            case Place::Kind::kText:
                out += place.text;
                break;
            case Place::Kind::kNumber:
                fmt::format_to(std::back_inserter(out), "{}", n);
                break;
            case Place::Kind::kUuid: {
                DrawSequence draws(env.seed, DrawPurpose::kTemplateValue, draw_key(env.self),
                                   draw_key(n, field, i));
                const uint64_t high = draws.next_bits().value;
                append_uuid(out, high, draws.next_bits().value);
                break;
            }
            case Place::Kind::kPick: {
                const RandomBits bits =
                    env.draw(DrawPurpose::kTemplateValue, draw_key(n, field, i));
                out +=
                    place.words[static_cast<std::size_t>(uniform_below(bits, place.words.size()))];
                break;
            }
            case Place::Kind::kInt: {
                const RandomBits bits =
                    env.draw(DrawPurpose::kTemplateValue, draw_key(n, field, i));
                fmt::format_to(std::back_inserter(out), "{}",
                               uniform_between(bits, place.low, place.high));
                break;
            }
        }
    }
    return out;
}

void digest_into(Digest& d, const ValueTemplate& t) {
    digest_fields(d, t.places_);
}

}  // namespace brokerlab
