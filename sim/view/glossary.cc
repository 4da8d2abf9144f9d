#include "sim/view/glossary.h"

#include <algorithm>
#include <array>

#include "sim/base/letter_case.h"

namespace brokerlab {
namespace {

// In the order of what builds on what; the search does not depend on it.
constexpr auto kEntries = std::to_array<GlossaryEntry>({
    // The cluster.
    {"broker", "",
     "A server that keeps partitions' logs and answers producers, consumers and other brokers."},
    {"cluster", "", "All brokers and controllers that work together, under one cluster id."},
    {"controller", "",
     "A server that keeps the cluster's metadata. One of them is active and decides who leads "
     "which partition; the others stand by with the same log."},
    {"active controller", "",
     "The controller that leads the metadata quorum: it alone decides, and its decisions count "
     "once a majority of the controllers has them."},
    {"metadata quorum", "quorum",
     "The controllers, which agree on one metadata log by majority. Without a majority nothing "
     "can be decided, while partitions that have a leader go on."},
    {"KRaft", "",
     "Kafka's own form of the Raft protocol: the controllers elect a leader and copy its log. It "
     "took the place of ZooKeeper."},
    {"metadata log", "__cluster_metadata",
     "The log of all decisions: topics, leaders, ISRs, brokers, configurations. Brokers read it "
     "and do what it says."},
    {"pre-vote", "",
     "A controller first asks whether it could win. So one that comes back from being cut off "
     "disturbs nobody (KIP-996)."},
    {"epoch", "",
     "A number that goes up with every change of a leader or of a process's life, so that what is "
     "left over from an older one is recognized and refused."},
    {"registration", "",
     "A starting broker makes itself known to the active controller and gets a broker epoch; it "
     "begins fenced."},
    {"broker epoch", "",
     "Numbers the lives of a broker's process: the offset of its registration in the metadata "
     "log."},
    {"heartbeat", "",
     "What a broker sends the active controller every broker.heartbeat.interval.ms to say that it "
     "is alive and how far it has read the metadata."},
    {"session", "",
     "The time for which the controller takes a broker for alive after a heartbeat: "
     "broker.session.timeout.ms."},
    {"fencing", "fenced",
     "The controller counts a broker as not there: it may lead nothing and is in no ISR. It "
     "happens when heartbeats stay away, and ends when they arrive again."},
    {"unfencing", "unfenced",
     "The controller counts a broker as there again, once it has read the metadata up to its own "
     "registration: it may lead and be in sync."},
    {"controlled shutdown", "",
     "An orderly end: the broker asks the controller to move its leaderships away before it "
     "stops."},
    {"rack", "",
     "A name for where a broker stands. Replicas of a partition are spread over racks, so that "
     "one of them can fail as a whole."},
    // Topics and logs.
    {"topic", "", "A named stream of records, cut into partitions."},
    {"partition", "",
     "A part of a topic: one log, in which records have an order. Partitions are what is spread "
     "over brokers."},
    {"record", "", "A key, a value and a timestamp: what producers write and consumers read."},
    {"record batch", "batch",
     "Records that a producer sends together. A batch is the unit that is written, copied, "
     "compressed and checked."},
    {"key", "",
     "The part of a record that decides its partition: equal keys go to the same one, so their "
     "order is kept."},
    {"offset", "", "The position of a record in its partition's log, counted from 0."},
    {"log", "",
     "A partition's records on one broker, in the order of their offsets. New ones are only added "
     "at the end."},
    {"segment", "",
     "A file of a log. Only the newest is written to; retention deletes whole old ones."},
    {"log end offset", "LEO", "The offset that the next record of this replica's log will get."},
    {"log start offset", "", "The first offset that is still in the log."},
    {"high watermark", "HW",
     "The offset up to which all in-sync replicas have the records. Consumers read only what is "
     "below it, and acks=all waits for it."},
    {"retention", "",
     "How long or how much of a log is kept: what is older than retention.ms, or more than "
     "retention.bytes, is deleted segment by segment."},
    {"compaction", "",
     "Cleaning that keeps only the newest record of each key, in topics with "
     "cleanup.policy=compact."},
    {"page cache", "",
     "The operating system's memory for files. Kafka counts a record as written once it is there; "
     "when the power fails, what was not yet on the disk is gone."},
    {"checkpoint", "",
     "A small file in which a broker notes every few seconds how far its logs are safe, to begin "
     "there after a restart."},
    // Replication.
    {"replica", "",
     "A copy of a partition's log on one broker. One of them leads, the others follow."},
    {"replication factor", "", "How many replicas a partition has."},
    {"leader", "",
     "The replica that takes all writes of a partition, and from which the followers copy."},
    {"follower", "",
     "A replica that copies the leader's log by fetching from it, again and again."},
    {"preferred leader", "",
     "The first in the list of a partition's replicas. Leadership goes back to it after a while, "
     "so that load stays spread."},
    {"in-sync replicas", "ISR",
     "The replicas that keep up with the leader, itself included. Only they may become leader "
     "without losing anything that was acknowledged with acks=all."},
    {"under-replicated", "", "A partition whose ISR is smaller than its list of replicas."},
    {"offline partition", "",
     "A partition without a leader: nobody can write to it or read from it."},
    {"leader epoch", "",
     "Counts a partition's leaders. Every batch carries the epoch in which it was written; by that "
     "replicas find where their logs part."},
    {"leader election", "",
     "The controller names a new leader: the first in the list of replicas that is in the ISR and "
     "alive."},
    {"unclean election", "unclean leader election",
     "A replica outside the ISR becomes leader, because no other is there. What it does not have "
     "is lost. Off unless unclean.leader.election.enable says otherwise."},
    {"truncation", "truncated",
     "A follower cuts off the end of its log where that differs from its leader's. Such records "
     "were never below the high watermark, unless an election was unclean."},
    {"AlterPartition", "",
     "The request by which a leader asks the controller to take replicas into the ISR or out of "
     "it."},
    {"reassignment", "",
     "Moving a partition to other brokers: new replicas copy the log, and when they are in sync "
     "the old ones go."},
    {"replica.lag.time.max.ms", "",
     "A follower that has not been caught up with its leader for this long is thrown out of the "
     "ISR; 30 s by default, looked at every half of it."},
    {"min.insync.replicas", "min ISR",
     "With fewer replicas in the ISR than this, a leader refuses writes with acks=all. With 2 of 3 "
     "replicas, one broker may fail."},
    {"broker.session.timeout.ms", "",
     "The controller fences a broker of which it has had no heartbeat for this long; 9 s by "
     "default."},
    {"broker.heartbeat.interval.ms", "", "How often a broker sends a heartbeat; 2 s by default."},
    {"replica.fetch.wait.max.ms", "",
     "How long a leader keeps a follower's fetch when it has nothing new; 500 ms by default."},
    {"controller.quorum.fetch.timeout.ms", "",
     "A controller that gets no answer from the quorum's leader for this long asks for votes; 2 s "
     "by default."},
    {"leader.imbalance.check.interval.seconds", "",
     "How long after leaders strayed from their preferred brokers they are moved back; 300 s by "
     "default."},
    {"auto.create.topics.enable", "",
     "Whether asking for a topic that does not exist creates it; on by default."},
    {"unclean.leader.election.enable", "",
     "Whether a replica outside the ISR may lead when nobody else is there; off by default."},
    // Requests.
    {"Produce", "", "The request with which a producer sends batches to a leader."},
    {"Fetch", "",
     "The request with which followers and consumers ask a leader for records from an offset on."},
    {"Metadata", "", "The request by which a client learns who leads which partition."},
    {"long poll", "",
     "A fetch that finds nothing new is kept by the broker until something comes or its wait is "
     "over."},
    {"purgatory", "",
     "Where a broker keeps requests that can't be answered yet: writes that wait for the high "
     "watermark, fetches that wait for records."},
    {"NOT_LEADER_OR_FOLLOWER", "",
     "The broker does not lead this partition (any more). The client asks for metadata and tries "
     "again elsewhere."},
    {"NOT_ENOUGH_REPLICAS", "",
     "The ISR is smaller than min.insync.replicas, so nothing was written. The client tries "
     "again."},
    {"OUT_OF_ORDER_SEQUENCE_NUMBER", "",
     "A batch of an idempotent producer is not the one that should come next: the one before it is "
     "missing in this log, or it was appended long ago and this is a late copy of it."},
    {"FENCED_LEADER_EPOCH", "", "The request speaks of an older leader epoch than the broker's."},
    // Producers.
    {"producer", "", "A client that writes records to topics."},
    {"acks", "",
     "When a write counts as done for the producer: 0 at once, 1 when the leader has it, all (-1) "
     "when all in-sync replicas have it."},
    {"idempotence", "enable.idempotence",
     "The producer numbers its batches, and brokers write each only once and in order, however "
     "often it is sent again. On by default."},
    {"producer id", "",
     "A number that a broker gives an idempotent producer; with its epoch and sequences it tells a "
     "repetition from a new batch."},
    {"sequence number", "sequence",
     "Counts an idempotent producer's records in one partition. A gap is refused, a repetition is "
     "recognized."},
    {"linger.ms", "",
     "How long a producer waits for more records before it sends a batch that is not full; 5 ms by "
     "default."},
    {"batch.size", "", "How many bytes a producer collects in a batch at most; 16 KiB by default."},
    {"buffer.memory", "",
     "How many bytes of unsent records a producer holds; then send() waits. 32 MiB by default."},
    {"max.block.ms", "",
     "How long send() waits for metadata or memory before it fails; 60 s by default."},
    {"delivery.timeout.ms", "",
     "How long a producer tries to get a record acknowledged, all repetitions included; 2 minutes "
     "by default."},
    {"request.timeout.ms", "",
     "How long a client waits for the answer to a request before it gives up the connection and "
     "tries again; 30 s by default."},
    {"retry.backoff.ms", "",
     "How long a client waits before it repeats a request that failed; from 100 ms it doubles up "
     "to retry.backoff.max.ms."},
    {"max.in.flight.requests.per.connection", "",
     "How many requests a producer sends to a broker before the first is answered; 5 by default."},
    // Consumers.
    {"consumer", "", "A client that reads records, in the order of each partition."},
    {"consumer group", "group",
     "Consumers that share the partitions of their topics: each partition is read by one of "
     "them."},
    {"consumer lag", "lag", "How many records a reader is behind the end of what it may read."},
    {"auto.offset.reset", "",
     "Where a consumer goes on when its position is not in the log: at the earliest or the latest "
     "record, or not at all."},
    {"fetch.max.wait.ms", "",
     "How long a broker may keep a consumer's fetch when there is too little to read; 500 ms by "
     "default."},
    // Consumer groups.
    {"group coordinator", "coordinator",
     "The broker that looks after a group: it knows the members, hears their heartbeats and keeps "
     "their commits. It is the leader of the partition of __consumer_offsets that the group's name "
     "falls into."},
    {"__consumer_offsets", "",
     "The internal topic in which group coordinators keep groups and their committed offsets."},
    {"rebalance", "",
     "Sharing a group's partitions anew, because a member came, left or was not heard of, or "
     "because the topics have changed."},
    {"generation", "",
     "Counts the assignments of a classic group. Who speaks of an old one is refused."},
    {"group epoch", "",
     "Counts the changes of a group of the consumer protocol (KIP-848); each calls for a new "
     "target "
     "assignment."},
    {"assignor", "",
     "The rule by which the partitions are shared: range, round robin, sticky, cooperative-sticky, "
     "uniform."},
    {"committed offset", "commit",
     "How far a group says that it has read a partition: there its next owner begins."},
    {"revoke", "", "To take a partition from a member, which may still commit how far it was."},
    {"JoinGroup", "",
     "The request with which a member joins a classic group. It waits until all have joined."},
    {"SyncGroup", "",
     "The request with which a member of a classic group asks for its partitions; the leading "
     "member's brings the assignment."},
    {"session.timeout.ms", "session time-out",
     "A member that is not heard of for so long is put out of its group; 45 s by default."},
    {"heartbeat.interval.ms", "",
     "How often a member tells the coordinator that it is alive; 3 s by default."},
    {"max.poll.interval.ms", "",
     "A member that does not call poll() for so long leaves its group; 5 min by default. It is "
     "also "
     "the time that others wait for it in a rebalance."},
    {"group.initial.rebalance.delay.ms", "",
     "How long a group that was empty waits for more members before its first assignment; 3 s by "
     "default."},
    {"static member", "",
     "A member with a group.instance.id: it may restart within its session without a rebalance."},
    {"auto.commit.interval.ms", "",
     "How often poll() commits by itself with enable.auto.commit=true; 5 s by default."},
});

bool is_letter_or_digit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool same_word(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), same_letter);
}

