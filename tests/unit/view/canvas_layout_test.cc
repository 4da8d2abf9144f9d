// Layout of the canvas: whatever the cluster, its cards don't touch and the picture is filled.
#include "sim/view/canvas_layout.h"

#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace brokerlab {
namespace {

LayoutInput cluster_of(int32_t brokers, float aspect) {
    LayoutInput input;
    input.controllers = 3;
    input.admin = true;
    input.producers = 2;
    input.consumers = 3;
    input.blocks = {{"Brokers", brokers}};
    input.broker_card = brokers > 9 ? CanvasPoint{168, 128} : CanvasPoint{264, 200};
    input.aspect = aspect;
    return input;
}

std::vector<CanvasBox> all_boxes(const CanvasLayout& layout) {
    std::vector<CanvasBox> all;
    for (const auto* part : {&layout.controllers, &layout.admin, &layout.producers, &layout.brokers,
                             &layout.consumers}) {
        all.insert(all.end(), part->begin(), part->end());
    }
    return all;
}

bool overlap(const CanvasBox& a, const CanvasBox& b) {
    return a.from.x < b.to.x && b.from.x < a.to.x && a.from.y < b.to.y && b.from.y < a.to.y;
}

void expect_sound(const LayoutInput& input) {
    const CanvasLayout layout = lay_out_canvas(input);
    const std::vector<CanvasBox> boxes = all_boxes(layout);
    EXPECT_NEAR(layout.size.x / layout.size.y, input.aspect, 0.01);
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        const CanvasBox& box = boxes[i];
        EXPECT_LT(box.from.x, box.to.x);
        EXPECT_LT(box.from.y, box.to.y);
        EXPECT_GE(box.from.x, 0);
        EXPECT_GE(box.from.y, 0);
        EXPECT_LE(box.to.x, layout.size.x + 0.5F);
        EXPECT_LE(box.to.y, layout.size.y + 0.5F);
        for (std::size_t j = i + 1; j < boxes.size(); ++j) {
            EXPECT_FALSE(overlap(box, boxes[j])) << "cards " << i << " and " << j;
        }
    }
}

TEST(CanvasLayout, CardsNeverOverlapAndStayInsideInAnyProportion) {
    for (int32_t brokers = 1; brokers <= 30; ++brokers) {
        for (const float aspect : {0.5F, 0.9F, 1.2F, 1.6F, 2.4F, 4.0F}) {
            SCOPED_TRACE(fmt::format("{} brokers, aspect {}", brokers, aspect));
            expect_sound(cluster_of(brokers, aspect));
        }
    }
}

TEST(CanvasLayout, TakesRacksOfUnequalSizeAndManyClients) {
    LayoutInput input = cluster_of(1, 1.4F);
    input.blocks = {{"Rack a", 4}, {"Rack b", 1}, {"Rack c", 3}};
    input.producers = 17;
    input.consumers = 23;
    expect_sound(input);
    const CanvasLayout layout = lay_out_canvas(input);
    EXPECT_EQ(layout.brokers.size(), 8U);
    // The racks stand beside each other, each with its title.
    EXPECT_LT(layout.brokers[3].to.x, layout.brokers[4].from.x);
    EXPECT_LT(layout.brokers[4].to.x, layout.brokers[5].from.x);
    std::vector<std::string> titles;
    for (const Canvas::Area& area : layout.areas) {
        titles.push_back(area.title);
    }
    EXPECT_THAT(titles, ::testing::IsSupersetOf({"Rack a", "Rack b", "Rack c"}));
}

bool lies_in(const CanvasBox& box, const CanvasBox& frame) {
    return frame.from.x <= box.from.x && box.to.x <= frame.to.x && frame.from.y <= box.from.y &&
           box.to.y <= frame.to.y;
}

TEST(CanvasLayout, PutsTheMembersOfAGroupTogetherInAFrameOfTheirOwn) {
    for (const std::vector<int32_t>& groups :
         std::vector<std::vector<int32_t>>{{1}, {3}, {2, 3}, {1, 1, 4, 2}, {12}}) {
        for (const float aspect : {0.6F, 1.2F, 1.6F, 3.5F}) {
            SCOPED_TRACE(fmt::format("{} groups, aspect {}", groups.size(), aspect));
            LayoutInput input = cluster_of(3, aspect);
            input.groups = groups;
            expect_sound(input);
            const CanvasLayout layout = lay_out_canvas(input);
            ASSERT_EQ(layout.groups.size(), groups.size());
            ASSERT_EQ(layout.members.size(), groups.size());
            for (std::size_t g = 0; g < groups.size(); ++g) {
                EXPECT_EQ(layout.members[g].size(), static_cast<std::size_t>(groups[g]));
                for (const CanvasBox& member : layout.members[g]) {
                    EXPECT_TRUE(lies_in(member, layout.groups[g]));
                }
                for (const CanvasBox& other : all_boxes(layout)) {
                    EXPECT_FALSE(overlap(other, layout.groups[g]));
                }
                for (std::size_t h = g + 1; h < groups.size(); ++h) {
                    EXPECT_FALSE(overlap(layout.groups[g], layout.groups[h]));
                }
                EXPECT_GE(layout.groups[g].from.x, 0);
                EXPECT_LE(layout.groups[g].to.x, layout.size.x + 0.5F);
                EXPECT_LE(layout.groups[g].to.y, layout.size.y + 0.5F);
            }
        }
    }
}

