// MetadataLoader: reads the committed part of __cluster_metadata into an image.
//
// Whole batches below the quorum's high watermark are replayed in order. A metadata transaction
// (KIP-868) counts only once its end is committed: until then nothing from its beginning on is
// read. What the broker's parts get to see of the image is the broker's business: they see nothing
// before the image has caught up. [metadata image/loader/MetadataLoader.java,
// MetadataBatchLoader.java, core server/metadata/BrokerMetadataPublisher.scala]
// Not modelled: snapshots; the lab keeps the whole log.
#pragma once

#include "sim/log/partition_log.h"
#include "sim/metadata/metadata_image.h"
#include "sim/model/ids.h"

namespace brokerlab {

struct MetadataLoader {
    MetadataImage image;              ///< of all that was read
    bool seen_leader_change = false;  ///< a quorum leader's first record was among it

    bool operator==(const MetadataLoader&) const = default;
};

/// Replays what was committed since the last call, and adds to `delta` what that changed. True when
/// there was anything.
bool load_committed(MetadataLoader& loader, const PartitionLog& log, MetadataDelta& delta);

/// Everything up to the high watermark of `log` was read, and that is something.
[[nodiscard]] bool has_caught_up(const MetadataLoader& loader, const PartitionLog& log);

/// The delta from nothing to `image`: what a part is told that sees its first image.
[[nodiscard]] MetadataDelta whole_image_delta(const MetadataImage& image);

/// Whether `delta` holds dynamic settings of this broker, or of all brokers.
[[nodiscard]] bool changes_broker_config(const MetadataDelta& delta, BrokerId broker);

}  // namespace brokerlab
