#include "sim/controller/leader_election.h"

#include <algorithm>
#include <cstddef>
#include <string>

#include "sim/base/check.h"

namespace brokerlab {
namespace {

constexpr std::string_view kUncleanElection = "unclean.leader.election.enable";

bool contains(const std::vector<BrokerId>& brokers, BrokerId broker) {
    return std::find(brokers.begin(), brokers.end(), broker) != brokers.end();
}

/// One election: the partition and who can lead it.
class Voting {
public:
    Voting(const ElectionInput& partition, const LeaderCandidates& candidates)
        : partition_(partition), candidates_(candidates) {}

    [[nodiscard]] bool acceptable(std::size_t at) const {
        return candidates_.can_lead(partition_.replicas[at], partition_.directories[at]);
    }
    [[nodiscard]] bool valid(std::size_t at) const {
        return acceptable(at) &&
               (!candidates_.only_from_isr || contains(partition_.isr, partition_.replicas[at]));
    }
    [[nodiscard]] bool leader_is_valid() const {
        const auto at =
            std::find(partition_.replicas.begin(), partition_.replicas.end(), partition_.leader);
        return at != partition_.replicas.end() &&
               valid(static_cast<std::size_t>(at - partition_.replicas.begin()));
    }
    [[nodiscard]] BrokerId first_valid() const {
        for (std::size_t at = 0; at < partition_.replicas.size(); ++at) {
            if (valid(at)) {
                return partition_.replicas[at];
            }
        }
        return kNoBroker;
    }
    [[nodiscard]] BrokerId first_acceptable() const {
        for (std::size_t at = 0; at < partition_.replicas.size(); ++at) {
            if (acceptable(at)) {
                return partition_.replicas[at];
            }
        }
        return kNoBroker;
    }

private:
    const ElectionInput& partition_;
    const LeaderCandidates& candidates_;
};

}  // namespace

Uuid default_directory(const MetadataImage& image, BrokerId broker) {
    const BrokerRegistration* registration = image.find_broker(broker);
    if (registration == nullptr) {
        return kUnassignedDirectory;
    }
    switch (registration->directories.size()) {
        case 0:
            return kMigratingDirectory;
        case 1:
            return registration->directories.front();
        default:
            return kUnassignedDirectory;
    }
}

bool has_online_directory(const BrokerRegistration& broker, const Uuid& directory) {
    if (directory == kUnassignedDirectory || directory == kMigratingDirectory) {
        return true;
    }
    if (directory == kLostDirectory) {
        return false;
    }
    const std::vector<Uuid>& online = broker.directories;
    return online.empty() || std::find(online.begin(), online.end(), directory) != online.end();
}

bool is_active(const MetadataImage& image, BrokerId broker) {
    const BrokerRegistration* registration = image.find_broker(broker);
    return registration != nullptr && registration->is_active();
}

bool unclean_election_allowed(const DecisionContext& context, std::string_view topic) {
    const std::string this_controller = std::to_string(node_id_of(context.env.self).value);
    const ConfigResourceKey layers[] = {
        {ConfigResourceType::kTopic, std::string(topic)},
        {ConfigResourceType::kBroker, this_controller},
        {ConfigResourceType::kBroker, ""},
    };
    for (const ConfigResourceKey& key : layers) {
        const std::string* value = context.image.configs_of(key).find(kUncleanElection);
        if (value != nullptr) {
            return *value == "true";
        }
    }
    return context.config.unclean_leader_election;
}

bool LeaderCandidates::can_lead(BrokerId broker, const Uuid& directory) const {
    const BrokerRegistration* registration = image.find_broker(broker);
    if (registration == nullptr || broker == leaving) {
        return false;
    }
    return (broker == returning || registration->is_active()) &&
           has_online_directory(*registration, directory);
}

Elected elect_leader(const ElectionInput& partition, Election election,
                     const LeaderCandidates& candidates) {
    BL_CHECK(!partition.replicas.empty());
    BL_CHECK(partition.replicas.size() == partition.directories.size());
    const Voting voting(partition, candidates);
    if (election == Election::kPreferred && voting.valid(0)) {
        return {partition.replicas.front()};
    }
    if (voting.leader_is_valid()) {
        return {partition.leader};
    }
    const BrokerId clean = voting.first_valid();
    if (clean != kNoBroker || election != Election::kUnclean) {
        return {clean};
    }
    const BrokerId unclean = voting.first_acceptable();
    return {unclean, unclean != kNoBroker};
}

}  // namespace brokerlab
