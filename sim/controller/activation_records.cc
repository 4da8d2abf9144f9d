#include "sim/controller/activation_records.h"

namespace brokerlab {

std::vector<MetadataRecord> bootstrap_records() {
    return {
        BeginTransactionRecord{"Bootstrap records"},
        FeatureLevelRecord{"metadata.version", 25},
        FeatureLevelRecord{"group.version", 1},
        FeatureLevelRecord{"transaction.version", 2},
        ZkMigrationStateRecord{},
        EndTransactionRecord{},
    };
}

}  // namespace brokerlab
