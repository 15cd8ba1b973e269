// The first key of what a ${name...} can see, as built by journal/scope.h: for telling slips of the
// pen before a run. (That module is of the same rank, hence the lists; they change together.)
#pragma once

#include <string_view>

#include "scenario/keys.h"

namespace plimsoll::scenario {

// Of `as` of a call or an open.
const Keys& ExchangeView();
// Of `as` of a read.
const Keys& ReadingView();
// Of `as` of a sleep or an await-event.
const Keys& MarkView();
// Of image, case, engine, run and events; empty for other roots.
const Keys& FixedView(std::string_view root);

}  // namespace plimsoll::scenario
