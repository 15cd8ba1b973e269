// A recorded case as something to tell or to do again: its exchanges in the order of the scenario,
// with what the engine made up (ids) turned into variables and what plimsoll made up (names) into
// fixed texts, so that two recordings of the same behaviour read the same. Holds pointers into the
// record, which has to outlive it. Immutable; any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "journal/records.h"

namespace plimsoll::report {

inline constexpr std::string_view kDemoName = "plimsoll-demo";

// An id that an answer gave and that a later request uses.
struct Capture {
  const journal::Exchange* from = nullptr;
  std::string variable;  // a valid name of a shell variable
  std::string key;       // member of the answer's JSON
  int occurrence = 1;    // the how-manieth member of that name
  std::string value;     // as recorded: never shown
};

struct Act {
  enum class Kind {
    kCall,
    kOpen,
    kSend,
    kHalfClose,
    kClose,
    kRead,
    kSleep,
    kAwait,
    kEngine,
    kSkipped
  } kind = Kind::kCall;
  const journal::Exchange* exchange = nullptr;  // null for kSleep, kAwait, kEngine and kSkipped
  std::string step;
  std::string text;   // kSend: what was sent; kAwait: the event's action; kEngine: "kill"
  int64_t at = 0;     // when it began
  int64_t pause = 0;  // kSleep: ns, rounded down to what was probably asked for
  bool in_background = false;
  bool concurrent = false;  // begun together with its neighbours
  bool repeated = false;    // a polled call: this is its last answer
};

// A request's body without the labels that plimsoll puts on everything it makes. A body that is no JSON
// object, or has none, is kept byte for byte.
std::string WithoutOwnLabels(const std::string& body);

class Replay {
 public:
  Replay(const journal::CaseRecord& record, const journal::Journal& journal);

  const std::vector<Act>& acts() const { return acts_; }
  const std::vector<Capture>& captures() const { return captures_; }
  // With "$box" for ids; an id that no answer gave is "<id>".
  std::string Readable(std::string_view text) const;
  // One word of a shell command, with the variables outside of the single quotes.
  std::string Word(std::string_view text) const;

 private:
  struct Part {
    enum class Kind { kText, kVariable, kUnknownId } kind = Kind::kText;
    std::string text;
  };
  std::vector<Part> PartsOf(std::string_view text) const;
  const Capture* CaptureOf(const std::string& id) const;
  std::string WithFixedNames(std::string_view text) const;
  void FindActs(const journal::CaseRecord& record, const journal::ScenarioRecord* scenario);
  void FindCaptures(const journal::CaseRecord& record);
  void AddCapture(const journal::CaseRecord& record, size_t before, const std::string& id);

  std::vector<std::pair<std::string, std::string>> fixed_;  // made-up name -> what stands for it
  std::string authored_;  // everything that the scenario's author wrote: nothing in it is made up
  std::vector<Act> acts_;
  std::vector<Capture> captures_;
};

}  // namespace plimsoll::report
