// brokerlab lesson: the lessons in the terminal: a list of them, one played by a person, or all
// played by the perfect and by the always-wrong learner.
#include <algorithm>
#include <charconv>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "cli/commands.h"
#include "cli/lesson_file.h"
#include "sim/script/command_text.h"
#include "sim/script/lesson_check.h"
#include "sim/view/story.h"

namespace brokerlab {
namespace {

constexpr std::size_t kColumns = 88;

/// Text in lines of the terminal's width; blank lines part paragraphs. Marks of Markdown that mean
/// nothing here go.
std::string wrapped(const std::string& markdown, std::string_view indent = "") {
    std::string text;
    std::size_t column = 0;
    const auto put_word = [&](const std::string& word) {
        if (column + 1 + word.size() > kColumns && column > indent.size()) {
            text += '\n';
            column = 0;
        }
        text += column == 0 ? std::string(indent) : " ";
        column += (column == 0 ? indent.size() : 1) + word.size();
        text += word;
    };
    std::string word;
    bool line_was_blank = false;
    for (std::size_t i = 0; i <= markdown.size(); ++i) {
        const char c = i == markdown.size() ? '\n' : markdown[i];
        const bool bullet = c == '*' && word.empty() && column == 0 && i + 1 < markdown.size() &&
                            markdown[i + 1] == ' ';
        if (c == '`' || (c == '*' && !bullet)) {
            continue;
        }
        if (c != ' ' && c != '\n') {
            word += c;
            line_was_blank = false;
            continue;
        }
        if (!word.empty()) {
            put_word(word);
            word.clear();
        }
        const bool list_follows =
            c == '\n' && i + 1 < markdown.size() && markdown.substr(i + 1, 2) == "* ";
        if (c == '\n' && (line_was_blank || list_follows) && column > 0) {
            text += list_follows ? "\n" : "\n\n";
            column = 0;
        }
        line_was_blank = c == '\n';
    }
    while (text.ends_with('\n')) {
        text.pop_back();
    }
    return text + "\n";
}

/// The text as a sentence: a question or a sentence has its end already.
std::string ended(std::string text) {
    const bool ends = text.ends_with('.') || text.ends_with('?') || text.ends_with('!');
    return ends ? text : std::move(text) + ".";
}

/// Plays a lesson with a person at the keyboard.
class TerminalLesson {
public:
    TerminalLesson(const LoadedLesson& loaded, Timeline timeline)
        : timeline_(std::move(timeline)), play_(loaded.lesson, timeline_) {}

    int run() {
        fmt::print("{}\n{}\n", play_.lesson().name, std::string(play_.lesson().name.size(), '='));
        fmt::print("{}", wrapped(play_.lesson().about));
        fmt::print("\nType 'again' to begin a step once more; Ctrl+D leaves the lesson.\n");
        while (true) {
            if (!run_step()) {
                fmt::print("\nThe lesson ends here, before its end.\n");
                return kNotHeld;
            }
            if (play_.finished()) {
                break;
            }
            play_.next(timeline_);
        }
        fmt::print("\nThat was the lesson. {} of {} predictions came true.\n",
                   play_.predictions_right(), play_.predictions());
        return kDone;
    }

private:
    bool run_step() {
        const LessonStep& step = play_.lesson().steps[play_.step()];
        fmt::print("\n{}. {}\n\n", play_.step() + 1, step.title);
        shown_ = 0;
        while (true) {
            show_blocks();
            const std::optional<std::size_t> block = play_.open_block();
            if (!block) {
                return true;
            }
            if (!do_block(step.blocks[*block], *block)) {
                return false;
            }
            show_judgements();
        }
    }

    /// What the step says, as far as it is open.
    void show_blocks() {
        const std::vector<LessonBlock>& blocks = play_.lesson().steps[play_.step()].blocks;
        const std::size_t open = play_.open_block().value_or(blocks.size());
        for (; shown_ < open; ++shown_) {
            const BlockProgress& progress = play_.progress(play_.step())[shown_];
            if (const auto* prose = std::get_if<ProseBlock>(&blocks[shown_])) {
                fmt::print("{}\n", wrapped(prose->markdown));
            } else if (std::holds_alternative<ExplainBlock>(blocks[shown_])) {
                fmt::print("{}\n", wrapped(progress.text));
            }
        }
    }

