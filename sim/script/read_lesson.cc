// Reading lessons: the Markdown is cut into head, steps and blocks line by line; what is in a block
// is YAML, and what is between them stays Markdown for whoever shows it.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "sim/base/decimal.h"
#include "sim/kernel/duration_text.h"
#include "sim/script/command_text.h"
#include "sim/script/lesson.h"
#include "sim/script/scenario.h"

namespace brokerlab {
namespace {

constexpr std::array<std::string_view, 7> kBlockWords{"run",     "predict", "do",   "check",
                                                      "explain", "branch",  "point"};
constexpr int64_t kSlowest = 10;  ///< thousandths
constexpr int64_t kFastest = 1'000'000;

Expression expression(const YamlNode& node) {
    std::variant<Expression, ExpressionError> parsed = parse_expression(node.text());
    if (const auto* error = std::get_if<ExpressionError>(&parsed)) {
        node.fail(error->what, static_cast<int>(error->offset));
        return {};
    }
    return std::get<Expression>(std::move(parsed));
}

std::optional<Expression::Call> function(const YamlNode& node) {
    std::variant<Expression::Call, ExpressionError> call = parse_call(node.text());
    if (const auto* error = std::get_if<ExpressionError>(&call)) {
        node.fail(error->what, static_cast<int>(error->offset));
        return std::nullopt;
    }
    return std::get<Expression::Call>(std::move(call));
}

int32_t speed_thousandths(const YamlNode& node) {
    const std::optional<int64_t> value = parse_thousandths(node.text("1"), kFastest);
    if (!value || *value < kSlowest) {
        node.fail("a speed is a number from 0.01 to 1000, with at most three decimals");
        return 1000;
    }
    return static_cast<int32_t>(*value);
}

/// Reads blocks one after the other, and knows what the earlier ones remember.
class BlockReader {
public:
    LessonBlock read(const YamlNode& root) {
        if (!root.is_map() || root.entries().size() != 1) {
            root.fail(
                fmt::format("a lab block holds exactly one of {}", fmt::join(kBlockWords, ", ")));
            return ProseBlock{};
        }
        const YamlNode::Entry entry = root.entries()[0];
        const YamlNode& node = entry.value;
        if (entry.key == "run") {
            return read_run(node);
        }
        if (entry.key == "predict") {
            return read_predict(node);
        }
        if (entry.key == "do") {
            return read_do(node);
        }
        if (entry.key == "check") {
            node.expect_keys({"that", "else"});
            return CheckBlock{expression(node.need("that")), live(node.need("else"))};
        }
        if (entry.key == "branch") {
            return read_branch(node);
        }
        if (entry.key == "explain") {
            return ExplainBlock{live(node)};
        }
        if (entry.key == "point") {
            return PointBlock{live(node)};
        }
        root.expect_keys({"run", "predict", "do", "check", "explain", "branch", "point"});
        return ProseBlock{};
    }

private:
    LiveText live(const YamlNode& node) const {
        LiveText result;
        const std::string text = node.text();
        std::size_t from = 0;
        while (from < text.size()) {
            const std::size_t open = std::min(text.find('{', from), text.size());
            LiveText::Part part{text.substr(from, open - from), std::nullopt, {}};
            from = open;
            if (open < text.size()) {
                const std::size_t close = text.find('}', open);
                if (close == std::string::npos) {
                    node.fail("this '{' has no '}'; a live value is written {leader(orders-0)}",
                              static_cast<int>(open));
                    return {};
                }
                read_value(node, text.substr(open + 1, close - open - 1), open + 1, part);
                from = close + 1;
            }
            result.parts.push_back(std::move(part));
        }
        return result;
    }

    void read_value(const YamlNode& node, const std::string& text, std::size_t offset,
                    LiveText::Part& part) const {
        if (std::find(remembered_.begin(), remembered_.end(), text) != remembered_.end()) {
            part.remembered = text;
            return;
        }
        std::variant<Expression::Call, ExpressionError> value = parse_call(text);
        if (const auto* error = std::get_if<ExpressionError>(&value)) {
            node.fail(error->what, static_cast<int>(offset + error->offset));
            return;
        }
        part.value = std::get<Expression::Call>(std::move(value));
    }

