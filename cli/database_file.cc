#include "cli/database_file.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "sim/view/service_sentences.h"

namespace brokerlab {
namespace {

namespace fs = std::filesystem;

/// With which every SQLite database begins, its final zero included.
constexpr std::string_view kSqliteMark{"SQLite format 3\0", 16};

/// "weird ""name""": any text as a name in SQL.
std::string sql_name(std::string_view name) {
    std::string text = "\"";
    for (const char c : name) {
        text += c;
        if (c == '"') {
            text += c;
        }
    }
    return text + "\"";
}

/// A whole number as SQLite would write it; "007" and "+7" are text.
std::optional<int64_t> whole_number(const std::string& text) {
    int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [read_to, error] = std::from_chars(text.data(), end, value);
    const bool whole = error == std::errc() && read_to == end && std::to_string(value) == text;
    return whole ? std::optional(value) : std::nullopt;
}

/// A file that is gone again at the end, unless it was given its name.
class NewFile {
public:
    explicit NewFile(const std::string& path)
        : path_(fmt::format("{}.new-{}", path, ::getpid())),
          file_(::open(path_.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666)),
          error_(errno) {
        if (file_ >= 0) {
            ::close(file_);
        }
    }
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile() {
        if (file_ >= 0 && !named_) {
            std::error_code ignored;
            fs::remove(path_, ignored);
            fs::remove(path_ + "-journal", ignored);
        }
    }

    [[nodiscard]] bool made() const { return file_ >= 0; }
    [[nodiscard]] std::string why_not() const { return std::strerror(error_); }
    [[nodiscard]] const std::string& path() const { return path_; }
    /// Gives it its name, in place of what has it now.
    [[nodiscard]] std::error_code name(const std::string& path) {
        std::error_code error;
        fs::rename(path_, path, error);
        named_ = !error;
        return error;
    }

private:
    std::string path_;
    int file_ = -1;
    int error_ = 0;
    bool named_ = false;
};

/// An open database. After the first error nothing more is done, and `failed()` says what it was.
class Database3 {
public:
    explicit Database3(const std::string& path) {
        note(sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE, nullptr));
    }
    Database3(const Database3&) = delete;
    Database3& operator=(const Database3&) = delete;
    ~Database3() { sqlite3_close_v2(handle_); }

    void run(const std::string& sql) {
        if (!error_) {
            note(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr));
        }
    }
    /// Closes it, so that everything is in the file.
    void close() {
        const int result = sqlite3_close(handle_);
        if (result == SQLITE_OK) {
            handle_ = nullptr;
        }
        note(result);
    }

    [[nodiscard]] sqlite3* handle() const { return handle_; }
    [[nodiscard]] const std::optional<std::string>& failed() const { return error_; }
    void note(int result) {
        if (!error_ && result != SQLITE_OK && result != SQLITE_DONE) {
            error_ = handle_ == nullptr ? sqlite3_errstr(result) : sqlite3_errmsg(handle_);
        }
    }

private:
    sqlite3* handle_ = nullptr;
    std::optional<std::string> error_;
};

/// Fills one table, row by row.
class Inserter {
public:
    Inserter(Database3& database, const std::string& table, std::size_t columns)
        : database_(database), columns_(columns) {
        std::string places;
        for (std::size_t i = 0; i < columns; ++i) {
            places += i == 0 ? "?" : ", ?";
        }
        const std::string sql = fmt::format("INSERT INTO {} VALUES ({})", sql_name(table), places);
        if (!database_.failed()) {
            database_.note(
                sqlite3_prepare_v2(database_.handle(), sql.c_str(), -1, &statement_, nullptr));
        }
    }
    Inserter(const Inserter&) = delete;
    Inserter& operator=(const Inserter&) = delete;
    ~Inserter() { sqlite3_finalize(statement_); }

    void add(const std::vector<std::optional<std::string>>& values) {
        if (database_.failed()) {
            return;
        }
        for (std::size_t i = 0; i < columns_; ++i) {
            const bool has = i < values.size() && values[i].has_value();
            bind(static_cast<int>(i) + 1, has ? &*values[i] : nullptr);
        }
        database_.note(sqlite3_step(statement_));
        sqlite3_reset(statement_);
    }

private:
    /// The text must outlive the step: it is not copied. The column makes a number of it or does
    /// not. nullptr is NULL.
    void bind(int place, const std::string* value) {
        database_.note(value != nullptr ? sqlite3_bind_text64(statement_, place, value->data(),
                                                              value->size(), nullptr, SQLITE_UTF8)
                                        : sqlite3_bind_null(statement_, place));
    }

