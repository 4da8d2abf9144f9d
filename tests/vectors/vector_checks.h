// The check of each file of golden vectors, one per file NAME_vectors.cc; vectors_test.cc holds
// the table.
#pragma once

#include "tests/vectors/vector_report.h"

namespace brokerlab::vectors {

void check_murmur2(const Json& file, Report& report);
void check_group_coordinator_partition(const Json& file, Report& report);
void check_replica_placement(const Json& file, Report& report);
void check_record_messages(const Json& file, Report& report);
void check_record_batches(const Json& file, Report& report);
void check_wire_messages(const Json& file, Report& report);
void check_assignors(const Json& file, Report& report);
void check_server_assignors(const Json& file, Report& report);

}  // namespace brokerlab::vectors
