// The small text files of a log directory; declared in log_files.h.
#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "sim/log/log_files.h"

namespace brokerlab {
namespace {

constexpr std::string_view kCheckpointVersion = "0";
constexpr std::string_view kMetadataVersion = "version: 0";
constexpr std::string_view kTopicId = "topic_id: ";

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    }
    return lines;
}

/// The whole of `text` as a number that is not negative.
template <class Int>
std::optional<Int> number(std::string_view text) {
    Int value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0) {
        return std::nullopt;
    }
    return value;
}

}  // namespace

std::string encode_leader_epoch_checkpoint(const LeaderEpochCache& cache) {
    std::string text = fmt::format("{}\n{}\n", kCheckpointVersion, cache.entries().size());
    for (const EpochEntry& entry : cache.entries()) {
        text += fmt::format("{} {}\n", entry.epoch.value, entry.start_offset.value);
    }
    return text;
}

Outcome<LeaderEpochCache> decode_leader_epoch_checkpoint(std::string_view text) {
    const std::vector<std::string_view> lines = lines_of(text);
    if (lines.empty() || lines[0] != kCheckpointVersion) {
        return Failure{"line 1: expected the version, 0"};
    }
    const auto count = lines.size() > 1 ? number<int32_t>(lines[1]) : std::nullopt;
    if (!count) {
        return Failure{"line 2: expected the number of entries"};
    }
    if (static_cast<std::size_t>(*count) != lines.size() - 2) {
        return Failure{fmt::format("line 2: {} entries are announced, but {} follow", *count,
                                   lines.size() - 2)};
    }
    LeaderEpochCache cache;
    for (std::size_t i = 2; i < lines.size(); ++i) {
        const std::size_t space = lines[i].find(' ');
        const auto epoch = number<int32_t>(lines[i].substr(0, space));
        const auto offset = space == std::string_view::npos
                                ? std::nullopt
                                : number<int64_t>(lines[i].substr(space + 1));
        if (!epoch || !offset) {
            return Failure{
                fmt::format("line {}: expected 'EPOCH START_OFFSET', got '{}'", i + 1, lines[i])};
        }
        const std::vector<EpochEntry>& before = cache.entries();
        if (!before.empty() && (before.back().epoch >= LeaderEpoch(*epoch) ||
                                before.back().start_offset >= Offset(*offset))) {
            return Failure{fmt::format("line {}: '{}' must be above the line before it in both",
                                       i + 1, lines[i])};
        }
        cache.assign(LeaderEpoch(*epoch), Offset(*offset));
    }
    return cache;
}

std::string encode_partition_metadata(Uuid topic_id) {
    return fmt::format("{}\n{}{}", kMetadataVersion, kTopicId, topic_id.to_string());
}

Outcome<Uuid> decode_partition_metadata(std::string_view text) {
    const std::vector<std::string_view> lines = lines_of(text);
    if (lines.empty() || lines[0] != kMetadataVersion) {
        return Failure{"line 1: expected 'version: 0'"};
    }
    if (lines.size() < 2 || !lines[1].starts_with(kTopicId)) {
        return Failure{"line 2: expected 'topic_id: ' and an id"};
    }
    const Outcome<Uuid> id = Uuid::parse(lines[1].substr(kTopicId.size()));
    if (!id) {
        return Failure{"line 2: " + id.failure().what};
    }
    return id;
}

}  // namespace brokerlab
