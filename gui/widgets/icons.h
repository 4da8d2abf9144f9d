// Icons: the glyphs of Font Awesome 4.7 that the app uses, by meaning.
//
// Each is a UTF-8 string of one glyph that any font of Look but the mono ones and `italic` holds.
// The platform loads exactly these glyphs: an icon that is not in the list does not show. Without
// the icon font each is a blank.
#pragma once

// clang-format off
#define BROKERLAB_ICONS(X) \
    X(kIconAdd, "\uf067") \
    X(kIconAsk, "\uf059") \
    X(kIconBack, "\uf060") \
    X(kIconBatch, "\uf187") \
    X(kIconBook, "\uf02d") \
    X(kIconBranch, "\uf126") \
    X(kIconBreak, "\uf0c8") \
    X(kIconBrief, "\uf0f6") \
    X(kIconBroker, "\uf233") \
    X(kIconBulb, "\uf0eb") \
    X(kIconCamera, "\uf030") \
    X(kIconCart, "\uf07a") \
    X(kIconCause, "\uf148") \
    X(kIconChart, "\uf080") \
    X(kIconCheck, "\uf00c") \
    X(kIconCheckCircle, "\uf058") \
    X(kIconChevronDown, "\uf078") \
    X(kIconChevronLeft, "\uf053") \
    X(kIconChevronRight, "\uf054") \
    X(kIconChevronUp, "\uf077") \
    X(kIconCircle, "\uf111") \
    X(kIconCircleHollow, "\uf10c") \
    X(kIconClock, "\uf017") \
    X(kIconClose, "\uf00d") \
    X(kIconCluster, "\uf0e8") \
    X(kIconConsumer, "\uf0ed") \
    X(kIconController, "\uf0e3") \
    X(kIconCopy, "\uf0c5") \
    X(kIconCross, "\uf057") \
    X(kIconCut, "\uf0c4") \
    X(kIconDisk, "\uf0a0") \
    X(kIconDownload, "\uf019") \
    X(kIconEdit, "\uf040") \
    X(kIconEllipsis, "\uf141") \
    X(kIconExchange, "\uf0ec") \
    X(kIconExpand, "\uf065") \
    X(kIconEye, "\uf06e") \
    X(kIconFast, "\uf04e") \
    X(kIconFilter, "\uf0b0") \
    X(kIconFlag, "\uf024") \
    X(kIconFolder, "\uf07c") \
    X(kIconForward, "\uf061") \
    X(kIconGroup, "\uf0c0") \
    X(kIconHand, "\uf0a6") \
    X(kIconHistory, "\uf1da") \
    X(kIconHome, "\uf015") \
    X(kIconHourglass, "\uf252") \
    X(kIconInfo, "\uf05a") \
    X(kIconKey, "\uf084") \
    X(kIconKeyboard, "\uf11c") \
    X(kIconKill, "\uf0e7") \
    X(kIconLevelDown, "\uf149") \
    X(kIconLink, "\uf0c1") \
    X(kIconList, "\uf03a") \
    X(kIconLock, "\uf023") \
    X(kIconLog, "\uf1c0") \
    X(kIconMenu, "\uf0c9") \
    X(kIconMessage, "\uf0e0") \
    X(kIconMinus, "\uf068") \
    X(kIconMoon, "\uf186") \
    X(kIconOffline, "\uf05e") \
    X(kIconPause, "\uf04c") \
    X(kIconPencil, "\uf044") \
    X(kIconPlay, "\uf04b") \
    X(kIconPlug, "\uf1e6") \
    X(kIconPower, "\uf011") \
    X(kIconProducer, "\uf0ee") \
    X(kIconQueue, "\uf0cb") \
    X(kIconRefresh, "\uf021") \
    X(kIconRestart, "\uf01e") \
    X(kIconRewind, "\uf04a") \
    X(kIconSave, "\uf0c7") \
    X(kIconSearch, "\uf002") \
    X(kIconSettings, "\uf013") \
    X(kIconShield, "\uf132") \
    X(kIconSkipBack, "\uf048") \
    X(kIconSkipEnd, "\uf051") \
    X(kIconSliders, "\uf1de") \
    X(kIconSlow, "\uf0e4") \
    X(kIconSquare, "\uf096") \
    X(kIconSquareChecked, "\uf046") \
    X(kIconStar, "\uf005") \
    X(kIconStarHollow, "\uf006") \
    X(kIconStop, "\uf04d") \
    X(kIconSun, "\uf185") \
    X(kIconTag, "\uf02b") \
    X(kIconTarget, "\uf05b") \
    X(kIconTerminal, "\uf120") \
    X(kIconTrash, "\uf1f8") \
    X(kIconUndo, "\uf0e2") \
    X(kIconUnlink, "\uf127") \
    X(kIconUpload, "\uf093") \
    X(kIconUser, "\uf007") \
    X(kIconWarning, "\uf071") \
    X(kIconWifi, "\uf1eb") \
    X(kIconWrench, "\uf0ad") \
    X(kIconZoomIn, "\uf00e") \
    X(kIconZoomOut, "\uf010")
// clang-format on

namespace brokerlab {

#define BROKERLAB_ICON_CONSTANT(name, glyph) inline constexpr const char* name = glyph;
BROKERLAB_ICONS(BROKERLAB_ICON_CONSTANT)
#undef BROKERLAB_ICON_CONSTANT

#define BROKERLAB_ICON_IN_LIST(name, glyph) glyph,
inline constexpr const char* kAllIcons[] = {BROKERLAB_ICONS(BROKERLAB_ICON_IN_LIST)};
#undef BROKERLAB_ICON_IN_LIST

}  // namespace brokerlab
