// Questions: what users of the API really asked, and where the answer is; from a YAML file that people keep (scenarios/lib/questions.yaml):
//   - about: Stop, kill, signals
//     questions:
//       - ask: "Does kill heed the StopSignal?"
//         asked: [docker/cli#264]                 # public issues
//         answers:
//           - {scenario: stop/stop-signal, look: [the noted signals], when: {call: kill}}
//       - ask: ...
//         open: why there is no answer yet
// Pure but for the file; any thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace plimsoll::notes {

struct Question {
  std::string about;  // the section it stands in
  std::string ask;
  std::vector<std::string> asked;
  struct Answer {
    std::string scenario;            // "stop/stop-signal"
    std::vector<std::string> look;   // names of observations, in the order in which they are told
    // Only cases in which these parameters have one of these values, as they are written in reports ("true", "SIGTERM").
    std::map<std::string, std::vector<std::string>> when;
  };
  std::vector<Answer> answers;
  std::string open;  // why there is no answer, or only half of one
};

// Errors name the file, the line and what is wrong.
Result<std::vector<Question>> LoadQuestions(const std::string& path);
Result<std::vector<Question>> ParseQuestions(const std::string& yaml);

}  // namespace plimsoll::notes
