// A service's durable part as an SQLite file: what stands in it, and what it never overwrites.
#include "cli/database_file.h"

#include <sqlite3.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/world/small_world.h"

namespace brokerlab {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// What a query gives, a row a text: "a|b|c".
std::vector<std::string> query(const std::string& path, const std::string& sql) {
    std::vector<std::string> rows;
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open_v2(path.c_str(), &database, SQLITE_OPEN_READONLY, nullptr), SQLITE_OK);
    const auto take = [](void* to, int columns, char** values, char**) {
        std::string row;
        for (int i = 0; i < columns; ++i) {
            row += (i == 0 ? "" : "|") + std::string(values[i] == nullptr ? "NULL" : values[i]);
        }
        static_cast<std::vector<std::string>*>(to)->push_back(row);
        return 0;
    };
    char* error = nullptr;
    EXPECT_EQ(sqlite3_exec(database, sql.c_str(), take, &rows, &error), SQLITE_OK) << error;
    sqlite3_close(database);
    return rows;
}

/// A World after time 0 in which service `users` has kept two users and a strange table.
World world_with_users() {
    World world = testing::small_world();
    Business& business = world.business.edit();
    Database& kept = business.databases["users"].edit();
    DatabaseTable& users = kept.tables["users"].edit();
    users.columns = {"email", "orders", "code", "name"};
    users.rows.insert_or_assign("ann@shop", {"ann@shop", "3", "007", "Ann \"A\" O'Hara"});
    users.rows.insert_or_assign("bob@shop", {"bob@shop", "-12", "8", ""});
    DatabaseTable& odd = kept.tables["order \"by\" day"].edit();
    odd.columns = {"the day"};
    odd.rows.insert_or_assign("1", {"1"});
    const auto act = [&](const std::string& service, std::optional<RecordPlace> from) {
        business.note({{},
                       *world.time_zero + 1500_ms,
                       {NodeKind::kClient, 2},
                       kNoEvent,
                       ServiceActed{service, Deed::kUserCreated, "ann@shop", "", 0, from}});
    };
    act("users", RecordPlace{{"orders", PartitionId(0)}, Offset(12)});
    act("other", std::nullopt);
    act("users", std::nullopt);
    return world;
}

class DatabaseFile : public ::testing::Test {
protected:
    void SetUp() override {
        const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
        folder = fs::path(::testing::TempDir()) / (std::string("database_file_") + test->name());
        fs::remove_all(folder);
        fs::create_directories(folder);
        out = (folder / "users.sqlite").string();
    }
    void TearDown() override { fs::remove_all(folder); }

    [[nodiscard]] std::vector<std::string> files() const {
        std::vector<std::string> names;
        for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
            names.push_back(entry.path().filename().string());
        }
        return names;
    }
    [[nodiscard]] std::string failure() const {
        const Outcome<WrittenDatabase> written =
            write_database_file(out, world_with_users(), "users");
        return written.ok() ? "" : written.failure().what;
    }

    fs::path folder;
    std::string out;
};

TEST_F(DatabaseFile, HoldsTheTablesOfTheService) {
    const Outcome<WrittenDatabase> written = write_database_file(out, world_with_users(), "users");
    ASSERT_TRUE(written.ok()) << written.failure().what;
    EXPECT_EQ(*written, (WrittenDatabase{2, 3, 2, false}));
    EXPECT_THAT(query(out, "SELECT * FROM users ORDER BY email"),
                ElementsAre("ann@shop|3|007|Ann \"A\" O'Hara", "bob@shop|-12|8|"));
    EXPECT_THAT(query(out, "SELECT \"the day\" FROM \"order \"\"by\"\" day\""), ElementsAre("1"));
    EXPECT_THAT(files(), ElementsAre("users.sqlite")) << "and nothing beside it";
}

TEST_F(DatabaseFile, MakesNumbersOfColumnsThatHoldNothingElse) {
    ASSERT_EQ(failure(), "");
    EXPECT_THAT(query(out, "SELECT name, type, pk FROM pragma_table_info('users')"),
                ElementsAre("email|TEXT|1", "orders|INTEGER|0", "code|TEXT|0", "name|TEXT|0"));
    EXPECT_THAT(query(out, "SELECT sum(orders) FROM users"), ElementsAre("-9"));
}

TEST_F(DatabaseFile, HoldsWhatTheServiceDidInOrder) {
    ASSERT_EQ(failure(), "");
    EXPECT_THAT(query(out, "SELECT * FROM deeds"),
                ElementsAre("1500|till|user created|ann@shop||0|orders-0@12",
                            "1500|till|user created|ann@shop||0|NULL"));
}

TEST_F(DatabaseFile, OfAServiceThatKeepsNothingHoldsItsDeeds) {
    const Outcome<WrittenDatabase> written = write_database_file(out, world_with_users(), "other");
    ASSERT_TRUE(written.ok());
    EXPECT_EQ(*written, (WrittenDatabase{0, 0, 1, false}));
    EXPECT_THAT(query(out, "SELECT name FROM sqlite_schema"), ElementsAre("deeds"));
}

TEST_F(DatabaseFile, TakesThePlaceOfAnEarlierOne) {
    ASSERT_EQ(failure(), "");
    const Outcome<WrittenDatabase> again = write_database_file(out, world_with_users(), "other");
    ASSERT_TRUE(again.ok());
    EXPECT_TRUE(again->replaced);
    EXPECT_THAT(query(out, "SELECT count(*) FROM deeds"), ElementsAre("1"));
    EXPECT_THAT(query(out, "SELECT name FROM sqlite_schema WHERE name = 'users'"), IsEmpty());
}

TEST_F(DatabaseFile, NeverTakesThePlaceOfAnythingElse) {
    std::ofstream(out) << "my only copy";
    EXPECT_THAT(failure(), HasSubstr("is not an SQLite database; it stays as it is"));
    std::ifstream file(out);
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "my only copy");
    EXPECT_THAT(files(), ElementsAre("users.sqlite"));
}

TEST_F(DatabaseFile, LeavesADatabaseAloneThatIsInUse) {
    ASSERT_EQ(failure(), "");
    std::ofstream(out + "-wal") << "not yet in it";
    EXPECT_THAT(failure(), HasSubstr("this database is in use"));
    EXPECT_THAT(query(out, "SELECT count(*) FROM deeds"), ElementsAre("2"));
}

TEST_F(DatabaseFile, IsNotWrittenWhereNothingCanBe) {
    out = (folder / "no" / "such" / "folder.sqlite").string();
    EXPECT_THAT(failure(), HasSubstr("folder.sqlite: can't be written (No such file"));
    out = folder.string();
    EXPECT_THAT(failure(), HasSubstr("this is a folder"));
    EXPECT_THAT(files(), IsEmpty());
}

TEST_F(DatabaseFile, IsWrittenWhereALinkPoints) {
    ASSERT_EQ(failure(), "");
    const std::string real = out;
    out = (folder / "link").string();
    fs::create_symlink("users.sqlite", out);
    ASSERT_EQ(failure(), "");
    EXPECT_TRUE(fs::is_symlink(out));
    EXPECT_THAT(query(real, "SELECT count(*) FROM deeds"), ElementsAre("2"));
}

}  // namespace
}  // namespace brokerlab
