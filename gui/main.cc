// brokerlab-desktop: the lab in a window; or, with --headless, a picture of it as a file.
#include <charconv>
#include <cstdio>
#include <exception>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "gui/desktop.h"
#include "gui/panel.h"
#include "gui/picture.h"

namespace {

using brokerlab::kLeastScreen;
using brokerlab::ScreenSize;

constexpr int kBadInput = 2;
constexpr int kMostPixels = 8192;
constexpr const char* kPictures = "Pictures";

struct MainWords {
    std::string file;
    std::string scenario;
    bool headless = false;
    bool list_panels = false;
    std::string size;
    std::string mouse;
    brokerlab::PictureWords picture;
};

/// "1600x1000", "200,300".
std::optional<ScreenSize> read_pair(std::string_view text, char separator, int least) {
    const auto read = [&](std::string_view digits) -> std::optional<int> {
        int number = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), number);
        const bool whole = error == std::errc() && end == digits.data() + digits.size();
        return whole && number >= least && number <= kMostPixels ? std::optional(number)
                                                                 : std::nullopt;
    };
    const std::size_t middle = text.find(separator);
    if (middle == std::string_view::npos) {
        return std::nullopt;
    }
    const std::optional<int> first = read(text.substr(0, middle));
    const std::optional<int> second = read(text.substr(middle + 1));
    return first && second ? std::optional(ScreenSize{*first, *second}) : std::nullopt;
}

void add_words(CLI::App& program, MainWords& words) {
    brokerlab::PictureWords& picture = words.picture;
    program.add_option("FILE", words.file, "A scenario or recording to open");
    program.add_option("--scenario", words.scenario, "The same as FILE");
    program.add_option("--lesson", picture.lesson,
                       "A lesson to open, by the beginning of its folder's name");
    program.add_flag("--list-panels", words.list_panels, "List the names of --panel");
    const auto with_picture = [&](CLI::Option* option) { option->group(kPictures); };
    with_picture(program.add_flag("--headless", words.headless,
                                  "Draw without a display; wants --screenshot"));
    with_picture(program.add_option("--screenshot", picture.path, "The PNG file to write"));
    with_picture(program.add_option("--at", picture.at, "The moment to show, as in 10s"));
    with_picture(program.add_option("--until", picture.until,
                                    "Or run until an expression holds, as in 'leader(orders-0) != "
                                    "2'"));
    with_picture(
        program
            .add_option("--do", picture.commands,
                        "A command on the way, as in '5s kill broker 2'; may stand several "
                        "times")
            ->allow_extra_args(false));
    with_picture(program.add_option("--select", picture.select,
                                    "What is selected, as in 'broker 2' or orders-0"));
    with_picture(
        program.add_option("--panel", picture.panels, "A panel to open; may stand several times")
            ->allow_extra_args(false));
    with_picture(program.add_option("--theme", picture.theme, "dark or light")
                     ->check(CLI::IsMember({"dark", "light"})));
    with_picture(program.add_option("--size", words.size, "In pixels, as in 1600x1000"));
    with_picture(program.add_option("--scale", picture.scale, "Of everything, 0.75 to 3")
                     ->check(CLI::Range(0.75F, 3.0F)));
    with_picture(program.add_option("--mouse", words.mouse,
                                    "Where the mouse rests, as in 200,300: hover cards show"));
}

int bad_words(const std::string& sentence) {
    std::cerr << "brokerlab-desktop: " << sentence
              << "\n(brokerlab-desktop --help lists what it takes)\n";
    return kBadInput;
}

int list_panels() {
    for (const brokerlab::Panel& panel : brokerlab::panels()) {
        std::printf("%-12s %s\n", std::string(panel.name).c_str(),
                    std::string(panel.title).c_str());
    }
    return 0;
}

int picture(MainWords& words) {
    brokerlab::PictureWords& picture = words.picture;
    if (picture.path.empty()) {
        return bad_words(
            "--headless draws nothing that can be seen: name a file with --screenshot");
    }
    if (!picture.file.empty() && !picture.lesson.empty()) {
        return bad_words("name either a scenario or a --lesson to draw");
    }
    if (picture.at && picture.until) {
        return bad_words("a picture shows one moment: --at or --until, not both");
    }
    if (!words.size.empty()) {
        const std::optional<ScreenSize> size = read_pair(words.size, 'x', 1);
        if (!size) {
            return bad_words("--size '" + words.size + "' is no size: it is written 1600x1000");
        }
        if (size->width < kLeastScreen.width || size->height < kLeastScreen.height) {
            return bad_words("--size " + words.size + " is too small: the least is " +
                             std::to_string(kLeastScreen.width) + "x" +
                             std::to_string(kLeastScreen.height));
        }
        picture.size = *size;
    }
    if (!words.mouse.empty()) {
        picture.mouse = read_pair(words.mouse, ',', 0);
        if (!picture.mouse) {
            return bad_words("--mouse '" + words.mouse + "' is no place: it is written 200,300");
        }
    }
    return brokerlab::make_picture(picture);
}

/// The first word about pictures that was given; empty: none.
std::string word_of_pictures(const CLI::App& program) {
    for (const CLI::Option* option : program.get_options()) {
        if (option->get_group() == kPictures && option->count() > 0) {
            return option->get_name();
        }
    }
    return {};
}

int run(const CLI::App& program, MainWords& words) {
    brokerlab::PictureWords& picture_words = words.picture;
    if (!words.file.empty() && !words.scenario.empty()) {
        return bad_words("FILE and --scenario are the same: give one of them");
    }
    picture_words.file = words.file.empty() ? words.scenario : words.file;
    if (words.list_panels) {
        return list_panels();
    }
    if (words.headless || !picture_words.path.empty()) {
        return picture(words);
    }
    if (const std::string word = word_of_pictures(program); !word.empty()) {
        return bad_words(word +
                         " is about a picture, not the window: it wants --headless and "
                         "--screenshot");
    }
    if (!picture_words.file.empty() && !picture_words.lesson.empty()) {
        return bad_words("name either a file or a --lesson to open");
    }
    return brokerlab::run_desktop({picture_words.file, picture_words.lesson});
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App program(
        "brokerlab-desktop: a Kafka 4.0 cluster in a window, to look at, to break and to move "
        "through time.\nWithout words it opens the first lesson.",
        "brokerlab-desktop");
    program.set_version_flag("--version", "brokerlab-desktop " BROKERLAB_VERSION);
    MainWords words;
    add_words(program, words);
    try {
        program.parse(argc, argv);
        return run(program, words);
    } catch (const CLI::Success& asked_for) {  // --help, --version
        return program.exit(asked_for);
    } catch (const CLI::ParseError& wrong) {
        return bad_words(wrong.what());
    } catch (const std::exception& failed) {  // Out of memory, mostly: our code throws nothing.
        std::cerr << "brokerlab-desktop: " << failed.what() << "\n";
        return kBadInput;
    }
}
