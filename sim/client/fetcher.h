// Fetching: what a consumer asks the leaders for, what it makes of their answers, and what poll()
// takes of it.
//
// One Fetch at a time goes to a broker, for the partitions that it leads and of which nothing waits
// to be returned. Fetches belong to no session (KIP-227): each names its partitions in full. Not
// modelled: reading from followers (KIP-392). [clients/consumer/internals/AbstractFetch.java,
// FetchCollector.java]
#pragma once

#include <cstdint>
#include <vector>

#include "sim/client/consumer_core.h"
#include "sim/client/polled_record.h"
#include "sim/model/env.h"
#include "sim/model/messages/fetch.h"

namespace brokerlab {

void send_fetches(ConsumerCore& core, const Env& env, Effects& fx);

void on_fetched(ConsumerCore& core, BrokerId broker, const FetchResponse& response, Effects& fx);
/// The Fetch to that broker has no answer.
void on_fetch_failed(ConsumerCore& core, BrokerId broker);

/// Records of one partition without a gap between their offsets.
struct PolledRun {
    TopicPartition partition;
    Offset first;
    Offset last;

    bool operator==(const PolledRun&) const = default;
};

/// What one poll() returns.
struct PolledRecords {
    uint32_t records = 0;
    bool advanced = false;  ///< a position moved, though perhaps only past markers
};
/// Takes up to max.poll.records of what came. Of a partition whose position is in doubt, what came
/// is thrown away; of a paused one, it waits. `runs`, if given, gets the records one by one or in
/// runs, in poll()'s order; `contents` then gets each with its key and value.
[[nodiscard]] PolledRecords collect_records(ConsumerCore& core,
                                            std::vector<PolledRun>* runs = nullptr,
                                            std::vector<PolledRecord>* contents = nullptr);

}  // namespace brokerlab
