#include "gui/platform/key_queue.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <gmock/gmock.h>

#include <string>

namespace brokerlab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

KeyStroke down(int key) {
    return {.key = key, .action = GLFW_PRESS};
}
KeyStroke up(int key) {
    return {.key = key, .action = GLFW_RELEASE};
}

std::string told(const KeyEvent& event) {
    if (const auto* typed = std::get_if<TypedCharacter>(&event)) {
        return std::string("types ") + static_cast<char>(typed->code_point);
    }
    const auto& stroke = std::get<KeyStroke>(event);
    const std::string name = stroke.key == GLFW_KEY_LEFT_CONTROL
                                 ? "ctrl"
                                 : std::string(1, static_cast<char>(stroke.key));
    return name + (stroke.action == GLFW_PRESS ? " down" : " up");
}

std::vector<std::string> next_frame(KeyQueue& keys, bool typing = false) {
    std::vector<std::string> frame;
    for (const KeyEvent& event : keys.take(typing)) {
        frame.push_back(told(event));
    }
    return frame;
}

TEST(KeyQueue, ShowsAChordThatWasLetGoWithinOneSlowFrame) {
    KeyQueue keys;
    keys.push(down(GLFW_KEY_LEFT_CONTROL));
    keys.push(down('Q'));
    keys.push(up('Q'));
    keys.push(up(GLFW_KEY_LEFT_CONTROL));

    EXPECT_THAT(next_frame(keys), ElementsAre("ctrl down", "Q down"));
    EXPECT_THAT(next_frame(keys), ElementsAre("Q up", "ctrl up"));
    EXPECT_TRUE(keys.empty());
}

TEST(KeyQueue, KeepsTheModifierDownThatWentDownAFrameEarlier) {
    KeyQueue keys;
    keys.push(down(GLFW_KEY_LEFT_CONTROL));
    EXPECT_THAT(next_frame(keys), ElementsAre("ctrl down"));

    keys.push(down('Q'));
    keys.push(up('Q'));
    keys.push(up(GLFW_KEY_LEFT_CONTROL));
    EXPECT_THAT(next_frame(keys), ElementsAre("Q down"));
    EXPECT_THAT(next_frame(keys), ElementsAre("Q up", "ctrl up"));
}

TEST(KeyQueue, AModifierAfterAKeyDoesNotChangeThatKey) {
    KeyQueue keys;
    keys.push(down(' '));
    keys.push(up(' '));
    keys.push(down(GLFW_KEY_LEFT_CONTROL));
    keys.push(down('Q'));

    EXPECT_THAT(next_frame(keys), ElementsAre("  down"));
    EXPECT_THAT(next_frame(keys), ElementsAre("  up", "ctrl down", "Q down"));
}

TEST(KeyQueue, ShowsAKeyThatWasPressedTwiceInOneSlowFrameTwice) {
    KeyQueue keys;
    for (int i = 0; i < 2; ++i) {
        keys.push(down('N'));
        keys.push(up('N'));
    }

    EXPECT_THAT(next_frame(keys), ElementsAre("N down"));
    EXPECT_THAT(next_frame(keys), ElementsAre("N up"));
    EXPECT_THAT(next_frame(keys), ElementsAre("N down"));
    EXPECT_THAT(next_frame(keys), ElementsAre("N up"));
}

TEST(KeyQueue, KeepsCharactersInTheirPlaceAmongTheKeys) {
    KeyQueue keys;
    keys.push(down('A'));
    keys.push(TypedCharacter{'a'});
    keys.push(up('A'));
    keys.push(down('B'));
    keys.push(TypedCharacter{'b'});

    EXPECT_THAT(next_frame(keys), ElementsAre("A down"));
    EXPECT_THAT(next_frame(keys), ElementsAre("types a", "A up", "B down"));
    EXPECT_THAT(next_frame(keys), ElementsAre("types b"));
    EXPECT_THAT(next_frame(keys), IsEmpty());
}

TEST(KeyQueue, ATextThatIsTypedTakesOneSlowFrameUpToTheNextCommand) {
    KeyQueue keys;
    for (const char letter : {'A', 'B'}) {
        keys.push(down(letter));
        keys.push(TypedCharacter{static_cast<unsigned int>(letter)});
        keys.push(up(letter));
    }
    keys.push(down(GLFW_KEY_LEFT_CONTROL));
    keys.push(KeyStroke{.key = 'V', .action = GLFW_PRESS, .modifiers = GLFW_MOD_CONTROL});
    keys.push(up('V'));

    EXPECT_THAT(next_frame(keys, true), ElementsAre("A down", "types A", "A up", "B down",
                                                    "types B", "B up", "ctrl down", "V down"));
    EXPECT_THAT(next_frame(keys, true), ElementsAre("V up"));
}

}  // namespace
}  // namespace brokerlab
