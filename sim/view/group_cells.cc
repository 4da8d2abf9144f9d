// The cells of a group's matrix in words.
#include "sim/base/check.h"
#include "sim/view/group_matrix.h"

namespace brokerlab {

const char* cell_word(GroupCellState state) {
    switch (state) {
        case GroupCellState::kNone:
            return "";
        case GroupCellState::kReads:
            return "reads";
        case GroupCellState::kWaits:
            return "waits";
        case GroupCellState::kRevoking:
            return "gives up";
        case GroupCellState::kAwaited:
            return "awaits";
        case GroupCellState::kSilent:
            return "silent";
        case GroupCellState::kZombie:
            return "zombie";
    }
    BL_CHECK(false);
}

const char* cell_meaning(GroupCellState state) {
    switch (state) {
        case GroupCellState::kNone:
            return "";
        case GroupCellState::kReads:
            return "It has the partition, reads it and commits how far it is.";
        case GroupCellState::kWaits:
            return "It has the partition and does not read it: it has yet to learn where to go on, "
                   "whether its position still holds or who leads, or it leaves it alone for now.";
        case GroupCellState::kRevoking:
            return "It still has the partition and gives it up: nobody else gets it before.";
        case GroupCellState::kAwaited:
            return "It is to have the partition, and has not taken it over yet: nobody reads it.";
        case GroupCellState::kSilent:
            return "The group counts it as the owner, but its process is gone or stands still: "
                   "nobody reads the partition until its session ends.";
        case GroupCellState::kZombie:
            return "It still takes the partition for its own, and reads it while its process runs, "
                   "though the group has put it out and may have given the partition to another: "
                   "what it commits is refused.";
    }
    BL_CHECK(false);
}

bool is_owned(GroupCellState state) {
    switch (state) {
        case GroupCellState::kReads:
        case GroupCellState::kWaits:
        case GroupCellState::kRevoking:
        case GroupCellState::kSilent:
            return true;
        case GroupCellState::kNone:
        case GroupCellState::kAwaited:
        case GroupCellState::kZombie:
            break;
    }
    return false;
}

}  // namespace brokerlab
