#include "sim/client/topic_pattern.h"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace brokerlab {
namespace {

/// The places in the topic that a part of the pattern can begin or end at.
using Places = std::vector<bool>;

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// Reads the pattern and follows it in the topic at once: each part turns the places where it may
/// begin into those where it may end.
class Matcher {
public:
    Matcher(std::string_view pattern, std::string_view topic) : pattern_(pattern), topic_(topic) {}

    bool matches() {
        Places begin(topic_.size() + 1);
        begin[0] = true;
        const Places end = alternatives(begin);
        if (at_ != pattern_.size()) {
            fail("there is a ')' too many");
        }
        return failure_.empty() && end.back();
    }
    [[nodiscard]] const std::string& failure() const { return failure_; }

private:
    [[nodiscard]] bool more() const { return at_ < pattern_.size() && failure_.empty(); }
    [[nodiscard]] char peek() const { return pattern_[at_]; }
    void fail(const char* why) {
        if (failure_.empty()) {
            failure_ = why;
        }
    }

    Places alternatives(const Places& begin) {
        Places end = sequence(begin);
        while (more() && peek() == '|') {
            ++at_;
            unite(end, sequence(begin));
        }
        return end;
    }
    Places sequence(Places here) {
        while (more() && peek() != '|' && peek() != ')') {
            here = repeated(here);
        }
        return here;
    }
    Places repeated(const Places& begin) {
        const std::size_t start = at_;
        Places end = atom(begin);
        if (!more() || (peek() != '*' && peek() != '+' && peek() != '?')) {
            return end;
        }
        const char times = peek();
        const std::size_t behind = at_ + 1;
        while (times != '?') {  // Once more, until no new place is reached.
            at_ = start;
            Places further = end;
            unite(further, atom(end));
            if (further == end) {
                break;
            }
            end = further;
        }
        at_ = behind;
        if (times != '+') {
            unite(end, begin);
        }
        return end;
    }
    Places atom(const Places& begin) {
        const char c = pattern_[at_++];
        switch (c) {
            case '(': {
                const Places end = alternatives(begin);
                if (!more() || peek() != ')') {
                    fail("a '(' is not closed");
                } else {
                    ++at_;
                }
                return end;
            }
            case '[':
                return bracket(begin);
            case '\\':
                if (!more()) {
                    fail("nothing follows the last backslash");
                    return begin;
                }
                return escaped(begin, pattern_[at_++]);
            case '*':
            case '+':
            case '?':
                fail("there is nothing to repeat");
                return begin;
            case '.':
                return step(begin, [](char) { return true; });
            default:
                return step(begin, [c](char t) { return t == c; });
        }
    }
    Places escaped(const Places& begin, char c) {
        switch (c) {
            case 'd':
                return step(begin, [](char t) { return t >= '0' && t <= '9'; });
            case 'w':
                return step(begin, is_word);
            default:
                return step(begin, [c](char t) { return t == c; });
        }
    }
    Places bracket(const Places& begin) {
        const std::size_t start = at_;
        const std::size_t close = pattern_.find(']', start + 1);
        if (close == std::string_view::npos) {
            fail("a '[' is not closed");
            return begin;
        }
        at_ = close + 1;
        std::string_view inside = pattern_.substr(start, close - start);
        const bool negated = !inside.empty() && inside.front() == '^';
        inside.remove_prefix(negated ? 1 : 0);
        return step(begin, [&](char t) { return contains(inside, t) != negated; });
    }
    static bool contains(std::string_view inside, char t) {
        for (std::size_t i = 0; i < inside.size(); ++i) {
            const bool range = i + 2 < inside.size() && inside[i + 1] == '-';
            if (range ? inside[i] <= t && t <= inside[i + 2] : inside[i] == t) {
                return true;
            }
            i += range ? 2 : 0;
        }
        return false;
    }

    template <class Accepts>
    Places step(const Places& begin, Accepts accepts) const {
        Places end(begin.size());
        for (std::size_t i = 0; i < topic_.size(); ++i) {
            end[i + 1] = begin[i] && accepts(topic_[i]);
        }
        return end;
    }
    static void unite(Places& into, const Places& from) {
        for (std::size_t i = 0; i < into.size(); ++i) {
            into[i] = into[i] || from[i];
        }
    }

    std::string_view pattern_;
    std::string_view topic_;
    std::size_t at_ = 0;
    std::string failure_;
};

}  // namespace

Outcome<TopicPattern> TopicPattern::parse(std::string text) {
    Matcher matcher(text, "");
    (void)matcher.matches();
    if (!matcher.failure().empty()) {
        return Failure{"the pattern '" + text + "' can't be read: " + matcher.failure()};
    }
    return TopicPattern(std::move(text));
}

bool TopicPattern::matches(std::string_view topic) const {
    return Matcher(text_, topic).matches();
}

}  // namespace brokerlab
