#include "tests/layers/purity_rules.h"

#include <algorithm>
#include <string>

namespace brokerlab {

namespace {

constexpr std::string_view kThreads =
    "sim/ has no threads: one thread per World and everything shared with it";
constexpr std::string_view kRandom =
    "sim/ draws random numbers only with keys: draw(seed, purpose, entity, key)";
constexpr std::string_view kClocks = "sim/ reads no clock: time is SimTime";
constexpr std::string_view kFiles = "sim/ reads and writes no files, streams or environment";
constexpr std::string_view kUnordered =
    "sim/ has no unordered containers and no std::hash: their order differs between machines";
constexpr std::string_view kShuffle =
    "sim/ has no std::shuffle or std::sample: their result differs between standard libraries";
constexpr std::string_view kClosures =
    "sim/ has no std::function: a closure can't be copied, compared or digested with the World";
constexpr std::string_view kFloating = "sim/ has no floating point but in sim/view";
constexpr std::string_view kLocale = "sim/ does not depend on the locale";
constexpr std::string_view kGlobals = "sim/ has no thread-local state";

struct Forbidden {
    std::string_view name;
    std::string_view rule;
};

/// Headers by name; a name that ends with a slash stands for the folder.
constexpr Forbidden kHeaders[] = {
    {"thread", kThreads},          {"mutex", kThreads},           {"shared_mutex", kThreads},
    {"atomic", kThreads},          {"stdatomic.h", kThreads},     {"condition_variable", kThreads},
    {"future", kThreads},          {"semaphore", kThreads},       {"latch", kThreads},
    {"barrier", kThreads},         {"stop_token", kThreads},      {"pthread.h", kThreads},
    {"random", kRandom},           {"chrono", kClocks},           {"ctime", kClocks},
    {"time.h", kClocks},           {"sys/time.h", kClocks},       {"iostream", kFiles},
    {"istream", kFiles},           {"ostream", kFiles},           {"fstream", kFiles},
    {"sstream", kFiles},           {"syncstream", kFiles},        {"filesystem", kFiles},
    {"fcntl.h", kFiles},           {"unistd.h", kFiles},          {"sys/stat.h", kFiles},
    {"sys/mman.h", kFiles},        {"fmt/chrono.h", kClocks},     {"fmt/ostream.h", kFiles},
    {"unordered_map", kUnordered}, {"unordered_set", kUnordered}, {"locale", kLocale},
    {"clocale", kLocale},          {"locale.h", kLocale},         {"regex", kLocale},
    {"cmath", kFloating},          {"complex", kFloating},
};

/// Names of the namespace std, for what comes in through another header.
constexpr Forbidden kStdNames[] = {
    {"thread", kThreads},
    {"jthread", kThreads},
    {"this_thread", kThreads},
    {"mutex", kThreads},
    {"shared_mutex", kThreads},
    {"recursive_mutex", kThreads},
    {"lock_guard", kThreads},
    {"unique_lock", kThreads},
    {"scoped_lock", kThreads},
    {"atomic", kThreads},
    {"atomic_ref", kThreads},
    {"atomic_flag", kThreads},
    {"condition_variable", kThreads},
    {"async", kThreads},
    {"future", kThreads},
    {"promise", kThreads},
    {"call_once", kThreads},
    {"random_device", kRandom},
    {"mt19937", kRandom},
    {"mt19937_64", kRandom},
    {"minstd_rand", kRandom},
    {"default_random_engine", kRandom},
    {"uniform_int_distribution", kRandom},
    {"rand", kRandom},
    {"srand", kRandom},
    {"chrono", kClocks},
    {"time", kClocks},
    {"clock", kClocks},
    {"localtime", kClocks},
    {"gmtime", kClocks},
    {"cout", kFiles},
    {"cerr", kFiles},
    {"clog", kFiles},
    {"cin", kFiles},
    {"ifstream", kFiles},
    {"ofstream", kFiles},
    {"fstream", kFiles},
    {"filesystem", kFiles},
    {"fopen", kFiles},
    {"getenv", kFiles},
    {"unordered_map", kUnordered},
    {"unordered_set", kUnordered},
    {"unordered_multimap", kUnordered},
    {"unordered_multiset", kUnordered},
    {"hash", kUnordered},
    {"shuffle", kShuffle},
    {"random_shuffle", kShuffle},
    {"sample", kShuffle},
    {"function", kClosures},
    {"move_only_function", kClosures},
    {"bind", kClosures},
    {"locale", kLocale},
    {"setlocale", kLocale},
};

/// Words that are forbidden wherever they stand.
constexpr Forbidden kWords[] = {
    {"system_clock", kClocks}, {"steady_clock", kClocks},  {"high_resolution_clock", kClocks},
    {"gettimeofday", kClocks}, {"clock_gettime", kClocks}, {"thread_local", kGlobals},
    {"fopen", kFiles},         {"setlocale", kLocale},     {"random_device", kRandom},
    {"getenv", kFiles},
};
constexpr Forbidden kFloatingWords[] = {{"float", kFloating}, {"double", kFloating}};

/// The rule that `name` breaks, empty where it breaks none.
template <std::size_t N>
std::string_view broken_rule(std::string_view name, const Forbidden (&list)[N]) {
    const Forbidden* const found = std::find_if(
        std::begin(list), std::end(list), [&](const Forbidden& one) { return one.name == name; });
    return found == std::end(list) ? std::string_view() : found->rule;
}

bool is_floating_number(std::string_view number) {
    const bool hex = number.starts_with("0x") || number.starts_with("0X");
    return number.find_first_of(hex ? ".pP" : ".eE") != std::string_view::npos;
}

/// The rule that the token at `i` breaks, empty where it breaks none.
std::string_view rule_of_token(const std::vector<Token>& tokens, std::size_t i, bool may_float) {
    const Token& token = tokens[i];
    if (token.kind == TokenKind::kNumber) {
        return !may_float && is_floating_number(token.text) ? kFloating : std::string_view();
    }
    if (token.kind != TokenKind::kName) {
        return {};
    }
    if (!may_float && !broken_rule(token.text, kFloatingWords).empty()) {
        return kFloating;
    }
    if (const std::string_view rule = broken_rule(token.text, kWords); !rule.empty()) {
        return rule;
    }
    const bool in_std = i >= 2 && tokens[i - 1].text == "::" && tokens[i - 2].text == "std";
    return in_std ? broken_rule(token.text, kStdNames) : std::string_view();
}

}  // namespace

std::vector<Finding> check_purity(std::string_view path, const SourceText& source) {
    if (!path.starts_with("sim/")) {
        return {};
    }
    const bool may_float = path.starts_with("sim/view/");
    std::vector<Finding> found;
    for (const Include& include : source.includes) {
        const std::string_view rule =
            may_float && include.path == "cmath" ? "" : broken_rule(include.path, kHeaders);
        if (!include.quoted && !rule.empty()) {
            found.push_back({std::string(path), include.line, std::string(rule)});
        }
    }
    for (std::size_t i = 0; i < source.tokens.size(); ++i) {
        const std::string_view rule = rule_of_token(source.tokens, i, may_float);
        if (!rule.empty()) {
            found.push_back({std::string(path), source.tokens[i].line, std::string(rule)});
        }
    }
    return found;
}

}  // namespace brokerlab
