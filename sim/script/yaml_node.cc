#include "sim/script/yaml_node.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "sim/base/nearest_word.h"
#include "sim/kernel/duration_text.h"

namespace brokerlab {

void FileErrors::add(const YAML::Mark& mark, std::string what, int offset) {
    if (!first_) {
        // What is not there has no place: the file's beginning stands for it.
        first_ = FileError{std::max(mark.line, 0) + 1, std::max(mark.column, 0) + 1 + offset,
                           std::move(what)};
    }
}

void YamlNode::fail(std::string why, int offset) const {
    // The place of a quoted text is that of its quote: the text begins behind it.
    const bool quoted = offset > 0 && there() && node_.Tag() == "!";
    errors_->add(mark(), std::move(why), offset + (quoted ? 1 : 0));
}

void YamlNode::expect_keys(std::initializer_list<std::string_view> keys) const {
    if (!node_.IsMap()) {
        fail(fmt::format("{} must be a map with the keys {}", what_, fmt::join(keys, ", ")));
        return;
    }
    for (const Entry& entry : entries()) {
        if (std::find(keys.begin(), keys.end(), entry.key) != keys.end()) {
            continue;
        }
        const std::vector<std::string_view> known(keys);
        const std::optional<std::string_view> near = nearest_word(entry.key, known);
        errors_->add(entry.key_mark, near ? fmt::format("{} has no key '{}'; did you mean '{}'?",
                                                        what_, entry.key, *near)
                                          : fmt::format("{} has no key '{}'; its keys are {}",
                                                        what_, entry.key, fmt::join(keys, ", ")));
        return;
    }
}

YamlNode YamlNode::at(const std::string& key) const {
    // A const node adds nothing when asked for a key that is not there. What it gives then throws
    // at every touch; an undefined node does not.
    const YAML::Node& parent = node_;
    YAML::Node child(YAML::NodeType::Undefined);
    if (parent.IsDefined() && parent.IsMap()) {
        if (const YAML::Node found = parent[key]) {
            child.reset(found);
        }
    }
    YamlNode value(child, fmt::format("'{}'", key), *errors_);
    if (child.IsDefined() && child.IsNull()) {
        for (const auto& pair : parent) {
            if (pair.first.IsScalar() && pair.first.Scalar() == key) {
                value.mark_ = pair.first.Mark();
            }
        }
    }
    return value;
}

YamlNode YamlNode::need(const std::string& key) const {
    YamlNode child = at(key);
    if (!child.there()) {
        fail(fmt::format("{} needs the key '{}'", what_, key));
    }
    return child;
}

std::vector<YamlNode> YamlNode::items(const std::string& item_name) const {
    std::vector<YamlNode> list;
    if (!there() || node_.IsNull()) {
        return list;
    }
    if (!node_.IsSequence()) {
        fail(fmt::format("{} must be a list", what_));
        return list;
    }
    for (const YAML::Node& item : node_) {
        list.emplace_back(item, item_name, *errors_);
    }
    return list;
}

std::vector<YamlNode::Entry> YamlNode::entries() const {
    std::vector<Entry> list;
    if (!there() || node_.IsNull()) {
        return list;
    }
    if (!node_.IsMap()) {
        fail(fmt::format("{} must be a map", what_));
        return list;
    }
    std::set<std::string> seen;
    for (const auto& pair : node_) {
        if (!pair.first.IsScalar()) {
            errors_->add(pair.first.Mark(), fmt::format("a key of {} must be a word", what_));
            continue;
        }
        std::string key = pair.first.Scalar();
        if (!seen.insert(key).second) {
            errors_->add(pair.first.Mark(), fmt::format("the key '{}' stands twice", key));
            continue;
        }
        std::string name = fmt::format("'{}'", key);
        list.push_back(
            {std::move(key), pair.first.Mark(), YamlNode(pair.second, std::move(name), *errors_)});
    }
    return list;
}

std::string YamlNode::text(std::string fallback) const {
    if (!there()) {
        return fallback;
    }
    if (!node_.IsScalar()) {
        fail(fmt::format("{} must be one value", what_));
        return fallback;
    }
    return node_.Scalar();
}

int64_t YamlNode::integer(int64_t fallback, int64_t min, int64_t max) const {
    if (!there()) {
        return fallback;
    }
    const std::string word = text();
    int64_t value = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (error != std::errc() || end != word.data() + word.size() || word.empty()) {
        fail(fmt::format("{} must be a whole number, not '{}'", what_, word));
        return fallback;
    }
    if (value < min || value > max) {
        fail(fmt::format("{} must be from {} to {}, not {}", what_, min, max, value));
        return fallback;
    }
    return value;
}

Duration YamlNode::duration(Duration fallback) const {
    if (!there()) {
        return fallback;
    }
    const Outcome<Duration> value = parse_duration(text());
    if (!value.ok()) {
        fail(value.failure().what);
        return fallback;
    }
    return *value;
}

}  // namespace brokerlab
