#include "sim/network/fetch_session_handler.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "sim/base/aggregate_digest.h"

namespace brokerlab {
namespace {

using Told = FetchSessionHandler::Told;

/// The place of a partition, which is mostly the one after that found last; the size without it.
std::size_t find_told(const std::vector<Told>& told, std::size_t from, const Uuid& topic_id,
                      PartitionId partition) {
    const std::size_t n = told.size();
    std::size_t at = from < n ? from : 0;
    for (std::size_t i = 0; i < n; ++i) {
        if (told[at].asked.partition == partition && told[at].topic_id == topic_id) {
            return at;
        }
        at = at + 1 == n ? 0 : at + 1;
    }
    return n;
}

void name_partition(FetchRequest& request, const Told& told) {
    if (request.topics.empty() || request.topics.back().topic_id != told.topic_id) {
        request.topics.push_back({{}, told.topic_id, {}});
    }
    request.topics.back().partitions.push_back(told.asked);
}

}  // namespace

int32_t next_session_epoch(int32_t epoch) {
    if (epoch < 0) {
        return kFinalSessionEpoch;
    }
    return epoch == std::numeric_limits<int32_t>::max() ? 1 : epoch + 1;
}

FetchSessionHandler::Builder::Builder(FetchSessionHandler& session, FetchRequest& request)
    : session_(session), request_(request), full_(is_full_fetch(session.epoch_)) {
    request.session_id = session.id_;
    request.session_epoch = session.epoch_;
    ++session.requests_;
    if (full_) {
        session.told_.clear();
    }
}

void FetchSessionHandler::Builder::add(const Uuid& topic_id, const FetchRequest::Partition& asked) {
    std::vector<Told>& told = session_.told_;
    const std::size_t at = full_ ? told.size() : find_told(told, next_, topic_id, asked.partition);
    ++wanted_;
    if (at == told.size()) {
        told.push_back({topic_id, asked, session_.requests_});
        name_partition(request_, told.back());
        return;
    }
    Told& known = told[at];
    known.wanted_in = session_.requests_;
    next_ = at + 1;
    if (known.asked != asked) {
        known.asked = asked;
        name_partition(request_, known);
    }
}

void FetchSessionHandler::Builder::finish() {
    if (wanted_ == session_.told_.size()) {
        return;
    }
    std::erase_if(session_.told_, [&](const Told& told) {
        if (told.wanted_in == session_.requests_) {
            return false;
        }
        auto& forgotten = request_.forgotten_topics_data;
        if (forgotten.empty() || forgotten.back().topic_id != told.topic_id) {
            forgotten.push_back({{}, told.topic_id, {}});
        }
        forgotten.back().partitions.push_back(told.asked.partition);
        return true;
    });
}

/// A full answer holds exactly what was asked for, an incremental one nothing else.
bool FetchSessionHandler::holds_what_was_asked(const FetchResponse& response) const {
    std::size_t found = 0;
    std::size_t next = 0;
    for (const FetchResponse::Topic& topic : response.responses) {
        for (const FetchResponse::Partition& partition : topic.partitions) {
            next = find_told(told_, next, topic.topic_id, partition.partition_index);
            if (next == told_.size()) {
                return false;
            }
            ++next;
            ++found;
        }
    }
    return !is_full_fetch(epoch_) || found == told_.size();
}

bool FetchSessionHandler::on_response(const FetchResponse& response) {
    const bool full = is_full_fetch(epoch_);
    const bool not_found = response.error_code == ErrorCode::kFetchSessionIdNotFound;
    const bool good = response.error_code == ErrorCode::kNone && holds_what_was_asked(response);
    if (!good) {
        // Where the leader has no such session there is none to close.
        if (not_found || (full && response.error_code == ErrorCode::kNone)) {
            id_ = kNoFetchSession;
        }
        epoch_ = kInitialSessionEpoch;
        return false;
    }
    if (response.session_id == kNoFetchSession) {
        id_ = kNoFetchSession;
        epoch_ = kInitialSessionEpoch;
    } else if (full) {
        id_ = response.session_id;
        epoch_ = next_session_epoch(kInitialSessionEpoch);
    } else {
        epoch_ = next_session_epoch(epoch_);
    }
    return true;
}

void digest_into(Digest& d, const FetchSessionHandler& session) {
    digest_fields(d, session.id_, session.epoch_, session.requests_, session.told_);
}

}  // namespace brokerlab