TEST(CanvasLayout, GivesClientsTheWidthTheyWishForWhereThereIsRoom) {
    const auto width = [](const CanvasBox& box) { return box.to.x - box.from.x; };
    for (const float aspect : {0.5F, 0.9F, 1.2F, 1.6F, 2.4F, 4.0F}) {
        for (const std::vector<int32_t>& groups :
             std::vector<std::vector<int32_t>>{{}, {1}, {2, 3}, {1, 1, 4, 2}}) {
            SCOPED_TRACE(fmt::format("{} groups, aspect {}", groups.size(), aspect));
            LayoutInput input = cluster_of(3, aspect);
            input.groups = groups;
            const CanvasLayout before = lay_out_canvas(input);
            input.client_wish = 372;
            expect_sound(input);
            const CanvasLayout wide = lay_out_canvas(input);
            // The picture is no smaller for it.
            EXPECT_EQ(before.size.x, wide.size.x);
            EXPECT_GE(width(wide.producers[0]), width(before.producers[0]));
            EXPECT_LE(width(wide.producers[0]), 372.5F);
            for (std::size_t g = 0; g < groups.size(); ++g) {
                for (const CanvasBox& member : wide.members[g]) {
                    EXPECT_TRUE(lies_in(member, wide.groups[g]));
                    EXPECT_NEAR(width(member), width(wide.members[0][0]), 0.1);
                }
                EXPECT_LE(wide.groups[g].to.x, wide.size.x + 0.5F);
            }
        }
    }
    LayoutInput roomy = cluster_of(3, 1.6F);
    roomy.consumers = 1;
    roomy.client_wish = 320;
    EXPECT_NEAR(width(lay_out_canvas(roomy).producers[0]), 320, 0.5);
    EXPECT_NEAR(width(lay_out_canvas(roomy).consumers[0]), 320, 0.5);
    roomy.client_wish = 0;
    EXPECT_NEAR(width(lay_out_canvas(roomy).producers[0]), 248, 0.5);
}

TEST(CanvasLayout, ShowsNoAreaForWhoIsNotThere) {
    LayoutInput input = cluster_of(3, 1.6F);
    input.producers = 0;
    input.consumers = 0;
    const CanvasLayout layout = lay_out_canvas(input);
    for (const Canvas::Area& area : layout.areas) {
        EXPECT_NE(area.title, "Producers");
        EXPECT_NE(area.title, "Consumers");
    }
    EXPECT_TRUE(layout.producers.empty());
}

TEST(CanvasLayout, FillsThePicture) {
    for (const int32_t brokers : {3, 5, 12, 30}) {
        for (const float aspect : {0.9F, 1.3F, 1.8F, 2.4F}) {
            SCOPED_TRACE(fmt::format("{} brokers, aspect {}", brokers, aspect));
            const CanvasLayout layout = lay_out_canvas(cluster_of(brokers, aspect));
            CanvasBox all = layout.brokers.front();
            for (const CanvasBox& box : all_boxes(layout)) {
                all.from.x = std::min(all.from.x, box.from.x);
                all.from.y = std::min(all.from.y, box.from.y);
                all.to.x = std::max(all.to.x, box.to.x);
                all.to.y = std::max(all.to.y, box.to.y);
            }
            EXPECT_GT(all.to.x - all.from.x, 0.6F * layout.size.x);
            EXPECT_GT(all.to.y - all.from.y, 0.6F * layout.size.y);
        }
    }
}

TEST(CanvasLayout, ClientsStandBesideTheBrokersWhereThePictureIsWide) {
    const CanvasLayout wide = lay_out_canvas(cluster_of(3, 3.5F));
    EXPECT_LT(wide.producers[0].to.x, wide.brokers[0].from.x);
    EXPECT_GT(wide.consumers[0].from.x, wide.brokers[2].to.x);
    const CanvasLayout narrow = lay_out_canvas(cluster_of(3, 1.2F));
    EXPECT_LT(narrow.producers[0].to.y, narrow.brokers[0].from.y);
    EXPECT_GT(narrow.consumers[0].from.y, narrow.brokers[2].to.y);
}

}  // namespace
}  // namespace brokerlab
