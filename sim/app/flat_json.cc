#include "sim/app/flat_json.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace brokerlab {
namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

void append_utf8(std::string& to, uint32_t point) {
    const auto byte = [&to](uint32_t bits) { to += static_cast<char>(bits); };
    if (point < 0x80) {
        byte(point);
    } else if (point < 0x800) {
        byte(0xc0U | point >> 6U);
        byte(0x80U | (point & 0x3fU));
    } else if (point < 0x10000) {
        byte(0xe0U | point >> 12U);
        byte(0x80U | (point >> 6U & 0x3fU));
        byte(0x80U | (point & 0x3fU));
    } else {
        byte(0xf0U | point >> 18U);
        byte(0x80U | (point >> 12U & 0x3fU));
        byte(0x80U | (point >> 6U & 0x3fU));
        byte(0x80U | (point & 0x3fU));
    }
}

/// Reads on from `at_`; after the first thing that is wrong nothing moves any more.
class JsonReader {
public:
    explicit JsonReader(std::string_view json) : json_(json) {}

    Outcome<FlatJson> read() {
        FlatJson object;
        expect('{');
        skip_space();
        if (!take('}')) {
            do {
                object.fields.push_back(read_field());
                skip_space();
            } while (take(','));
            expect('}');
        }
        skip_space();
        if (at_ < json_.size()) {
            fail("the end");
        }
        if (wrong_) {
            return Failure{*std::move(wrong_)};
        }
        return object;
    }

private:
    void fail(std::string_view expected) {
        if (!wrong_) {
            wrong_ = fmt::format("not a flat JSON object: {} expected at byte {}", expected, at_);
            at_ = json_.size();
        }
    }
    [[nodiscard]] char peek() const { return at_ < json_.size() ? json_[at_] : '\0'; }
    bool take(char c) {
        if (wrong_ || peek() != c) {
            return false;
        }
        ++at_;
        return true;
    }
    void skip_space() {
        while (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r') {
            ++at_;
        }
    }
    void expect(char c) {
        skip_space();
        if (!take(c)) {
            fail(fmt::format("'{}'", c));
        }
    }

    JsonField read_field() {
        JsonField field;
        skip_space();
        field.name = read_text();
        expect(':');
        skip_space();
        read_value(field);
        return field;
    }
    void read_value(JsonField& field) {
        if (peek() == '"') {
            field.kind = JsonField::Kind::kText;
            field.text = read_text();
        } else if (peek() == '-' || is_digit(peek())) {
            field.kind = JsonField::Kind::kNumber;
            field.text = read_number();
        } else {
            for (const std::string_view word : {"true", "false", "null"}) {
                if (json_.substr(std::min(at_, json_.size())).starts_with(word)) {
                    field.kind =
                        word == "null" ? JsonField::Kind::kNull : JsonField::Kind::kBoolean;
                    field.text = word;
                    at_ += word.size();
                    return;
                }
            }
            fail("a text or a number");
        }
    }
    void take_digits() {
        if (!is_digit(peek())) {
            fail("a digit");
        }
        while (is_digit(peek())) {
            ++at_;
        }
    }
    std::string read_number() {
        const std::size_t begin = at_;
        take('-');
        if (!take('0')) {
            take_digits();
        }
        if (take('.')) {
            take_digits();
        }
        if (take('e') || take('E')) {
            static_cast<void>(take('+') || take('-'));
            take_digits();
        }
        return wrong_ ? std::string() : std::string(json_.substr(begin, at_ - begin));
    }
    uint32_t read_hex() {
        uint32_t value = 0;
        for (int i = 0; i < 4; ++i) {
            const char c = peek();
            const uint32_t digit = is_digit(c)            ? static_cast<uint32_t>(c - '0')
                                   : c >= 'a' && c <= 'f' ? static_cast<uint32_t>(c - 'a') + 10
                                   : c >= 'A' && c <= 'F' ? static_cast<uint32_t>(c - 'A') + 10
                                                          : 16U;
            if (digit == 16) {
                fail("four hexadecimal digits");
                return 0;
            }
            value = value * 16 + digit;
            ++at_;
        }
        return value;
    }
    /// What \uXXXX means, with the second half of a pair; a half alone is U+FFFD.
    uint32_t read_code_point() {
        constexpr uint32_t kReplacement = 0xfffd;
        const uint32_t first = read_hex();
        if (first < 0xd800 || first > 0xdfff) {
            return first;
        }
        const std::size_t behind_first = at_;
        if (first < 0xdc00 && take('\\') && take('u')) {
            const uint32_t second = read_hex();
            if (second >= 0xdc00 && second <= 0xdfff) {
                return 0x10000U + ((first - 0xd800U) << 10U) + (second - 0xdc00U);
            }
        }
        if (!wrong_) {
            at_ = behind_first;  // What follows stands for itself.
        }
        return kReplacement;
    }
    void read_escape(std::string& to) {
        constexpr std::string_view kLetters = "\"\\/bfnrt";
        constexpr std::string_view kMeant = "\"\\/\b\f\n\r\t";
        if (take('u')) {
            append_utf8(to, read_code_point());
            return;
        }
        const std::size_t letter = kLetters.find(peek());
        if (at_ >= json_.size() || letter == std::string_view::npos) {
            fail("an escaped character");
            return;
        }
        to += kMeant[letter];
        ++at_;
    }
    std::string read_text() {
        std::string text;
        if (!take('"')) {
            fail("a text in quotes");
        }
        while (!wrong_ && !take('"')) {
            if (at_ >= json_.size() || static_cast<unsigned char>(peek()) < 0x20) {
                fail("a closing quote");
            } else if (take('\\')) {
                read_escape(text);
            } else {
                text += json_[at_++];
            }
        }
        return text;
    }

    std::string_view json_;
    std::size_t at_ = 0;
    std::optional<std::string> wrong_;
};

std::string in_quotes(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
    return out + '"';
}

}  // namespace

const std::string* FlatJson::find(std::string_view name) const {
    const auto found = std::find_if(fields.begin(), fields.end(), [&](const JsonField& field) {
        return field.name == name && field.kind != JsonField::Kind::kNull;
    });
    return found == fields.end() ? nullptr : &found->text;
}

FlatJson& FlatJson::text(std::string_view name, std::string_view value) {
    fields.push_back({std::string(name), std::string(value), JsonField::Kind::kText});
    return *this;
}

FlatJson& FlatJson::number(std::string_view name, std::string_view value) {
    fields.push_back({std::string(name), std::string(value), JsonField::Kind::kNumber});
    return *this;
}

Outcome<FlatJson> parse_flat_json(std::string_view json) {
    return JsonReader(json).read();
}

std::string write_flat_json(const FlatJson& object) {
    std::string out = "{";
    for (const JsonField& field : object.fields) {
        out += out.size() > 1 ? "," : "";
        out += in_quotes(field.name) + ":" +
               (field.kind == JsonField::Kind::kText ? in_quotes(field.text) : field.text);
    }
    return out + "}";
}

}  // namespace brokerlab
