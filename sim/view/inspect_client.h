// What the inspections of clients share: how a client stands, its connections, what it believes.
#pragma once

#include <string>
#include <string_view>

#include "sim/client/client_metadata.h"
#include "sim/network/network_client.h"
#include "sim/view/inspect_parts.h"
#include "sim/world/names.h"

namespace brokerlab {

/// Title, badge and subtitle.
[[nodiscard]] Inspection client_header(const ClientHost& host, std::string subtitle);
/// "runs", "waits for time 0".
[[nodiscard]] const char* client_state_words(ClientState state);
/// "running", "crashed": for a column.
[[nodiscard]] std::string client_state_word(ClientState state);
/// Who leads each partition as the client believes, beside who does.
[[nodiscard]] TableSection believed_leaders(const World& world, const ClientMetadata& metadata);
/// What a consumer's and a producer's inspection have in common with that of a service.
void add_consumer_sections(Inspection& inspection, const World& world, RowsSection rows,
                           const ConsumerClient& consumer);
void add_producer_sections(Inspection& inspection, const World& world, const ClientHost& host);
[[nodiscard]] Inspection inspect_service(const InspectedWorld& in, const ClientHost& host);
[[nodiscard]] TableSection connections_table(const World& world, const NetworkClient& client);

}  // namespace brokerlab
