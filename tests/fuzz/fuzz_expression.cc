// Any bytes as an expression: nothing crashes, a mistake has a place in the text and a sentence,
// and what parses is a tree that an evaluation can walk: operands lie before their operators, and
// each operator has operands of its kind.
#include <cstdint>
#include <string>

#include "sim/base/check.h"
#include "sim/query/expression.h"

namespace {

using namespace brokerlab;
using Kind = Expression::Kind;

bool is_value(const Expression::Node& node) {
    return node.kind == Kind::kNumber || node.kind == Kind::kSet || node.kind == Kind::kWord ||
           node.kind == Kind::kCall;
}

void check_node(const Expression& expression, std::size_t index) {
    const Expression::Node& node = expression.nodes[index];
    if (is_value(node)) {
        return;
    }
    BL_CHECK(node.left < index);
    const bool left_is_value = is_value(expression.nodes[node.left]);
    if (node.kind == Kind::kIsNone || node.kind == Kind::kNot) {
        BL_CHECK(left_is_value == (node.kind == Kind::kIsNone));
        return;
    }
    BL_CHECK(node.right < index);
    BL_CHECK(node.left != node.right);
    const bool right_is_value = is_value(expression.nodes[node.right]);
    const bool joins = node.kind == Kind::kAnd || node.kind == Kind::kOr;
    BL_CHECK(left_is_value == !joins);
    BL_CHECK(right_is_value == !joins);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    const std::variant<Expression, ExpressionError> parsed = parse_expression(text);
    if (const auto* error = std::get_if<ExpressionError>(&parsed)) {
        BL_CHECK(error->offset <= text.size());
        BL_CHECK(!error->what.empty());
        return 0;
    }
    const auto& expression = std::get<Expression>(parsed);
    BL_CHECK(expression.text == text);
    BL_CHECK(!expression.nodes.empty());
    BL_CHECK(!is_value(expression.nodes.back()));
    for (std::size_t i = 0; i < expression.nodes.size(); ++i) {
        check_node(expression, i);
    }
    return 0;
}