    /// An expression with live values in it; whether it can be read shows with any value in their
    /// place.
    LiveText live_expression(const YamlNode& node) const {
        LiveText text = live(node);
        const std::variant<Expression, ExpressionError> parsed = parse_expression(sample_of(text));
        if (const auto* error = std::get_if<ExpressionError>(&parsed)) {
            node.fail(error->what);
        }
        return text;
    }

    RunBlock read_run(const YamlNode& node) const {
        node.expect_keys({"say", "until", "within", "speed"});
        RunBlock run;
        run.say = live(node.at("say"));
        const YamlNode until = node.need("until");
        const Outcome<Duration> time = parse_duration(until.text());
        if (time.ok()) {
            run.until_time = *time;
        } else {
            run.until = expression(until);
        }
        if (node.at("within").there()) {
            run.within = node.at("within").duration();
        }
        run.speed_thousandths = speed_thousandths(node.at("speed"));
        return run;
    }

    PredictBlock read_predict(const YamlNode& node) const {
        node.expect_keys({"ask", "options", "brokers"});
        PredictBlock predict;
        predict.ask = live(node.need("ask"));
        for (const YamlNode& item : node.at("options").items("an option")) {
            item.expect_keys({"say", "that", "because"});
            predict.options.push_back(
                {live(item.need("say")), expression(item.need("that")), live(item.at("because"))});
        }
        const YamlNode brokers = node.at("brokers");
        if (brokers.there() == !predict.options.empty()) {
            node.fail(
                "a prediction has either options, of which one is chosen, or brokers: a "
                "function that gives the right set of them");
        } else if (brokers.there()) {
            predict.brokers = function(brokers);
        } else if (predict.options.size() < 2) {
            node.fail("a choice needs at least two options");
        }
        return predict;
    }

    DoBlock read_do(const YamlNode& node) {
        node.expect_keys({"ask", "command", "effect", "hint", "remember"});
        DoBlock deed;
        if (node.at("remember").there()) {
            for (const YamlNode::Entry& entry : node.at("remember").entries()) {
                if (std::optional<Expression::Call> call = function(entry.value)) {
                    deed.remember.emplace_back(entry.key, *std::move(call));
                    remembered_.push_back(entry.key);
                }
            }
        }
        deed.ask = live(node.need("ask"));
        deed.command = live_command(node.need("command"));
        deed.effect = live_expression(node.need("effect"));
        deed.hint = live(node.at("hint"));
        return deed;
    }

    BranchBlock read_branch(const YamlNode& node) const {
        node.expect_keys({"ask", "before", "do", "name"});
        BranchBlock branch;
        branch.ask = live(node.need("ask"));
        branch.before = node.need("before").text();
        branch.name = node.need("name").text();
        if (std::find(remembered_.begin(), remembered_.end(), branch.before) == remembered_.end()) {
            node.at("before").fail(
                fmt::format("no `do` above remembers '{}': nothing to go back to", branch.before));
        }
        for (const YamlNode& command : node.need("do").items("a command")) {
            branch.commands.push_back(live_command(command));
        }
        if (branch.commands.empty()) {
            node.fail("a branch begins with a command at least");
        }
        return branch;
    }

    /// A command with live values in it; whether it can be read shows with any value in their
    /// place.
    LiveText live_command(const YamlNode& node) const {
        LiveText text = live(node);
        const std::variant<Command, TextError> parsed = parse_command(sample_of(text));
        if (const auto* error = std::get_if<TextError>(&parsed)) {
            node.fail(error->what);
        }
        return text;
    }

    static std::string sample_of(const LiveText& text) {
        std::string sample;
        for (const LiveText::Part& part : text.parts) {
            sample += part.text + (part.value || !part.remembered.empty() ? "1" : "");
        }
        return sample;
    }

    std::vector<std::string> remembered_;
};

/// Reads line by line; the first error ends it.
class LessonReader {
public:
    explicit LessonReader(std::string_view text) : text_(text) {}

