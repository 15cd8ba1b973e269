// Pages with evidence end with a stamp, so that a later report leaves them as they are while they still hold. What client and
// engine said in a case (its transcript, a diagram, a script) is never quite the same twice: in which order two streams mix, how
// often was asked again, which numbers a swarm counts with. What was found is, and so is what was asked: where both are what they
// were, the evidence of the earlier run still shows it. A page with another value on it, of another version of an engine or of a
// changed scenario is made anew.
#pragma once

#include <string>
#include <string_view>

#include "report/report.h"

namespace plimsoll::report {

// `page` with its last line, the definition of a link that nothing refers to and that no reader sees: a hash of `lasting`, all that decides what the page shows but for
// what was said in this run, and one of the page.
std::string Stamped(std::string page, std::string_view lasting);
// Whether `present` is as it was written, and has been made of what `made` is made of. Pages without a stamp are not.
bool StillHolds(std::string_view present, std::string_view made);
// `files`, with those that still hold in `folder` in the place of new ones.
Files KeepPages(Files files, const std::string& folder);

}  // namespace plimsoll::report
