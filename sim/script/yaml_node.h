// YamlNode: a part of a YAML file that knows its place, read with checks.
//
// The first thing that is wrong is kept, with line and column; after it every reader gives a
// default, so that code that reads need not look after each step.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <yaml-cpp/yaml.h>

#include "sim/kernel/sim_time.h"

namespace brokerlab {

/// Why a file can't be used, and where: both count from 1.
struct FileError {
    int line = 1;
    int column = 1;
    std::string what;

    bool operator==(const FileError&) const = default;
};

/// Collects the first error of a file.
class FileErrors {
public:
    void add(const YAML::Mark& mark, std::string what, int offset = 0);
    [[nodiscard]] const std::optional<FileError>& first() const { return first_; }
    [[nodiscard]] bool any() const { return first_.has_value(); }

private:
    std::optional<FileError> first_;
};

class YamlNode {
public:
    /// `what` names the node in messages: "cluster", "a producer".
    YamlNode(YAML::Node node, std::string what, FileErrors& errors)
        : node_(std::move(node)),
          mark_(node_.IsDefined() ? node_.Mark() : YAML::Mark::null_mark()),
          what_(std::move(what)),
          errors_(&errors) {}
    // Assigning a YAML::Node changes the file that it is a part of.
    YamlNode(const YamlNode&) = default;
    YamlNode& operator=(const YamlNode&) = delete;

    [[nodiscard]] bool there() const { return node_.IsDefined(); }
    [[nodiscard]] bool is_map() const { return node_.IsMap(); }
    [[nodiscard]] bool is_list() const { return node_.IsSequence(); }
    [[nodiscard]] YAML::Mark mark() const { return mark_; }
    [[nodiscard]] const std::string& what() const { return what_; }
    /// Says that this node is wrong; `offset` shifts the column into its text.
    void fail(std::string why, int offset = 0) const;

    /// The node must be a map with some of these keys, each once.
    void expect_keys(std::initializer_list<std::string_view> keys) const;
    /// The value at a key; may not be there.
    [[nodiscard]] YamlNode at(const std::string& key) const;
    /// The value at a key, which must be there.
    [[nodiscard]] YamlNode need(const std::string& key) const;
    /// The items of a list, named `item_name`; a node that is not there has none.
    [[nodiscard]] std::vector<YamlNode> items(const std::string& item_name) const;

    struct Entry;
    /// The entries of a map with free keys, each key once.
    [[nodiscard]] std::vector<Entry> entries() const;

    // A scalar of some type; the fallback when the node is not there.
    [[nodiscard]] std::string text(std::string fallback = {}) const;
    [[nodiscard]] int64_t integer(int64_t fallback, int64_t min, int64_t max) const;
    [[nodiscard]] Duration duration(Duration fallback = {}) const;

private:
    YAML::Node node_;
    YAML::Mark mark_;  ///< of a value that is empty: that of its key
    std::string what_;
    FileErrors* errors_;
};

struct YamlNode::Entry {
    std::string key;
    YAML::Mark key_mark;
    YamlNode value;
};

}  // namespace brokerlab
