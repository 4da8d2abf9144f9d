#include "sim/query/expression.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "sim/base/nearest_word.h"
#include "sim/query/expression_text.h"
#include "sim/query/query_functions.h"

namespace brokerlab {
namespace {

using Kind = Expression::Kind;

constexpr int kDeepest = 100;
/// What a chain of `and` may hold: a chain is as deep as it is long.
constexpr std::size_t kMostNodes = 1000;

bool is_boolean(Kind kind) {
    return kind >= Kind::kEqual;
}

class ExpressionParser {
public:
    explicit ExpressionParser(std::string_view text) : text_(text) {}

    std::variant<Expression, ExpressionError> parse() {
        const std::size_t root = read_or();
        text_.skip_spaces();
        if (!text_.error() && !text_.done()) {
            text_.fail(text_.at(), fmt::format("'{}' can't stand here", text_.next_word()));
        }
        if (!text_.error() && !is_boolean(nodes_[root].kind)) {
            text_.fail(0, "this is a value, not a question; compare it, as in lost_acked == 0");
        }
        if (text_.error()) {
            return *text_.error();
        }
        return Expression{std::move(nodes_), std::string(text_.text())};
    }

private:
    std::size_t add(Expression::Node node) {
        if (nodes_.size() == kMostNodes) {
            text_.fail(text_.at(), "this expression is too long");
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
        if (!text_.error() && !is_boolean(nodes_[node].kind)) {
            text_.fail(offset,
                       fmt::format("'{}' joins comparisons, and here stands a value", word));
        }
    }

    // ---- Grammar

    std::size_t read_or() {
        std::size_t left = read_and();
        while (!text_.error() && text_.take_keyword("or")) {
            const std::size_t offset = text_.at() - 2;
            const std::size_t right = read_and();
            need_boolean(left, offset, "or");
            need_boolean(right, offset, "or");
            left = add(Kind::kOr, left, right);
        }
        return left;
    }

    std::size_t read_and() {
        std::size_t left = read_not();
        while (!text_.error() && text_.take_keyword("and")) {
            const std::size_t offset = text_.at() - 3;
            const std::size_t right = read_not();
            need_boolean(left, offset, "and");
            need_boolean(right, offset, "and");
            left = add(Kind::kAnd, left, right);
        }
        return left;
    }

    std::size_t read_not() {
        if (text_.take_keyword("not")) {
            const std::size_t offset = text_.at() - 3;
            if (++depth_ > kDeepest) {
                text_.fail(offset, "this is nested too deeply");
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
        if (text_.error()) {
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
            if (text_.take(symbol)) {
                const std::size_t offset = text_.at() - symbol.size();
                const std::size_t right = read_value();
                check_operands(kind, left, right, offset);
                return add(kind, left, right);
            }
        }
        if (text_.take_keyword("is")) {
            const std::size_t offset = text_.at();
            if (!text_.take_keyword("none")) {
                text_.fail(offset, "after 'is' stands 'none'");
            } else if (is_boolean(nodes_[left].kind)) {
                text_.fail(offset, "'is none' asks about a value, and here stands a comparison");
            }
            return add(Kind::kIsNone, left);
        }
        text_.skip_spaces();
        if (text_.take("=")) {
            text_.fail(text_.at() - 1, "equality is written ==");
        }
        return left;
    }

    void check_operands(Kind kind, std::size_t left, std::size_t right, std::size_t offset) {
        if (text_.error()) {
            return;
        }
        if (is_boolean(nodes_[left].kind) || is_boolean(nodes_[right].kind)) {
            text_.fail(offset, "a comparison stands between two values");
        } else if (auto wrong = comparison_wrong(kind, nodes_[left], nodes_[right])) {
            text_.fail(offset, *std::move(wrong));
        }
    }

    std::size_t read_value() {
        text_.skip_spaces();
        if (text_.done()) {
            text_.fail(text_.at(), "a value is missing here");
            return add({});
        }
        const char c = text_.next();
        if (text_.take("(")) {
            if (++depth_ > kDeepest) {
                text_.fail(text_.at() - 1, "this is nested too deeply");
                return add({});
            }
            const std::size_t inner = read_or();
            --depth_;
            if (!text_.error() && !text_.take(")")) {
                text_.fail(text_.at(), "a closing bracket ) is missing");
            }
            return inner;
        }
        if (c == '{') {
            return read_set();
        }
        if (text_.at_digit() || c == '-') {
            Expression::Node node;
            node.number = text_.read_number();
            return add(std::move(node));
        }
        return read_call_or_word();
    }

    std::size_t read_set() {
        Expression::Node node;
        node.kind = Kind::kSet;
        text_.take("{");
        while (!text_.error() && !text_.take("}")) {
            text_.skip_spaces();
            if (text_.done() || (!text_.at_digit() && text_.next() != '-')) {
                text_.fail(text_.at(), "in a set stand numbers with commas between, as in {1,3}");
                break;
            }
            node.set.push_back(text_.read_number());
            if (!text_.take(",")) {
                text_.skip_spaces();
                if (text_.done() || text_.next() != '}') {
                    text_.fail(text_.at(), "a closing bracket } is missing");
                }
            }
        }
        std::sort(node.set.begin(), node.set.end());
        node.set.erase(std::unique(node.set.begin(), node.set.end()), node.set.end());
        return add(std::move(node));
    }

    std::size_t read_call_or_word() {
        const std::size_t offset = text_.at();
        const std::string_view name = text_.take_name();
        if (name.empty()) {
            text_.fail(offset, fmt::format("'{}' can't stand here", text_.next_word()));
            return add({});
        }
        for (const QueryFunction& function : query_functions()) {
            if (function.name == name) {
                return read_call(function, offset);
            }
        }
        Expression::Node node;
        node.kind = Kind::kWord;
        node.word = name;
        const std::span<const std::string_view> states = state_words();
        if (std::find(states.begin(), states.end(), name) == states.end() && !is_member(name)) {
            std::vector<std::string_view> known(states.begin(), states.end());
            for (const QueryFunction& function : query_functions()) {
                known.push_back(function.name);
            }
            const std::optional<std::string_view> near = nearest_word(name, known);
            text_.fail(offset, near
                                   ? fmt::format("'{}' is unknown; did you mean '{}'?", name, *near)
                                   : fmt::format("'{}' is unknown", name));
        }
        return add(std::move(node));
    }

    /// "stock-2": a group's or service's name and a number.
    static bool is_member(std::string_view name) {
        const std::size_t dash = name.rfind('-');
        return dash != std::string_view::npos && dash > 0 && dash + 1 < name.size() &&
               name.find_first_not_of("0123456789", dash + 1) == std::string_view::npos;
    }

    std::size_t read_call(const QueryFunction& function, std::size_t offset) {
        Expression::Node node;
        node.kind = Kind::kCall;
        node.call.query = function.query;
        const bool brackets = text_.take("(");
        const auto wrong = [&] {
            text_.fail(offset, fmt::format("'{}' is written {}", function.name, function.form));
        };
        switch (function.signature) {
            case Signature::kNothing:
                break;
            case Signature::kPartitionBroker:
                if (brackets) {
                    node.call.partition = text_.read_partition();
                }
                if (!node.call.partition) {
                    wrong();
                } else if (text_.take(",")) {
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
                    node.call.name = text_.take_name();
                }
                break;
            case Signature::kName:
            case Signature::kGroup:
                node.call.name = brackets ? text_.take_name() : std::string_view();
                break;
            case Signature::kGroupPartition:
            case Signature::kGroupOptionalPartition:
                node.call.name = brackets ? text_.take_name() : std::string_view();
                if (text_.take(",")) {
                    node.call.partition = text_.read_partition();
                    if (!node.call.partition) {
                        wrong();
                    }
                } else if (function.signature == Signature::kGroupPartition) {
                    wrong();
                }
                break;
        }
        if (node.call.name && node.call.name->empty()) {
            wrong();
        }
        if (brackets && !text_.error() && !text_.take(")")) {
            wrong();
        }
        return add(std::move(node));
    }

    template <class Wrong>
    void read_broker(Expression::Call& call, Wrong wrong) {
        text_.skip_spaces();
        if (text_.at_digit()) {
            call.number = text_.read_number();
        } else {
            wrong();
        }
    }

    ExpressionText text_;
    int depth_ = 0;
    std::vector<Expression::Node> nodes_;
};

}  // namespace

std::variant<Expression, ExpressionError> parse_expression(std::string_view text) {
    return ExpressionParser(text).parse();
}

std::variant<Expression::Call, ExpressionError> parse_call(std::string_view text) {
    // Of any function it can be asked whether it is none.
    std::variant<Expression, ExpressionError> parsed =
        parse_expression(std::string(text) + " is none");
    if (auto* error = std::get_if<ExpressionError>(&parsed)) {
        error->offset = std::min(error->offset, text.size());
        return std::move(*error);
    }
    Expression& expression = std::get<Expression>(parsed);
    if (expression.nodes.size() != 2 || expression.nodes[0].kind != Expression::Kind::kCall) {
        return ExpressionError{0, "this must be one function of the world, as leader(orders-0)"};
    }
    return std::move(expression.nodes[0].call);
}

}  // namespace brokerlab
