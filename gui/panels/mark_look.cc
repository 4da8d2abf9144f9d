#include "gui/panels/mark_look.h"

#include <algorithm>

#include "gui/widgets/icons.h"
#include "gui/widgets/shapes.h"
#include "sim/base/check.h"

namespace brokerlab {

ImU32 mark_colour(const Theme& theme, MarkKind kind) {
    switch (kind) {
        case MarkKind::kCommand:
            return theme.text;
        case MarkKind::kFault:
            return theme.offline;
        case MarkKind::kElection:
            return theme.leader;
        case MarkKind::kIsrChange:
            return theme.lagging;
        case MarkKind::kClient:
            return theme.client;
        case MarkKind::kQuorum:
            return theme.replication;
        case MarkKind::kOther:
            return theme.muted;
    }
    BL_CHECK(false);
}

const char* mark_icon(MarkKind kind) {
    switch (kind) {
        case MarkKind::kCommand:
            return kIconTerminal;
        case MarkKind::kFault:
            return kIconKill;
        case MarkKind::kElection:
            return kIconStar;
        case MarkKind::kIsrChange:
            return kIconExchange;
        case MarkKind::kClient:
            return kIconUser;
        case MarkKind::kQuorum:
            return kIconController;
        case MarkKind::kOther:
            return kIconInfo;
    }
    BL_CHECK(false);
}

void draw_mark(ImDrawList& list, ImVec2 centre, float radius, MarkKind kind, ImU32 colour) {
    const float r = radius;
    switch (kind) {
        case MarkKind::kCommand:
            list.AddRectFilled({centre.x - r * 0.8F, centre.y - r * 0.8F},
                               {centre.x + r * 0.8F, centre.y + r * 0.8F}, colour, r * 0.3F);
            return;
        case MarkKind::kFault:
            list.AddTriangleFilled({centre.x, centre.y - r}, {centre.x + r, centre.y + r * 0.8F},
                                   {centre.x - r, centre.y + r * 0.8F}, colour);
            return;
        case MarkKind::kElection:
            return draw_diamond(list, centre, r, colour);
        case MarkKind::kIsrChange:
            list.AddNgonFilled(centre, r, colour, 6);
            return;
        case MarkKind::kQuorum:
            list.AddCircle(centre, r * 0.8F, colour, 12, std::max(1.5F, r * 0.4F));
            return;
        case MarkKind::kClient:
            list.AddCircleFilled(centre, r * 0.8F, colour, 12);
            return;
        case MarkKind::kOther:
            list.AddCircleFilled(centre, r * 0.6F, colour, 12);
            return;
    }
}

}  // namespace brokerlab
