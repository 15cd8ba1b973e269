// What client and engine said to one another in a case, as lines of text. No event and no time in it, and nothing that an engine
// makes up: two recordings of the same behaviour read the same. Pure; any thread.
#pragma once

#include <string>
#include <vector>

#include "journal/records.h"

namespace plimsoll::report {

struct TranscriptLine {
  enum class Kind {
    kSent,           // by the client: a request, or on a stream
    kSentAside,      // a request beside others, its answer comes later
    kAnswered,       // by the engine: an answer, or on a stream
    kAnsweredAside,  // to a request that was sent beside others
    kLost,           // no answer
    kHungUp,         // the client closed
    kNote,
  } kind;
  std::string text;  // unescaped, on one line
  std::string body;  // of the request or the answer, on one line; may be empty
};

std::vector<TranscriptLine> TranscriptOf(const journal::CaseRecord& record, const journal::Journal& journal);

}  // namespace plimsoll::report
