// A C++ source as the checks of the layers see it: its includes and its tokens.
//
// Comments are gone, string and character literals are single tokens without their content, so
// that a rule never trips over words. A scanner, not a compiler: macros are not expanded, and a
// name that a macro or an alias hides goes unseen.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace brokerlab {

struct Include {
    int line = 0;  ///< counted from 1
    std::string path;
    bool quoted = false;  ///< "path" and not <path>
};

enum class TokenKind { kName, kNumber, kLiteral, kSymbol };

struct Token {
    int line = 0;
    TokenKind kind = TokenKind::kSymbol;
    std::string text;  ///< empty for a literal; "::" is one symbol, all others are one character
};

struct SourceText {
    std::vector<Include> includes;
    std::vector<Token> tokens;
};

SourceText scan(std::string_view text);

/// A broken rule: where, and the rule in one sentence.
struct Finding {
    std::string path;  ///< from the root of the project
    int line = 0;
    std::string rule;
};

}  // namespace brokerlab
