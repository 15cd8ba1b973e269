// A Mermaid sequence diagram of one case. No event and no time in it: their order and size may vary
// while the behaviour is the same. Pure; any thread.
#pragma once

#include <string>

#include "journal/records.h"

namespace plimsoll::report {

std::string SequenceDiagram(const journal::CaseRecord& record, const journal::Journal& journal);

}  // namespace plimsoll::report
