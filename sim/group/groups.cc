#include "sim/group/groups.h"

#include <algorithm>
#include <utility>

#include "sim/base/aggregate_digest.h"

namespace brokerlab {
namespace {

template <class Group>
const Group* find_kind(const GroupShard& shard, std::string_view group) {
    const auto* held = shard.groups.find(group);
    return held == nullptr ? nullptr : std::get_if<Group>(&**held);
}

}  // namespace

const ClassicMember* ClassicGroup::find(std::string_view member_id) const {
    const auto at = std::find_if(members.begin(), members.end(),
                                 [&](const ClassicMember& m) { return m.id == member_id; });
    return at == members.end() ? nullptr : &*at;
}
ClassicMember* ClassicGroup::find(std::string_view member_id) {
    return const_cast<ClassicMember*>(std::as_const(*this).find(member_id));  // NOLINT
}

const ClassicGroup* GroupShard::find_classic(std::string_view group) const {
    return find_kind<ClassicGroup>(*this, group);
}
const ConsumerGroup* GroupShard::find_consumer(std::string_view group) const {
    return find_kind<ConsumerGroup>(*this, group);
}

void digest_into(Digest& d, const ClassicGroup& group) {
    digest_into<ClassicGroup>(d, group);
}
void digest_into(Digest& d, const ConsumerGroup& group) {
    digest_into<ConsumerGroup>(d, group);
}
void digest_into(Digest& d, const GroupShard& shard) {
    digest_into<GroupShard>(d, shard);
}

}  // namespace brokerlab