/// A dot or dash between two letters joins them: "linger.ms", "orders-0".
bool joins(std::string_view text, std::size_t at) {
    const bool joint = text[at] == '.' || text[at] == '-';
    return is_letter_or_digit(text[at]) ||
           (joint && at > 0 && at + 1 < text.size() && is_letter_or_digit(text[at - 1]) &&
            is_letter_or_digit(text[at + 1]));
}

bool is_boundary(std::string_view text, std::size_t at) {
    return at == 0 || at == text.size() || !joins(text, at - 1) || !joins(text, at);
}

/// How long the noun is at the beginning of `text`, with its plural; 0 when it is not there.
std::size_t length_here(std::string_view text, std::size_t at, std::string_view word) {
    if (word.empty() || !same_word(text.substr(at, word.size()), word)) {
        return 0;
    }
    for (const std::string_view ending : {"es", "s", ""}) {
        const std::size_t length = word.size() + ending.size();
        if (same_word(text.substr(std::min(at + word.size(), text.size()), ending.size()),
                      ending) &&
            is_boundary(text, at + length)) {
            return length;
        }
    }
    return 0;
}

}  // namespace

std::span<const GlossaryEntry> glossary() {
    return kEntries;
}

const GlossaryEntry* find_noun(std::string_view word) {
    for (const GlossaryEntry& entry : kEntries) {
        if (!word.empty() && (length_here(word, 0, entry.word) == word.size() ||
                              length_here(word, 0, entry.short_form) == word.size())) {
            return &entry;
        }
    }
    return nullptr;
}

std::vector<NounAt> nouns_in(std::string_view text) {
    std::vector<NounAt> nouns;
    std::size_t at = 0;
    while (at < text.size()) {
        NounAt longest{at, at, nullptr};
        if (is_letter_or_digit(text[at]) && is_boundary(text, at)) {
            for (const GlossaryEntry& entry : kEntries) {
                const std::size_t length = std::max(length_here(text, at, entry.word),
                                                    length_here(text, at, entry.short_form));
                if (at + length > longest.end) {
                    longest = {at, at + length, &entry};
                }
            }
        }
        if (longest.entry != nullptr) {
            nouns.push_back(longest);
            at = longest.end;
        } else {
            ++at;
        }
    }
    return nouns;
}

}  // namespace brokerlab
