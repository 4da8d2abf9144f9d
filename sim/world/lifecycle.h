// Lifecycle: starting, ending, pausing and cutting off the processes and machines of a World.
//
// Each function does what `design` calls a fault or an order of the lab; whether it may be given is
// judged before (admit.h). Facts go into `result`.
#pragma once

#include <string>

#include "sim/world/turn.h"
#include "sim/world/world.h"

namespace brokerlab {

/// The id of the cluster, as kafka-storage would have written it on every disk.
[[nodiscard]] std::string cluster_id();
/// An empty disk, formatted for this cluster.
[[nodiscard]] BrokerDisk formatted_broker_disk(Seed seed, BrokerId broker, SimTime now);
[[nodiscard]] RaftDisk formatted_controller_disk(SimTime now);

void start_controller(World& world, StepResult& result, int32_t number);
void start_broker(World& world, StepResult& result, BrokerId id);
/// Starts a client that does not run: a new process with its setup as it is now.
void start_client(World& world, StepResult& result, NodeId client);

/// The process is gone at once: sockets reset, the page cache stays.
void kill_node(World& world, StepResult& result, NodeId node);
/// The machine is gone: silence, and what was not written back is lost.
void power_off(World& world, StepResult& result, BrokerId id);
/// Controlled shutdown begins.
void stop_broker(World& world, StepResult& result, BrokerId id);
void pause_node(World& world, StepResult& result, NodeId node);
void resume_node(World& world, StepResult& result, NodeId node);
void isolate_node(World& world, StepResult& result, NodeId node, bool isolated);

void fail_disk(World& world, StepResult& result, BrokerId id);
/// Puts in an empty, formatted disk.
void repair_disk(World& world, StepResult& result, BrokerId id);

/// What the instances of that service share.
[[nodiscard]] ServiceDesk desk_of(World& world, const std::string& service);
/// Gives the instance of a service, which runs, a call of its HTTP entry.
void post_call(World& world, StepResult& result, NodeId instance, const std::string& path,
               const std::string& body);

/// close(): sends what it holds, then ends.
void stop_client(World& world, StepResult& result, NodeId client);
void crash_client(World& world, StepResult& result, NodeId client);

/// Ends the process of a node that says that it is over: a broker after its controlled shutdown or
/// when it can't go on, a client that has closed.
void end_finished_process(World& world, StepResult& result, NodeId node);

}  // namespace brokerlab
