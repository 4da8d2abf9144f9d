// The screen without a display: pictures come out as they were drawn.
#include <gtest/gtest.h>
#include <stb_image.h>

#include <filesystem>
#include <memory>

#include "gui/platform/fonts.h"
#include "gui/platform/headless.h"
#include "gui/platform/ui_context.h"

namespace brokerlab {
namespace {

struct Picture {
    int width = 0;
    int height = 0;
    std::vector<unsigned char> pixels;  ///< red, green, blue, opacity

    [[nodiscard]] ImU32 at(int x, int y) const {
        const auto i = static_cast<std::size_t>(y * width + x) * 4;
        return IM_COL32(pixels[i], pixels[i + 1], pixels[i + 2], pixels[i + 3]);
    }
};

Picture read_picture(const std::string& path) {
    Picture picture;
    int channels = 0;
    unsigned char* data = stbi_load(path.c_str(), &picture.width, &picture.height, &channels, 4);
    if (data != nullptr) {
        picture.pixels.assign(data, data + picture.width * picture.height * 4);
        stbi_image_free(data);
    }
    return picture;
}

TEST(Headless, draws_what_it_is_told_the_right_way_up) {
    const std::string path = testing::TempDir() + "brokerlab-headless-test.png";
    const UiContext context;
    Look look;
    look.theme = &theme(ThemeName::kDark);
    load_fonts(look, 1);
    Outcome<std::unique_ptr<Screen>> screen = open_headless({200, 100});
    ASSERT_TRUE(screen.ok()) << screen.failure().what;
    (*screen)->begin(0);
    ImGui::NewFrame();
    ImGui::GetBackgroundDrawList()->AddRectFilled({0, 0}, {50, 20}, look.colours().leader);
    ImGui::Render();
    (*screen)->end(look.colours().page);
    ASSERT_FALSE((*screen)->save_last_frame(path));

    const Picture picture = read_picture(path);
    std::filesystem::remove(path);
    ASSERT_EQ(picture.width, 200);
    ASSERT_EQ(picture.height, 100);
    EXPECT_EQ(picture.at(10, 10), look.colours().leader);
    EXPECT_EQ(picture.at(10, 90), look.colours().page);
    EXPECT_EQ(picture.at(190, 10), look.colours().page);
}

TEST(Headless, says_where_a_picture_can_not_be_written) {
    const UiContext context;
    Look look;
    look.theme = &theme(ThemeName::kDark);
    load_fonts(look, 1);
    Outcome<std::unique_ptr<Screen>> screen = open_headless({100, 100});
    ASSERT_TRUE(screen.ok());
    EXPECT_TRUE((*screen)->save_last_frame(testing::TempDir() + "early.png"));
    (*screen)->begin(0);
    ImGui::NewFrame();
    ImGui::Render();
    (*screen)->end(look.colours().page);
    const std::optional<Failure> failure = (*screen)->save_last_frame("/proc/none/picture.png");
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->what.find("/proc/none/picture.png"), 0U);
}

TEST(LoadFonts, makes_them_in_the_scale_that_is_wanted) {
    const UiContext context;
    Look look;
    EXPECT_EQ(load_fonts(look, 1).sentence(), "");
    const float plain = look.fonts.text->FontSize;
    load_fonts(look, 2);
    EXPECT_NEAR(look.fonts.text->FontSize, 2 * plain, 1.5);
    EXPECT_EQ(look.px(8), 16);
}

TEST(LoadFonts, goes_without_what_is_not_installed) {
    const UiContext context;
    Look look;
    look.theme = &theme(ThemeName::kDark);
    load_default_fonts(look, 1.5F);
    ASSERT_NE(look.fonts.text, nullptr);
    // A blank, not a question mark.
    EXPECT_EQ(look.fonts.text->FindGlyphNoFallback(0xF233), look.fonts.text->FindGlyph(' '));
    const FontReport report{{"fonts-inter"}};
    EXPECT_NE(report.sentence().find("apt-get install fonts-inter"), std::string::npos);
}

}  // namespace
}  // namespace brokerlab