    void show_judgements() {
        for (std::size_t i = 0; i < play_.progress(play_.step()).size(); ++i) {
            const BlockProgress& progress = play_.progress(play_.step())[i];
            const bool judged =
                progress.state == BlockState::kRight || progress.state == BlockState::kWrong;
            if (judged && judged_.insert({play_.step(), i}).second) {
                fmt::print("  {} {}\n{}\n",
                           progress.state == BlockState::kRight ? "[right]" : "[wrong]",
                           progress.text, wrapped(progress.feedback, "  "));
            }
        }
    }

    bool do_block(const LessonBlock& what, std::size_t block) {
        if (std::holds_alternative<PredictBlock>(what)) {
            return predict(block);
        }
        if (std::holds_alternative<DoBlock>(what)) {
            return do_command(block);
        }
        if (std::holds_alternative<CheckBlock>(what)) {
            return check(block);
        }
        if (const std::optional<Goal> goal = play_.wanted_run(timeline_)) {
            run_towards(*goal);
            play_.note(timeline_);
            return play_.open_block() != block;
        }
        fmt::print("{}", wrapped(ended(play_.progress(play_.step())[block].text)));
        play_.go_back(timeline_);
        fmt::print("\n  ... back at {} s, in the branch '{}'\n\n", moment_text(timeline_.now()),
                   timeline_.branches()[timeline_.branch()].name);
        return play_.open_block() != block;
    }

    /// Runs and tells what happens, event by event: the story asks the World of each.
    void run_towards(const Goal& goal) {
        std::optional<StopReason> why;
        do {
            const std::optional<FactId> before = last_fact();
            why = timeline_.run_towards(goal, 1);
            tell_after(before);
        } while (!why);
        print_story();
    }

    [[nodiscard]] std::optional<FactId> last_fact() const {
        return timeline_.facts().empty() ? std::nullopt
                                         : std::optional(timeline_.facts().back().id);
    }
    /// The facts of the event or command that has just happened.
    void tell_after(const std::optional<FactId>& before) {
        const std::vector<Fact>& facts = timeline_.facts();
        auto first = facts.end();
        while (first != facts.begin() && (!before || std::prev(first)->id > *before)) {
            --first;
        }
        story_.take(timeline_.world(), {first, facts.end()});
    }
    void print_story() {
        story_.finish();
        for (const StoryLine& line : std::exchange(story_.lines(), {})) {
            fmt::print("{:>10}  {}\n", moment_text(line.at), line.text);
        }
        fmt::print("{:>10}  ...\n\n", moment_text(timeline_.now()));
    }

    static bool read_line(std::string& line) {
        fmt::print("> ");
        std::fflush(stdout);
        return static_cast<bool>(std::getline(std::cin, line));
    }

    /// What does not hold can only be tried again.
    bool check(std::size_t block) {
        fmt::print("{}Type again, and the step begins once more.\n",
                   wrapped(play_.progress(play_.step())[block].feedback));
        std::string line;
        while (read_line(line)) {
            if (line == "again") {
                begin_again();
                return true;
            }
        }
        return false;
    }

    bool predict(std::size_t block) {
        const BlockProgress progress = play_.progress(play_.step())[block];
        fmt::print("{}", wrapped(progress.text));
        for (std::size_t i = 0; i < progress.options.size(); ++i) {
            fmt::print("  {}) {}\n", i + 1, progress.options[i]);
        }
        fmt::print("{}\n", progress.brokers ? "Which of them? Type their numbers, as in 1 3."
                                            : "Type the number of what you expect.");
        std::string line;
        while (play_.open_block() == block) {
            if (!read_line(line)) {
                return false;
            }
            if (line == "again") {
                begin_again();
                return true;
            }
            std::vector<std::size_t> chosen;
            if (!parse_numbers(line, progress.options.size(), chosen) ||
                (!progress.brokers && chosen.size() != 1)) {
                fmt::print("Please type {} from 1 to {}.\n",
                           progress.brokers ? "numbers" : "one number", progress.options.size());
                continue;
            }
            play_.predict(timeline_, block, std::move(chosen));
        }
        fmt::print("\n");
        return true;
    }

    static bool parse_numbers(const std::string& line, std::size_t most,
                              std::vector<std::size_t>& chosen) {
        const char* at = line.data();
        const char* end = line.data() + line.size();
        while (at != end) {
            if (*at == ' ' || *at == ',') {
                ++at;
                continue;
            }
            std::size_t number = 0;
            const auto [next, error] = std::from_chars(at, end, number);
            if (error != std::errc() || number < 1 || number > most) {
                return false;
            }
            chosen.push_back(number - 1);
            at = next;
        }
        return true;
    }