    Database3& database_;
    std::size_t columns_;
    sqlite3_stmt* statement_ = nullptr;
};

/// Whether each value of a column is a whole number; no value is none.
bool is_integer(const DatabaseTable& table, std::size_t column) {
    return !table.rows.empty() &&
           std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& item) {
               return column < item.second.size() && whole_number(item.second[column]).has_value();
           });
}

void write_table(Database3& database, const std::string& name, const DatabaseTable& table) {
    std::string columns;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        columns += fmt::format("{}{} {}{}", i == 0 ? "" : ", ", sql_name(table.columns[i]),
                               is_integer(table, i) ? "INTEGER" : "TEXT",
                               i == 0 ? " PRIMARY KEY NOT NULL" : "");
    }
    database.run(fmt::format("CREATE TABLE {} ({})", sql_name(name), columns));
    Inserter rows(database, name, table.columns.size());
    for (const auto& [key, row] : table.rows) {
        rows.add({row.begin(), row.end()});
    }
}

std::size_t write_deeds(Database3& database, const World& world, const std::string& service) {
    database.run(
        "CREATE TABLE deeds (at_ms INTEGER NOT NULL, instance TEXT NOT NULL, deed TEXT NOT NULL, "
        "subject TEXT NOT NULL, item TEXT NOT NULL, amount INTEGER NOT NULL, record TEXT)");
    Inserter rows(database, "deeds", 7);
    const ChunkedVector<DoneDeed>& deeds = world.business->deeds;
    std::size_t count = 0;
    for (std::size_t i = 0; i < deeds.size(); ++i) {
        const DoneDeed& done = deeds[i];
        if (done.deed.service != service) {
            continue;
        }
        ++count;
        std::optional<std::string> record;
        if (done.deed.from) {
            record = fmt::format("{}@{}", done.deed.from->partition.to_string(),
                                 done.deed.from->offset.value);
        }
        rows.add({std::to_string(world.shown(done.at).to_ms()), node_name(world, done.by),
                  std::string(deed_word(done.deed.deed)), done.deed.subject, done.deed.item,
                  std::to_string(done.deed.amount), std::move(record)});
    }
    return count;
}

/// Why the file must stay as it is; `replaces` is whether there is one.
std::optional<Failure> check_target(const std::string& path, bool& replaces) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
        return Failure{path + ": this is a folder"};
    }
    replaces = fs::exists(path, error);
    if (!replaces) {
        return std::nullopt;
    }
    if (!fs::is_regular_file(path, error)) {
        return Failure{path + ": this is not a file"};
    }
    std::ifstream file(path, std::ios::binary);
    std::string start(kSqliteMark.size(), ' ');
    file.read(start.data(), static_cast<std::streamsize>(start.size()));
    if (start != kSqliteMark) {
        return Failure{path +
                       ": this file is there already and is not an SQLite database; it stays as "
                       "it is"};
    }
    for (const char* beside : {"-journal", "-wal"}) {
        if (fs::exists(path + beside, error)) {
            return Failure{
                fmt::format("{}: this database is in use ({}{} lies beside it); it "
                            "stays as it is",
                            path, path, beside)};
        }
    }
    return std::nullopt;
}

}  // namespace

Outcome<WrittenDatabase> write_database_file(const std::string& path, const World& world,
                                             const std::string& service) {
    std::error_code error;
    const fs::path behind_links = fs::weakly_canonical(path, error);
    const std::string target = error ? path : behind_links.string();
    WrittenDatabase written;
    if (std::optional<Failure> failure = check_target(target, written.replaced)) {
        return *std::move(failure);
    }
    NewFile file(target);
    if (!file.made()) {
        return Failure{fmt::format("{}: can't be written ({})", path, file.why_not())};
    }
    Database3 database(file.path());
    database.run("BEGIN");
    if (const Cow<Database>* kept = world.business->databases.find(service)) {
        for (const auto& [name, table] : (*kept)->tables) {
            write_table(database, name, *table);
            ++written.tables;
            written.rows += table->rows.size();
        }
    }
    written.deeds = write_deeds(database, world, service);
    database.run("COMMIT");
    database.close();
    if (database.failed()) {
        return Failure{fmt::format("{}: can't be written ({})", path, *database.failed())};
    }
    if (const std::error_code refused = file.name(target)) {
        return Failure{fmt::format("{}: can't be written ({})", path, refused.message())};
    }
    return written;
}

}  // namespace brokerlab
