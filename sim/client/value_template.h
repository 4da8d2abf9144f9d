// ValueTemplate: the keys and values of an application's records, made from a text with places to
// fill in.
//
// {n} is the record's number, {uuid} a random id of version 4, {pick a|b|c} one of the words,
// {int 1 5000} a whole number in that range, ends included. All other braces are text. A value is
// drawn by the record's number and the place in the template, so it does not change with the time
// of sending or with the records before it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/digest.h"
#include "sim/model/env.h"

namespace brokerlab {

class ValueTemplate {
public:
    ValueTemplate() = default;
    explicit ValueTemplate(std::string_view text);

    /// The text for record `n`. `field` tells the templates of one record apart: key and value.
    [[nodiscard]] std::string fill(uint64_t n, uint32_t field, const Env& env) const;

    bool operator==(const ValueTemplate&) const = default;
    friend void digest_into(Digest& d, const ValueTemplate& t);

private:
    struct Place {
        enum class Kind : uint8_t { kText, kNumber, kUuid, kPick, kInt };
        Kind kind = Kind::kText;
        std::string text;                ///< of kText
        std::vector<std::string> words;  ///< of kPick, not empty
        int64_t low = 0;                 ///< of kInt
        int64_t high = 0;

        bool operator==(const Place&) const = default;
    };

    static bool parse_place(std::string_view inside, Place& place);
    void add_text(char c);

    std::vector<Place> places_;
};

}  // namespace brokerlab