    bool do_command(std::size_t block) {
        const BlockProgress progress = play_.progress(play_.step())[block];
        fmt::print("{}Type a command, or hint.\n", wrapped(progress.text));
        std::string line;
        while (play_.open_block() == block) {
            if (!read_line(line)) {
                return false;
            }
            if (line == "again") {
                begin_again();
                return true;
            }
            if (line == "hint") {
                // The lesson's own hint says where to click in the app.
                fmt::print("Type: {}\n", progress.command);
                continue;
            }
            give(line);
            play_.note(timeline_);
            if (play_.open_block() == block) {
                fmt::print("That is not what is asked for yet.\n");
            }
        }
        fmt::print("\n");
        return true;
    }

    void give(const std::string& line) {
        const std::variant<Command, TextError> command = parse_command(line);
        if (const auto* error = std::get_if<TextError>(&command)) {
            fmt::print("At character {}: {}\n", error->offset + 1, ended(error->what));
            return;
        }
        const auto& parsed = std::get<Command>(command);
        const std::optional<FactId> before = last_fact();
        if (const std::optional<Refusal> refusal = timeline_.give(parsed, command_text(parsed))) {
            fmt::print("Refused: {}\n", ended(refusal->reason));
            return;
        }
        tell_after(before);
        print_story();
    }

    void begin_again() {
        play_.begin_step_again(timeline_);
        shown_ = 0;
        fmt::print("\n  ... back at {} s\n\n", moment_text(timeline_.now()));
    }

    Timeline timeline_;
    LessonPlay play_;
    Story story_;
    std::size_t shown_ = 0;
    std::set<std::pair<std::size_t, std::size_t>> judged_;  ///< step and block that were told
};

int list_lessons() {
    for (const std::string& name : lesson_names()) {
        const Outcome<LoadedLesson> loaded = load_lesson(name);
        fmt::print("{:<24}  {}\n", name, loaded.ok() ? loaded->lesson.name : loaded.failure().what);
    }
    return kDone;
}

int play_lesson(const std::string& name) {
    Outcome<LoadedLesson> loaded = load_lesson(name);
    if (!loaded.ok()) {
        std::cerr << "lesson: " << loaded.failure().what << "\n";
        return kBadInput;
    }
    Outcome<Timeline> timeline = Timeline::create(loaded->scenario.setup, loaded->scenario.plan);
    if (!timeline.ok()) {
        std::cerr << "lesson: " << timeline.failure().what << "\n";
        return kBadInput;
    }
    return TerminalLesson(*loaded, *std::move(timeline)).run();
}

int check_lessons(std::vector<std::string> names) {
    if (names.empty()) {
        names = lesson_names();
    }
    int status = kDone;
    for (const std::string& name : names) {
        const Outcome<LoadedLesson> loaded = load_lesson(name);
        if (!loaded.ok()) {
            std::cerr << "lesson: " << loaded.failure().what << "\n";
            return kBadInput;
        }
        for (const Learner learner : {Learner::kPerfect, Learner::kAlwaysWrong}) {
            const Outcome<LessonResult> result =
                check_lesson(loaded->lesson, loaded->scenario, learner);
            if (!result.ok()) {
                std::cerr << "lesson: " << result.failure().what << "\n";
                return kBadInput;
            }
            fmt::print("{}: the {} learner has {} of {} predictions right\n", loaded->name,
                       learner == Learner::kPerfect ? "perfect" : "always wrong", result->right,
                       result->predictions);
            for (const std::string& problem : result->problems) {
                fmt::print("  {}\n", problem);
                status = kNotHeld;
            }
        }
    }
    return status;
}

}  // namespace

void add_lesson(CLI::App& program, int& exit_code) {
    CLI::App* command = program.add_subcommand("lesson", "List, play or check the lessons");
    command->require_subcommand(1);
    command->add_subcommand("list", "The lessons that there are")->callback([&exit_code] {
        exit_code = list_lessons();
    });
    const auto name = std::make_shared<std::string>();
    CLI::App* play = command->add_subcommand("play", "Play a lesson here, in the terminal");
    play->add_option("NAME", *name, "Of a lesson, or the beginning of it; or a lesson.md")
        ->required();
    play->callback([name, &exit_code] { exit_code = play_lesson(*name); });
    const auto names = std::make_shared<std::vector<std::string>>();
    CLI::App* check = command->add_subcommand(
        "check",
        "Play lessons as a perfect and as an always-wrong learner. Exit status 1 when one of them "
        "can't come to the end or is judged wrongly");
    check->add_option("NAMES", *names, "Lessons; without any, all of them");
    check->callback([names, &exit_code] { exit_code = check_lessons(*names); });
}

}  // namespace brokerlab
