// What becomes of batches that were sent: acknowledged, sent again, split, given up.
//
// The table of errors is Sender.completeBatch with TransactionManager.canRetry. A batch that is
// given up may have been appended when one of its attempts had no final answer: a disconnect, a
// time-out of the client or of the broker, an answer that came after the append, or still none.
// [clients/producer/internals/Sender.java]
#pragma once

#include <string>
#include <vector>

#include "sim/client/sender.h"

namespace brokerlab {

/// Reads the answer to one of the producer's ProduceRequests.
void on_produce_response(ProducerCore& core, const std::vector<SentBatch>& sent,
                         const ProduceResponse& response, const Env& env, Effects& fx);
/// A ProduceRequest has no answer.
void on_produce_failed(ProducerCore& core, const FailedRequest& failed, const Env& env,
                       Effects& fx);
/// acks=0: what was handed to the connection counts as done.
void complete_unanswered(ProducerCore& core, const std::vector<SentBatch>& sent, const Env& env,
                         Effects& fx);
/// Gives up the batches that are older than delivery.timeout.ms; false when there were none.
bool expire_batches(ProducerCore& core, const Env& env, Effects& fx);
/// Gives up everything: the producer can't go on.
void fail_all_batches(ProducerCore& core, ErrorCode error, Effects& fx);

}  // namespace brokerlab