    std::variant<Lesson, FileError> read() {
        if (text_.size() > kMostScenarioBytes) {
            return FileError{1, 1,
                             fmt::format("a lesson has at most {} bytes, and this has {}",
                                         kMostScenarioBytes, text_.size())};
        }
        read_head();
        while (!error_ && next_line()) {
            if (line_.starts_with("## ")) {
                end_prose();
                lesson_.steps.push_back({std::string(line_.substr(3)), {}});
            } else if (line_ == "```lab") {
                end_prose();
                read_lab_block();
            } else {
                prose_ += line_;
                prose_ += '\n';
            }
        }
        end_prose();
        if (!error_ && lesson_.steps.empty()) {
            fail(1, 1, "a lesson has at least one step: a line that begins with '## '");
        }
        if (error_) {
            return *std::move(error_);
        }
        return std::move(lesson_);
    }

private:
    bool next_line() {
        if (at_ >= text_.size()) {
            return false;
        }
        const std::size_t end = std::min(text_.find('\n', at_), text_.size());
        line_ = text_.substr(at_, end - at_);
        if (line_.ends_with('\r')) {
            line_.remove_suffix(1);
        }
        at_ = end + 1;
        ++line_number_;
        return true;
    }

    void fail(int line, int column, std::string what) {
        if (!error_) {
            error_ = FileError{line, column, std::move(what)};
        }
    }

    /// The lines up to one that is `end`, and the number of the first.
    std::optional<std::string> lines_until(std::string_view end, const char* what) {
        const int opened = line_number_;
        std::string lines;
        while (next_line()) {
            if (line_ == end) {
                return lines;
            }
            lines += line_;
            lines += '\n';
        }
        fail(opened, 1, fmt::format("{} has no end: a line of '{}'", what, end));
        return std::nullopt;
    }

    template <class Read>
    void read_yaml(const std::string& yaml, int first_line, const char* what, Read read) {
        FileErrors errors;
        try {
            read(YamlNode(YAML::Load(yaml), what, errors));
        } catch (const YAML::Exception& e) {
            errors.add(e.mark, e.msg);
        }
        if (errors.any()) {
            fail(first_line + errors.first()->line - 1, errors.first()->column,
                 errors.first()->what);
        }
    }

    void read_head() {
        if (!next_line() || line_ != "---") {
            fail(1, 1, "a lesson begins with a line of '---' and its name, about and scenario");
            return;
        }
        const int first = line_number_ + 1;
        const std::optional<std::string> yaml = lines_until("---", "the lesson's head");
        if (!yaml) {
            return;
        }
        read_yaml(*yaml, first, "the head", [&](const YamlNode& node) {
            node.expect_keys({"name", "about", "scenario"});
            lesson_.name = node.need("name").text();
            lesson_.about = node.need("about").text();
            lesson_.scenario = node.need("scenario").text();
        });
    }

    void read_lab_block() {
        const int first = line_number_ + 1;
        const std::optional<std::string> yaml = lines_until("```", "this lab block");
        if (!yaml) {
            return;
        }
        if (lesson_.steps.empty()) {
            fail(first - 1, 1, "a lab block stands in a step: below a line that begins with '## '");
            return;
        }
        read_yaml(*yaml, first, "a lab block", [&](const YamlNode& node) {
            lesson_.steps.back().blocks.push_back(blocks_.read(node));
        });
    }

    void end_prose() {
        const bool blank = prose_.find_first_not_of(" \n") == std::string::npos;
        if (!blank && !lesson_.steps.empty()) {
            lesson_.steps.back().blocks.push_back(ProseBlock{prose_});
        } else if (!blank) {
            fail(line_number_, 1, "text stands in a step: below a line that begins with '## '");
        }
        prose_.clear();
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string_view line_;
    int line_number_ = 0;
    std::string prose_;
    BlockReader blocks_;
    Lesson lesson_;
    std::optional<FileError> error_;
};

}  // namespace

std::variant<Lesson, FileError> read_lesson(std::string_view markdown) {
    return LessonReader(markdown).read();
}

}  // namespace brokerlab
