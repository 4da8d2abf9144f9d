# Unity builds: several files compiled as one, which saves time in the presets that only test. Tests
# are compiled one by one: they name their helpers alike.
#
# Files that give a thing for themselves alone the name that a neighbour gives to another are
# compiled alone.
set(BROKERLAB_ALONE
  cli/export_log.cc
  sim/assign/server_assignor.cc
  sim/broker/delayed_produce.cc
  sim/broker/partition_access.cc
  sim/client/classic_membership.cc
  sim/client/consumer_core.cc
  sim/client/consumer_in_group.cc
  sim/client/consumer_membership.cc
  sim/client/consumer_reconcile.cc
  sim/client/fetcher.cc
  sim/client/load.cc
  sim/client/offset_reset.cc
  sim/client/produce_results.cc
  sim/controller/cluster_control.cc
  sim/controller/create_topics.cc
  sim/controller/partition_change_builder.cc
  sim/group/classic_timers.cc
  sim/group/offset_removal.cc
  sim/group/read_groups.cc
  sim/kernel/sim_time.cc
  sim/log/codec_lz4.cc
  sim/log/producer_snapshot.cc
  sim/query/expression.cc
  sim/query/query_functions.cc
  sim/script/read_topics.cc
  sim/view/canvas_message_text.cc
  sim/view/canvas_nodes.cc
  sim/view/causes_broker.cc
  sim/view/causes_client.cc
  sim/view/causes_controller.cc
  sim/view/causes_quorum.cc
  sim/view/explain_text.cc
  sim/view/group_history.cc
  sim/view/inspect_client.cc
  sim/view/inspect_message.cc
  sim/view/inspect_partition.cc
  sim/view/inspect_producer.cc
  sim/view/inspect_replica.cc
  sim/view/message_fields.cc
  sim/view/service_ledger.cc
  sim/view/story_watch.cc
  sim/view/waits_group.cc
  sim/view/why.cc
  sim/world/apply.cc
  sim/world/step.cc
)
foreach(file IN LISTS BROKERLAB_ALONE)
  string(REGEX MATCH "^(cli|sim/[a-z]+)" folder ${file})
  set_source_files_properties(${CMAKE_SOURCE_DIR}/${file}
    DIRECTORY ${CMAKE_SOURCE_DIR}/${folder} ${CMAKE_SOURCE_DIR}/tests/fuzz
    PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
endforeach()
