// Cow: copies are free until one is edited, and an edit never reaches the others.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "sim/base/cow.h"

namespace brokerlab {
namespace {

/// Counts its copies and its digests, to see what Cow asks for.
struct Watched {
    static inline int copies = 0;
    static inline int digests = 0;
    int value = 0;

    Watched() = default;
    explicit Watched(int v) : value(v) {}
    Watched(const Watched& other) : value(other.value) { ++copies; }
    Watched(Watched&&) = default;
    Watched& operator=(const Watched&) = delete;
    Watched& operator=(Watched&&) = default;
    ~Watched() = default;

    bool operator==(const Watched&) const = default;
    friend void digest_into(Digest& d, const Watched& w) {
        ++digests;
        d.mix(static_cast<uint64_t>(w.value));
    }
};

class CowTest : public testing::Test {
protected:
    CowTest() {
        Watched::copies = 0;
        Watched::digests = 0;
    }
};

TEST_F(CowTest, copies_share_one_value) {
    const Cow<Watched> world(Watched(1));
    const std::vector<Cow<Watched>> branches(3, world);
    EXPECT_TRUE(branches[2].same(world));
    EXPECT_TRUE(world.shared());
    EXPECT_EQ(&*branches[2], &*world);
    EXPECT_EQ(Watched::copies, 0);
}

TEST_F(CowTest, an_edit_of_a_copy_does_not_move_the_original) {
    const Cow<Watched> world(Watched(1));
    Cow<Watched> branch = world;
    branch.edit().value = 2;
    EXPECT_EQ(world->value, 1);
    EXPECT_EQ(branch->value, 2);
    EXPECT_FALSE(branch.same(world));
    EXPECT_FALSE(world.shared());
    EXPECT_FALSE(branch.shared());
}

TEST_F(CowTest, clones_only_what_is_shared_and_only_once) {
    Cow<Watched> world(Watched(1));
    world.edit().value = 2;
    EXPECT_EQ(Watched::copies, 0);
    {
        const Cow<Watched> moment = world;
        world.edit().value = 3;
        world.edit().value = 4;
        EXPECT_EQ(Watched::copies, 1);
        EXPECT_EQ(moment->value, 2);
    }
    const Cow<Watched>* const forgotten = new Cow<Watched>(world);
    delete forgotten;
    world.edit().value = 5;  // Nobody else holds it any more.
    EXPECT_EQ(Watched::copies, 1);
}

TEST_F(CowTest, keeps_its_digest_until_the_next_edit) {
    Cow<Watched> world(Watched(1));
    const uint64_t before = world.digest();
    const Cow<Watched> moment = world;
    EXPECT_EQ(moment.digest(), before);
    EXPECT_EQ(Watched::digests, 1);
    world.edit().value = 2;
    EXPECT_NE(world.digest(), before);
    EXPECT_EQ(Watched::digests, 2);
    EXPECT_EQ(moment.digest(), before);
    world.edit().value = 1;
    EXPECT_EQ(world.digest(), before);
}

TEST_F(CowTest, compares_and_digests_by_content) {
    const Cow<Watched> a(Watched(1));
    const Cow<Watched> b(Watched(1));
    EXPECT_FALSE(a.same(b));
    EXPECT_EQ(a, b);
    EXPECT_EQ(digest_of(a), digest_of(b));
    EXPECT_FALSE(a == Cow<Watched>(Watched(2)));
}

TEST_F(CowTest, is_assigned_to_itself_unharmed) {
    Cow<Watched> world(Watched(1));
    const Cow<Watched>& alias = world;
    world = alias;
    EXPECT_EQ(world->value, 1);
    EXPECT_FALSE(world.shared());
}

TEST_F(CowTest, what_was_moved_from_can_be_assigned_again) {
    Cow<Watched> world(Watched(1));
    const Cow<Watched> taken = std::move(world);
    EXPECT_EQ(taken->value, 1);
    EXPECT_FALSE(taken.shared());
    world = taken;
    EXPECT_TRUE(world.same(taken));
}

TEST_F(CowTest, nests_so_that_an_edit_clones_one_path) {
    using Log = std::vector<Cow<std::string>>;
    const Cow<Log> world(Log{Cow<std::string>("a"), Cow<std::string>("b")});
    Cow<Log> branch = world;
    branch.edit()[1].edit() += "!";
    EXPECT_EQ(*(*world)[1], "b");
    EXPECT_EQ(*(*branch)[1], "b!");
    EXPECT_TRUE((*world)[0].same((*branch)[0]));
}

}  // namespace
}  // namespace brokerlab
