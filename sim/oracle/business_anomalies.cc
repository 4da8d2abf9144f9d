#include "sim/oracle/business_anomalies.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <tuple>
#include <utility>

#include "sim/base/digest.h"
#include "sim/oracle/order_outcomes.h"

namespace brokerlab {
namespace {

constexpr std::string_view kStockTable = "stock";

/// The row in which a second deed of this kind belongs.
std::optional<AnomalyKind> row_of(Deed deed) {
    switch (deed) {
        case Deed::kCharged:
            return AnomalyKind::kChargedTwice;
        case Deed::kMailSent:
            return AnomalyKind::kMailSentTwice;
        case Deed::kUserCreated:
            return AnomalyKind::kUserCreatedTwice;
        case Deed::kOrderReceived:
        case Deed::kOrderApproved:
        case Deed::kOrderRejected:
        case Deed::kStockTaken:
            return AnomalyKind::kOrderHandledTwice;
        case Deed::kOrderPlaced:
        case Deed::kLogged:
            return std::nullopt;
    }
    return std::nullopt;
}

/// What is done once: two deeds with the same are one too many.
struct DeedKey {
    Deed deed;  ///< a decision is one, however it came out
    std::string_view service;
    std::string_view subject;
    std::string_view item;
    std::optional<RecordPlace> from;  ///< of a receipt

    bool operator==(const DeedKey&) const = default;
};

DeedKey key_of(const ServiceActed& acted) {
    DeedKey key{acted.deed, acted.service, acted.subject, {}, std::nullopt};
    switch (acted.deed) {
        case Deed::kOrderRejected:
            key.deed = Deed::kOrderApproved;
            break;
        case Deed::kOrderReceived:
            if (acted.from) {
                key.subject = {};
                key.from = acted.from;
            }
            break;
        case Deed::kMailSent:
        case Deed::kStockTaken:
            key.item = acted.item;
            break;
        default:
            break;
    }
    return key;
}

uint64_t fingerprint(const DeedKey& key) {
    Digest d;
    digest_fields(d, key.deed, key.service, key.subject, key.item);
    if (key.from) {
        digest_fields(d, key.from->partition, key.from->offset);
    }
    return d.value();
}

struct Entry {
    uint64_t fingerprint = 0;
    std::size_t index = 0;  ///< of the deed

    friend auto operator<=>(const Entry&, const Entry&) = default;
};

using Deeds = ChunkedVector<DoneDeed>;

BusinessCase case_of(const Deeds& deeds, const std::vector<std::size_t>& indexes) {
    const DoneDeed& second = deeds[indexes[1]];
    BusinessCase found{second.deed.service, second.deed.subject, second.deed.item,
                       second.at,           indexes.size(),      {}};
    for (const std::size_t index : indexes) {
        if (deeds[index].deed.from && found.records.size() < kMostBusinessExamples) {
            found.records.push_back(*deeds[index].deed.from);
        }
    }
    return found;
}

/// The deeds that were done more than once, each as the indexes of all its times.
class Repetitions {
public:
    explicit Repetitions(const Deeds& deeds) : deeds_(deeds) {
        std::vector<Entry> entries;
        for (std::size_t i = 0; i < deeds.size(); ++i) {
            if (row_of(deeds[i].deed.deed)) {
                entries.push_back({fingerprint(key_of(deeds[i].deed)), i});
            }
        }
        std::sort(entries.begin(), entries.end());
        for (auto from = entries.begin(); from != entries.end();) {
            const auto to = std::find_if(from, entries.end(), [&](const Entry& entry) {
                return entry.fingerprint != from->fingerprint;
            });
            if (to - from > 1) {
                split({from, to});
            }
            from = to;
        }
        std::sort(found_.begin(), found_.end(),
                  [](const auto& a, const auto& b) { return a[1] < b[1]; });
    }

    /// By the moment of the second time.
    [[nodiscard]] const std::vector<std::vector<std::size_t>>& found() const { return found_; }

private:
    /// Deeds of one fingerprint: mostly the same, but nothing promises it.
    void split(std::span<const Entry> entries) {
        std::vector<std::size_t> left;
        for (const Entry& entry : entries) {
            left.push_back(entry.index);
        }
        while (!left.empty()) {
            const DeedKey key = key_of(deeds_[left.front()].deed);
            const auto others = std::stable_partition(
                left.begin(), left.end(),
                [&](std::size_t index) { return key_of(deeds_[index].deed) == key; });
            if (others - left.begin() > 1) {
                found_.emplace_back(left.begin(), others);
            }
            left.erase(left.begin(), others);
        }
    }

