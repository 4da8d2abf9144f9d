#include "tests/layers/source_text.h"

#include <algorithm>
#include <array>
#include <optional>

namespace brokerlab {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}
bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f' || c == '\n';
}

class Scanner {
public:
    explicit Scanner(std::string_view text) : text_(text) {}

    SourceText run() {
        while (at_ < text_.size()) {
            step();
        }
        return std::move(out_);
    }

private:
    [[nodiscard]] char peek(std::size_t ahead = 0) const {
        return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
    }
    [[nodiscard]] bool sees(std::string_view what) const {
        return text_.substr(at_, what.size()) == what;
    }
    void skip(std::size_t n) {
        const std::size_t end = std::min(text_.size(), at_ + n);
        line_ +=
            static_cast<int>(std::count(text_.begin() + static_cast<std::ptrdiff_t>(at_),
                                        text_.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
        at_ = end;
    }
    /// To behind the next `what`, or to the end.
    void skip_past(std::string_view what) {
        const std::size_t found = text_.find(what, at_);
        skip(found == std::string_view::npos ? text_.size() - at_ : found + what.size() - at_);
    }
    void add(TokenKind kind, std::string_view text = {}) {
        out_.tokens.push_back({line_, kind, std::string(text)});
    }

    void step() {
        if (is_space(peek())) {
            skip(1);
        } else if (sees("//")) {
            skip_line_comment();
        } else if (sees("/*")) {
            skip(2);
            skip_past("*/");
        } else if (peek() == '#') {
            directive();
        } else if (peek() == '"' || peek() == '\'') {
            literal();
        } else if (is_digit(peek()) || (peek() == '.' && is_digit(peek(1)))) {
            number();
        } else if (is_name(peek())) {
            name();
        } else {
            const std::size_t n = sees("::") ? 2 : 1;
            add(TokenKind::kSymbol, text_.substr(at_, n));
            skip(n);
        }
    }

    void skip_line_comment() {
        bool continued = true;
        while (continued) {
            const std::size_t end = std::min(text_.find('\n', at_), text_.size());
            continued = end > at_ && end < text_.size() && text_[end - 1] == '\\';
            skip(end + 1 - at_);
        }
    }

    /// Only #include is of interest; what follows other directives is scanned like code.
    void directive() {
        skip(1);
        while (peek() == ' ' || peek() == '\t') {
            skip(1);
        }
        if (!sees("include") || is_name(peek(7))) {
            return;
        }
        skip(7);
        while (peek() == ' ' || peek() == '\t') {
            skip(1);
        }
        const char close = peek() == '<' ? '>' : '"';
        if (peek() != '<' && peek() != '"') {
            return;
        }
        const std::size_t end = text_.find(close, at_ + 1);
        if (end == std::string_view::npos) {
            return;
        }
        out_.includes.push_back(
            {line_, std::string(text_.substr(at_ + 1, end - at_ - 1)), close == '"'});
        skip(end + 1 - at_);
    }

    void literal() {
        const char quote = peek();
        add(TokenKind::kLiteral);
        skip(1);
        while (at_ < text_.size() && peek() != quote && peek() != '\n') {
            skip(peek() == '\\' ? 2 : 1);
        }
        skip(1);
    }

    void raw_literal() {
        add(TokenKind::kLiteral);
        const std::size_t open = text_.find('(', at_);
        if (open == std::string_view::npos) {
            skip(text_.size() - at_);
            return;
        }
        const std::string end = ")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"";
        skip_past(end);
    }

    void number() {
        const std::size_t begin = at_;
        while (is_name(peek()) || peek() == '.' || (peek() == '\'' && is_name(peek(1))) ||
               ((peek() == '+' || peek() == '-') && exponent_before())) {
            ++at_;
        }
        add(TokenKind::kNumber, text_.substr(begin, at_ - begin));
    }
    [[nodiscard]] bool exponent_before() const {
        const char c = text_[at_ - 1];
        return c == 'e' || c == 'E' || c == 'p' || c == 'P';
    }

    void name() {
        constexpr std::array<std::string_view, 5> kRawPrefixes = {"R", "u8R", "uR", "UR", "LR"};
        const std::size_t begin = at_;
        while (is_name(peek())) {
            ++at_;
        }
        const std::string_view word = text_.substr(begin, at_ - begin);
        if (peek() == '"' &&
            std::find(kRawPrefixes.begin(), kRawPrefixes.end(), word) != kRawPrefixes.end()) {
            raw_literal();
        } else {
            add(TokenKind::kName, word);
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int line_ = 1;
    SourceText out_;
};

}  // namespace

SourceText scan(std::string_view text) {
    return Scanner(text).run();
}

}  // namespace brokerlab
