// FetchSessionHandler: a reader's side of a fetch session: what its next request must say.
//
// The first request of a session names all partitions; those after it only what changed, and the
// answers only what has news (KIP-227). One handler serves one leader, which may refuse to keep a
// session: then every request stays full. Followers' fetchers use it; the lab's consumers ask in
// full each time. Not modelled: throttled answers, and requests that can't use topic ids.
// [clients/FetchSessionHandler.java]
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/digest.h"
#include "sim/model/ids.h"
#include "sim/model/messages/fetch.h"

namespace brokerlab {

/// Session epochs with a meaning of their own [FetchMetadata.java].
inline constexpr int32_t kInitialSessionEpoch = 0;  ///< a full request that asks for a session
inline constexpr int32_t kFinalSessionEpoch = -1;   ///< a full request that ends one, or wants none
inline constexpr int32_t kNoFetchSession = 0;       ///< the id of no session

[[nodiscard]] constexpr bool is_full_fetch(int32_t session_epoch) {
    return session_epoch == kInitialSessionEpoch || session_epoch == kFinalSessionEpoch;
}
/// The epoch of the request after the one of `epoch`.
[[nodiscard]] int32_t next_session_epoch(int32_t epoch);

class FetchSessionHandler {
public:
    /// A partition as the leader was last told of it.
    struct Told {
        Uuid topic_id;
        FetchRequest::Partition asked;
        uint64_t wanted_in = 0;  ///< the last request that wanted it

        bool operator==(const Told&) const = default;
    };

    /// Fills in a request's session and partitions; lives as long as the call that makes it.
    class Builder {
    public:
        Builder(FetchSessionHandler& session, FetchRequest& request);
        /// The request is to read this partition, too. It is named only when that is news.
        void add(const Uuid& topic_id, const FetchRequest::Partition& asked);
        /// What was not added is to be forgotten.
        void finish();

    private:
        FetchSessionHandler& session_;
        FetchRequest& request_;
        const bool full_;
        std::size_t next_ = 0;    ///< where the next partition is looked for first
        std::size_t wanted_ = 0;  ///< how many of those told are wanted
    };

    /// Takes the head of an answer. False: its partitions are not to be read.
    [[nodiscard]] bool on_response(const FetchResponse& response);
    /// A request has no answer: the next one is full and closes the session.
    void on_failure() { epoch_ = kInitialSessionEpoch; }
    /// The next request is full and ends the session [notifyClose].
    void close_next() { epoch_ = kFinalSessionEpoch; }

    [[nodiscard]] int32_t session_id() const { return id_; }
    [[nodiscard]] int32_t epoch() const { return epoch_; }
    [[nodiscard]] const std::vector<Told>& partitions() const { return told_; }
    /// A request for no partition at all would still have some to forget.
    [[nodiscard]] bool has_partitions_to_forget() const {
        return !is_full_fetch(epoch_) && !told_.empty();
    }

    bool operator==(const FetchSessionHandler&) const = default;
    friend void digest_into(Digest& d, const FetchSessionHandler& session);

private:
    [[nodiscard]] bool holds_what_was_asked(const FetchResponse& response) const;

    int32_t id_ = kNoFetchSession;
    int32_t epoch_ = kInitialSessionEpoch;
    uint64_t requests_ = 0;
    std::vector<Told> told_;
};

}  // namespace brokerlab
