// Files: what is written is there whole or not at all, and what fails says why.
#include "files/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "gui/platform/window.h"

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

/// A folder of its own for each test.
class Files : public testing::Test {
protected:
    void SetUp() override {
        std::string pattern = testing::TempDir() + "brokerlab-XXXXXX";
        ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
        folder_ = pattern;
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string at(const std::string& name) const { return folder_ + "/" + name; }

    std::string folder_;
};

TEST_F(Files, come_back_as_they_were_written_in_folders_that_were_missing) {
    const std::string text("two\nlines and a \0 byte", 22);
    ASSERT_FALSE(write_file(at("a/b/file"), text));
    const Outcome<std::string> back = read_file(at("a/b/file"));
    ASSERT_TRUE(back.ok());
    EXPECT_EQ(*back, text);
}

TEST_F(Files, are_replaced_whole_and_leave_nothing_beside_them) {
    ASSERT_FALSE(write_file(at("file"), "a long first text"));
    ASSERT_FALSE(write_file(at("file"), "second"));
    EXPECT_EQ(*read_file(at("file")), "second");
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(Files, grow_line_by_line) {
    ASSERT_FALSE(append_to_file(at("log"), "one\n"));
    ASSERT_FALSE(append_to_file(at("log"), "two\n"));
    EXPECT_EQ(*read_file(at("log")), "one\ntwo\n");
}

TEST_F(Files, that_are_missing_or_folders_fail_with_path_and_reason) {
    const Outcome<std::string> missing = read_file(at("none"));
    ASSERT_FALSE(missing.ok());
    EXPECT_THAT(missing.failure().what, HasSubstr(at("none")));
    EXPECT_THAT(missing.failure().what, HasSubstr("No such file"));
    const Outcome<std::string> folder = read_file(folder_);
    ASSERT_FALSE(folder.ok());
    EXPECT_THAT(folder.failure().what, HasSubstr("it is a folder"));
}

TEST_F(Files, can_not_be_written_where_a_file_stands_for_a_folder) {
    ASSERT_FALSE(write_file(at("file"), "text"));
    const std::optional<Failure> failure = write_file(at("file/below"), "text");
    ASSERT_TRUE(failure);
    EXPECT_THAT(failure->what, HasSubstr("file/below can't be written"));
    EXPECT_TRUE(append_to_file(at("file/below"), "text"));
    EXPECT_EQ(*read_file(at("file")), "text");
}

TEST_F(Files, of_the_lab_are_found_by_name) {
    ASSERT_FALSE(write_file(at("scenarios/b.yaml"), ""));
    ASSERT_FALSE(write_file(at("scenarios/a.yaml"), ""));
    ASSERT_FALSE(write_file(at("scenarios/notes.txt"), ""));
    ASSERT_FALSE(write_file(at("lessons/02-second/lesson.md"), ""));
    ASSERT_FALSE(write_file(at("lessons/01-first/lesson.md"), ""));
    ASSERT_FALSE(write_file(at("lessons/03-draft/notes.md"), ""));
    EXPECT_THAT(scenario_files(folder_),
                ElementsAre(at("scenarios/a.yaml"), at("scenarios/b.yaml")));
    EXPECT_THAT(lesson_files(folder_),
                ElementsAre(at("lessons/01-first/lesson.md"), at("lessons/02-second/lesson.md")));
    EXPECT_TRUE(scenario_files(at("nowhere")).empty());
    EXPECT_TRUE(lesson_files(at("nowhere")).empty());
}

TEST_F(Files, of_the_person_lie_where_xdg_says) {
    ::setenv("XDG_CONFIG_HOME", at("config").c_str(), 1);
    EXPECT_EQ(config_folder(), at("config/brokerlab"));
    // A relative path there is to be ignored.
    ::setenv("XDG_CONFIG_HOME", "config", 1);
    ::setenv("HOME", folder_.c_str(), 1);
    EXPECT_EQ(config_folder(), at(".config/brokerlab"));
    ::unsetenv("XDG_STATE_HOME");
    EXPECT_EQ(state_folder(), at(".local/state/brokerlab"));
    ::unsetenv("HOME");
    EXPECT_EQ(config_folder(), "");
}

TEST_F(Files, of_the_lab_are_where_its_variable_says) {
    ::setenv("BROKERLAB_HOME", folder_.c_str(), 1);
    EXPECT_EQ(find_home(), folder_);
    ::unsetenv("BROKERLAB_HOME");
}

TEST(Processes, that_ended_do_not_run_though_nobody_has_asked_how) {
    EXPECT_TRUE(process_runs(process_number()));
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(0);
    }
    ASSERT_GT(child, 0);
    siginfo_t ended{};
    // Waits for its end and leaves it as it is.
    ASSERT_EQ(::waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT), 0);
    EXPECT_FALSE(process_runs(child));
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_FALSE(process_runs(child));
}

TEST(WindowPlaces, come_back_from_their_line) {
    const WindowPlace place{{1280, 720}, 40, -8, true};
    EXPECT_EQ(read_window_place(window_place_text(place)), place);
}

TEST(WindowPlaces, that_make_no_sense_are_the_usual_one) {
    for (const char* text : {"", "wide", "1280 720 40", "10 10 0 0 0", "999999 720 0 0 0",
                             "99999999999999 720 0 0 0"}) {
        EXPECT_EQ(read_window_place(text), WindowPlace()) << text;
    }
}

}  // namespace
}  // namespace brokerlab
