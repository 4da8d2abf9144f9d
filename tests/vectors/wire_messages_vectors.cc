// Every case of a kind and version that the lab speaks is judged, body and header; the others are
// skipped and counted: kinds that the lab does not model by their name, versions that a 4.0 node
// no longer offers (KIP-896) as "NAME below vN".
#include "sim/model/messages/header.h"
#include "tests/vectors/vector_checks.h"
#include "tests/vectors/wire_messages.h"

namespace brokerlab::vectors {
namespace {

/// The correlation id and client id in all headers of the file.
constexpr CorrelationId kCorrelationId{0x01020304};
constexpr const char* kClientId = "cpp-client";

/// Fields that were renamed between the snapshot that made the vectors and 4.0 final. The bytes
/// are the same [VoteRequest.json, KIP-996].
const std::map<std::string, std::map<std::string, std::string>>& renamed_fields() {
    static const std::map<std::string, std::map<std::string, std::string>> kRenamed{
        {"VoteRequest",
         {{"candidateEpoch", "replicaEpoch"},
          {"candidateId", "replicaId"},
          {"candidateDirectoryId", "replicaDirectoryId"}}},
    };
    return kRenamed;
}

Json with_final_names(const Json& from, const std::map<std::string, std::string>& names) {
    if (from.is_array()) {
        Json items = Json::array();
        for (const Json& item : from) {
            items.push_back(with_final_names(item, names));
        }
        return items;
    }
    if (!from.is_object()) {
        return from;
    }
    Json fields = Json::object();
    for (const auto& [name, value] : from.items()) {
        const auto renamed = names.find(name);
        fields[renamed == names.end() ? name : renamed->second] = with_final_names(value, names);
    }
    return fields;
}

std::optional<Difference> judge_body(const Json& c, const WireKind& kind) {
    const auto renamed = renamed_fields().find(c.at("message").get<std::string>());
    if (renamed == renamed_fields().end()) {
        return kind.judge(c);
    }
    Json final_case = c;
    final_case["json"] = with_final_names(c.at("json"), renamed->second);
    return kind.judge(final_case);
}

/// The header that the lab would send before the body.
Bytes header_before(const WireKind& kind, bool request, ApiVersion version) {
    if (request) {
        return encode_message(RequestHeader{kind.key, version, kCorrelationId, kClientId},
                              request_header_version(kind.versions, version));
    }
    return encode_message(ResponseHeader{kCorrelationId},
                          response_header_version(kind.key, kind.versions, version));
}

std::optional<Difference> judge_case(const Json& c, const WireKind& kind) {
    const bool request = c.at("message").get<std::string>().ends_with("Request");
    const Bytes header = header_before(kind, request, c.at("version").get<ApiVersion>());
    if (auto difference =
            differ("header", c.at("header").get<std::string>(), hex_of_bytes(header))) {
        return difference;
    }
    return judge_body(c, kind);
}

/// The file's table knows a kind as the lab does, and no version above those of the lab.
std::optional<Difference> judge_kind(const Json& known, const WireKind& kind) {
    const std::string flexible = kind.versions.flexible_since == kNoVersion
                                     ? "none"
                                     : std::to_string(kind.versions.flexible_since) + "+";
    if (auto difference = differ("flexible_versions",
                                 known.at("flexible_versions").get<std::string>(), flexible)) {
        return difference;
    }
    const auto latest = static_cast<int>(known.at("header_versions").size()) - 1;
    if (latest > kind.versions.latest) {
        return Difference{"latest version", "at least " + std::to_string(latest),
                          std::to_string(kind.versions.latest)};
    }
    return differ("api_key", known.at("api_key").get<int>(), static_cast<int>(kind.key));
}

/// A header on its own, in the shape that judge_message() reads.
Json case_of_header(const Json& c) {
    return {{"message", c.at("header")},
            {"version", c.at("version")},
            {"variant", "filled"},
            {"body", c.at("hex")},
            {"json", c.at("json")}};
}

void judge_headers(const Json& headers, Report& report) {
    for (std::size_t i = 0; i < headers.size(); ++i) {
        const Json c = case_of_header(headers[i]);
        const std::string name = case_name(c, "headers", i);
        if (c.at("message") == "response") {
            report.judge(name, judge_message<ResponseHeader>(c));
        } else if (c.at("version").get<ApiVersion>() >= RequestHeader::kVersions.lowest) {
            report.judge(name, judge_message<RequestHeader>(c));
        } else {
            report.skip("request header below v1");
        }
    }
}

}  // namespace

void check_wire_messages(const Json& file, Report& report) {
    WireKinds kinds = wire_requests();
    kinds.merge(wire_responses());
    for (const auto& [name, known] : file.at("messages").items()) {
        if (const auto kind = kinds.find(name); kind != kinds.end()) {
            report.judge("kind " + name, judge_kind(known, kind->second));
        }
    }
    judge_headers(file.at("headers"), report);

    const Json& cases = file.at("cases");
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const Json& c = cases[i];
        const auto name = c.at("message").get<std::string>();
        const auto known = kinds.find(name);
        if (known == kinds.end()) {
            report.skip(name);
        } else if (const ApiVersion lowest = known->second.versions.lowest;
                   c.at("version").get<ApiVersion>() < lowest) {
            report.skip(name + " below v" + std::to_string(lowest));
        } else {
            report.judge(case_name(c, "cases", i), judge_case(c, known->second));
        }
    }
}

}  // namespace brokerlab::vectors