    const Deeds& deeds_;
    std::vector<std::vector<std::size_t>> found_;
};

std::optional<int64_t> whole_number(const std::string& text) {
    int64_t value = 0;
    const char* end = text.data() + text.size();
    const auto [read_to, error] = std::from_chars(text.data(), end, value);
    return error == std::errc() && read_to == end && !text.empty() ? std::optional(value)
                                                                   : std::nullopt;
}

/// Plays the shelf of one product anew, from what it must have held at first, and gives what went
/// wrong with it.
BusinessCase below_zero(const Deeds& deeds, const std::string& service, const std::string& product,
                        int64_t pieces) {
    const auto takes = [&](const ServiceActed& acted) {
        return acted.deed == Deed::kStockTaken && acted.service == service && acted.item == product;
    };
    for (std::size_t i = 0; i < deeds.size(); ++i) {
        pieces += takes(deeds[i].deed) ? deeds[i].deed.amount : 0;
    }
    BusinessCase found{service, "", product, SimTime(), 0, {}};
    for (std::size_t i = 0; i < deeds.size(); ++i) {
        if (!takes(deeds[i].deed)) {
            continue;
        }
        pieces -= deeds[i].deed.amount;
        if (pieces >= 0) {
            continue;
        }
        found.at = found.times == 0 ? deeds[i].at : found.at;
        ++found.times;
        if (deeds[i].deed.from && found.records.size() < kMostBusinessExamples) {
            found.records.push_back(*deeds[i].deed.from);
        }
    }
    return found;
}

void judge_stock(const Business& business, BusinessAnomaly& anomaly) {
    std::vector<BusinessCase> cases;
    for (const auto& [service, database] : business.databases) {
        const Cow<DatabaseTable>* stock = database->tables.find(kStockTable);
        if (stock == nullptr) {
            continue;
        }
        for (const auto& [product, row] : (*stock)->rows) {
            const std::optional<int64_t> pieces =
                row.empty() ? std::nullopt : whole_number(row.back());
            if (pieces && *pieces < 0) {
                cases.push_back(below_zero(business.deeds, service, product, *pieces));
            }
        }
    }
    std::stable_sort(cases.begin(), cases.end(),
                     [](const BusinessCase& a, const BusinessCase& b) { return a.at < b.at; });
    for (BusinessCase& found : cases) {
        add_case(anomaly, std::move(found));
    }
}

constexpr std::array<std::string_view, kAnomalyKinds> kNames{
    "charged twice",    "mail sent twice",       "user created twice",
    "stock below zero", "order without outcome", "order handled twice"};

}  // namespace

std::string_view anomaly_name(AnomalyKind kind) {
    return kNames[static_cast<std::size_t>(kind)];
}

void add_case(BusinessAnomaly& anomaly, BusinessCase found) {
    anomaly.first = anomaly.count == 0 ? found.at : anomaly.first;
    ++anomaly.count;
    if (anomaly.examples.size() < kMostBusinessExamples) {
        anomaly.examples.push_back(std::move(found));
    }
}

std::vector<BusinessAnomaly> judge_business(const World& world) {
    std::vector<BusinessAnomaly> rows(kAnomalyKinds);
    for (std::size_t i = 0; i < kAnomalyKinds; ++i) {
        rows[i].kind = static_cast<AnomalyKind>(i);
    }
    const auto row = [&rows](AnomalyKind kind) -> BusinessAnomaly& {
        return rows[static_cast<std::size_t>(kind)];
    };
    const Business& business = *world.business;
    const Repetitions repetitions(business.deeds);
    for (const std::vector<std::size_t>& indexes : repetitions.found()) {
        add_case(row(*row_of(business.deeds[indexes.front()].deed.deed)),
                 case_of(business.deeds, indexes));
    }
    judge_stock(business, row(AnomalyKind::kStockBelowZero));
    judge_order_outcomes(world, row(AnomalyKind::kOrderWithoutOutcome));
    return rows;
}

}  // namespace brokerlab
