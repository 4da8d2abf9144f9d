#include "sim/query/expression.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "sim/base/check.h"
#include "sim/base/nearest_word.h"

namespace brokerlab {
namespace {

using Kind = Expression::Kind;

/// What stands in the brackets of a call; the last may be left out where `optional` says so.
enum class Signature : uint8_t { kNothing, kPartitionBroker, kBroker, kOptionalName, kName };

struct Function {
    std::string_view name;
    Query query;
    Signature signature;
    std::string_view form;
};
constexpr std::array kFunctions{
    Function{"leader", Query::kLeader, Signature::kPartitionBroker, "leader(orders-0)"},
    Function{"isr", Query::kIsr, Signature::kPartitionBroker, "isr(orders-0)"},
    Function{"replicas", Query::kReplicas, Signature::kPartitionBroker, "replicas(orders-0)"},
    Function{"epoch", Query::kEpoch, Signature::kPartitionBroker, "epoch(orders-0)"},
    Function{"hw", Query::kHighWatermark, Signature::kPartitionBroker, "hw(orders-0)"},
    Function{"leo", Query::kLogEndOffset, Signature::kPartitionBroker, "leo(orders-0, 2)"},
    Function{"broker", Query::kBroker, Signature::kBroker, "broker(2)"},
    Function{"controller", Query::kController, Signature::kNothing, "controller()"},
    Function{"under_replicated", Query::kUnderReplicated, Signature::kNothing,
             "under_replicated()"},
    Function{"offline", Query::kOffline, Signature::kNothing, "offline()"},
    Function{"acked", Query::kAcked, Signature::kName, "acked(till)"},
    Function{"failed", Query::kFailed, Signature::kName, "failed(till)"},
    Function{"sent", Query::kSent, Signature::kName, "sent(till)"},
    Function{"unknown", Query::kUnknown, Signature::kOptionalName, "unknown(till)"},
    Function{"lost_acked", Query::kLostAcked, Signature::kNothing, "lost_acked"},
    Function{"duplicated", Query::kDuplicated, Signature::kNothing, "duplicated"},
    Function{"reordered", Query::kReordered, Signature::kNothing, "reordered"},
    Function{"refused", Query::kRefused, Signature::kNothing, "refused"},
};

/// The states that broker(n) can have: the words of the language.
constexpr std::array<std::string_view, 6> kStates{"down",     "paused", "starting",
                                                  "stopping", "fenced", "running"};
constexpr std::array<std::pair<std::string_view, int64_t>, 9> kUnits{{{"ms", 1},
                                                                      {"s", 1000},
                                                                      {"min", 60'000},
                                                                      {"m", 60'000},
                                                                      {"h", 3'600'000},
                                                                      {"d", 86'400'000},
                                                                      {"B", 1},
                                                                      {"KiB", 1024},
                                                                      {"MiB", 1024 * 1024}}};
constexpr int kDeepest = 100;
/// What a chain of `and` may hold: a chain is as deep as it is long.
constexpr std::size_t kMostNodes = 1000;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name(char c) {
    return is_letter(c) || is_digit(c) || c == '-' || c == '.';
}
bool is_boolean(Kind kind) {
    return kind >= Kind::kEqual;
}

class ExpressionParser {
public:
    explicit ExpressionParser(std::string_view text) : text_(text) {}

    std::variant<Expression, ExpressionError> parse() {
        const std::size_t root = read_or();
        skip_spaces();
        if (!error_ && at_ < text_.size()) {
            fail(at_, fmt::format("'{}' can't stand here", next_word()));
        }
        if (!error_ && !is_boolean(nodes_[root].kind)) {
            fail(0, "this is a value, not a question; compare it, as in lost_acked == 0");
        }
        if (error_) {
            return *std::move(error_);
        }
        return Expression{std::move(nodes_), std::string(text_)};
    }

private:
    void fail(std::size_t offset, std::string what) {
        if (!error_) {
            error_ = ExpressionError{offset, std::move(what)};
        }
    }

    void skip_spaces() {
        while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) {
            ++at_;
        }
    }
    /// The text from here to the next space: for messages.
    std::string_view next_word() const {
        const std::size_t end = std::min(text_.find(' ', at_), text_.size());
        return text_.substr(at_, std::min<std::size_t>(end - at_, 40));
    }
    bool take(std::string_view symbol) {
        skip_spaces();
        if (!text_.substr(at_).starts_with(symbol)) {
            return false;
        }
        at_ += symbol.size();
        return true;
    }
    /// Takes a keyword that is not the beginning of a longer name.
    bool take_keyword(std::string_view word) {
        skip_spaces();
        const std::size_t end = at_ + word.size();
        if (!text_.substr(at_).starts_with(word) || (end < text_.size() && is_name(text_[end]))) {
            return false;
        }
        at_ = end;
        return true;
    }
    std::string_view take_name() {
        skip_spaces();
        const std::size_t start = at_;
        while (at_ < text_.size() && is_name(text_[at_])) {
            ++at_;
        }
        return text_.substr(start, at_ - start);
    }

    std::size_t add(Expression::Node node) {
        if (nodes_.size() == kMostNodes) {
            fail(at_, "this expression is too long");
        }
        nodes_.push_back(std::move(node));
        return nodes_.size() - 1;
    }
    std::size_t add(Kind kind, std::size_t left, std::size_t right = 0) {
        Expression::Node node;
        node.kind = kind;
        node.left = left;
        node.right = right;
        return add(std::move(node));
    }
    void need_boolean(std::size_t node, std::size_t offset, std::string_view word) {
        if (!error_ && !is_boolean(nodes_[node].kind)) {
            fail(offset, fmt::format("'{}' joins comparisons, and here stands a value", word));
        }
    }

    // ---- Grammar

    std::size_t read_or() {
        std::size_t left = read_and();
        while (!error_ && take_keyword("or")) {
            const std::size_t offset = at_ - 2;
            const std::size_t right = read_and();
            need_boolean(left, offset, "or");
            need_boolean(right, offset, "or");
            left = add(Kind::kOr, left, right);
        }
        return left;
    }

    std::size_t read_and() {
        std::size_t left = read_not();
        while (!error_ && take_keyword("and")) {
            const std::size_t offset = at_ - 3;
            const std::size_t right = read_not();
            need_boolean(left, offset, "and");
            need_boolean(right, offset, "and");
            left = add(Kind::kAnd, left, right);
        }
        return left;
    }

    std::size_t read_not() {
        if (take_keyword("not")) {
            const std::size_t offset = at_ - 3;
            if (++depth_ > kDeepest) {
                fail(offset, "this is nested too deeply");
                return add({});
            }
            const std::size_t operand = read_not();
            --depth_;
            need_boolean(operand, offset, "not");
            return add(Kind::kNot, operand);
        }
        return read_comparison();
    }

    std::size_t read_comparison() {
        const std::size_t left = read_value();
        if (error_) {
            return left;
        }
        static constexpr std::array<std::pair<std::string_view, Kind>, 6> kOperators{
            {{"==", Kind::kEqual},
             {"!=", Kind::kNotEqual},
             {"<=", Kind::kLessOrEqual},
             {">=", Kind::kGreaterOrEqual},
             {"<", Kind::kLess},
             {">", Kind::kGreater}}};
        for (const auto& [symbol, kind] : kOperators) {
            if (take(symbol)) {
                const std::size_t offset = at_ - symbol.size();
                const std::size_t right = read_value();
                check_operands(kind, left, right, offset);
                return add(kind, left, right);
            }
        }
        if (take_keyword("is")) {
            const std::size_t offset = at_;
            if (!take_keyword("none")) {
                fail(offset, "after 'is' stands 'none'");
            } else if (is_boolean(nodes_[left].kind)) {
                fail(offset, "'is none' asks about a value, and here stands a comparison");
            }
            return add(Kind::kIsNone, left);
        }
        skip_spaces();
        if (take("=")) {
            fail(at_ - 1, "equality is written ==");
        }
        return left;
    }

    void check_operands(Kind kind, std::size_t left, std::size_t right, std::size_t offset) {
        if (error_) {
            return;
        }
        if (is_boolean(nodes_[left].kind) || is_boolean(nodes_[right].kind)) {
            fail(offset, "a comparison stands between two values");
            return;
        }
        const bool ordered = kind != Kind::kEqual && kind != Kind::kNotEqual;
        const auto type = [this](std::size_t i) { return type_of(nodes_[i]); };
        if (type(left) != type(right)) {
            fail(offset, fmt::format("{} can't be compared with {}", type_name(type(left)),
                                     type_name(type(right))));
        } else if (ordered && type(left) != Kind::kNumber) {
            fail(offset, fmt::format("{} has no order; use == or !=", type_name(type(left))));
        }
    }
    /// Number, set or word.
    static Kind type_of(const Expression::Node& node) {
        if (node.kind != Kind::kCall) {
            return node.kind;
        }
        switch (node.call.query) {
            case Query::kIsr:
            case Query::kReplicas:
                return Kind::kSet;
            case Query::kBroker:
                return Kind::kWord;
            default:
                return Kind::kNumber;
        }
    }
    static std::string_view type_name(Kind kind) {
        return kind == Kind::kNumber ? "a number" : kind == Kind::kSet ? "a set" : "a word";
    }

    std::size_t read_value() {
        skip_spaces();
        if (at_ == text_.size()) {
            fail(at_, "a value is missing here");
            return add({});
        }
        const char c = text_[at_];
        if (take("(")) {
            if (++depth_ > kDeepest) {
                fail(at_ - 1, "this is nested too deeply");
                return add({});
            }
            const std::size_t inner = read_or();
            --depth_;
            if (!error_ && !take(")")) {
                fail(at_, "a closing bracket ) is missing");
            }
            return inner;
        }
        if (c == '{') {
            return read_set();
        }
        if (is_digit(c) || c == '-') {
            Expression::Node node;
            node.number = read_number();
            return add(std::move(node));
        }
        return read_call_or_word();
    }

    int64_t read_number() {
        const std::size_t start = at_;
        if (text_[at_] == '-') {
            ++at_;
        }
        while (at_ < text_.size() && is_digit(text_[at_])) {
            ++at_;
        }
        int64_t value = 0;
        const auto [end, failed] = std::from_chars(text_.data() + start, text_.data() + at_, value);
        if (failed != std::errc() || end != text_.data() + at_) {
            fail(start, fmt::format("'{}' is no number", text_.substr(start, at_ - start)));
            return 0;
        }
        const std::size_t unit_start = at_;
        while (at_ < text_.size() && is_letter(text_[at_])) {
            ++at_;
        }
        const std::string_view unit = text_.substr(unit_start, at_ - unit_start);
        if (unit.empty()) {
            return value;
        }
        for (const auto& [name, factor] : kUnits) {
            if (name == unit) {
                if (__builtin_mul_overflow(value, factor, &value)) {
                    fail(start, "this number is too large");
                }
                return value;
            }
        }
        fail(unit_start,
             fmt::format("'{}' is no unit; there are ms, s, min, h, d, B, KiB and MiB", unit));
        return 0;
    }

    std::size_t read_set() {
        Expression::Node node;
        node.kind = Kind::kSet;
        take("{");
        while (!error_ && !take("}")) {
            skip_spaces();
            if (at_ == text_.size() || (!is_digit(text_[at_]) && text_[at_] != '-')) {
                fail(at_, "in a set stand numbers with commas between, as in {1,3}");
                break;
            }
            node.set.push_back(read_number());
            if (!take(",") && !text_.substr(at_).starts_with("}")) {
                skip_spaces();
                if (!text_.substr(at_).starts_with("}")) {
                    fail(at_, "a closing bracket } is missing");
                }
            }
        }
        std::sort(node.set.begin(), node.set.end());
        node.set.erase(std::unique(node.set.begin(), node.set.end()), node.set.end());
        return add(std::move(node));
    }

    std::size_t read_call_or_word() {
        const std::size_t offset = at_;
        const std::string_view name = take_name();
        if (name.empty()) {
            fail(offset, fmt::format("'{}' can't stand here", next_word()));
            return add({});
        }
        for (const Function& function : kFunctions) {
            if (function.name == name) {
                return read_call(function, offset);
            }
        }
        Expression::Node node;
        node.kind = Kind::kWord;
        node.word = name;
        if (std::find(kStates.begin(), kStates.end(), name) == kStates.end()) {
            std::vector<std::string_view> known(kStates.begin(), kStates.end());
            for (const Function& function : kFunctions) {
                known.push_back(function.name);
            }
            const std::optional<std::string_view> near = nearest_word(name, known);
            fail(offset, near ? fmt::format("'{}' is unknown; did you mean '{}'?", name, *near)
                              : fmt::format("'{}' is unknown", name));
        }
        return add(std::move(node));
    }

    std::size_t read_call(const Function& function, std::size_t offset) {
        Expression::Node node;
        node.kind = Kind::kCall;
        node.call.query = function.query;
        const bool brackets = take("(");
        const auto wrong = [&] {
            fail(offset, fmt::format("'{}' is written {}", function.name, function.form));
        };
        switch (function.signature) {
            case Signature::kNothing:
                break;
            case Signature::kPartitionBroker:
                if (!brackets || !read_partition(node.call)) {
                    wrong();
                } else if (take(",")) {
                    read_broker(node.call, wrong);
                }
                break;
            case Signature::kBroker:
                if (!brackets) {
                    wrong();
                } else {
                    read_broker(node.call, wrong);
                }
                break;
            case Signature::kOptionalName:
                if (brackets) {
                    node.call.name = take_name();
                }
                break;
            case Signature::kName:
                node.call.name = brackets ? take_name() : std::string_view();
                break;
        }
        if (node.call.name && node.call.name->empty()) {
            wrong();
        }
        if (brackets && !error_ && !take(")")) {
            wrong();
        }
        return add(std::move(node));
    }

    bool read_partition(Expression::Call& call) {
        const std::string_view name = take_name();
        const std::size_t dash = name.rfind('-');
        if (dash == std::string_view::npos || dash == 0 || dash + 1 == name.size()) {
            return false;
        }
        int32_t number = 0;
        const char* end = name.data() + name.size();
        const auto [last, failed] = std::from_chars(name.data() + dash + 1, end, number);
        if (failed != std::errc() || last != end || number < 0) {
            return false;
        }
        call.partition = TopicPartition{std::string(name.substr(0, dash)), PartitionId(number)};
        return true;
    }
    template <class Wrong>
    void read_broker(Expression::Call& call, Wrong wrong) {
        skip_spaces();
        if (at_ < text_.size() && is_digit(text_[at_])) {
            call.number = read_number();
        } else {
            wrong();
        }
    }

    std::string_view text_;
    std::size_t at_ = 0;
    int depth_ = 0;
    std::vector<Expression::Node> nodes_;
    std::optional<ExpressionError> error_;
};

}  // namespace

std::variant<Expression, ExpressionError> parse_expression(std::string_view text) {
    return ExpressionParser(text).parse();
}

}  // namespace brokerlab
