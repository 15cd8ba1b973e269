// What a run writes down: plain values, one JSON line each (format: harness/docs/journal-format.md).
// Everything later (observations, verdicts, rules, reports) is computed from these and nothing else.
// All times are CLOCK_MONOTONIC nanoseconds; 0 means "did not happen".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/covering.h"
#include "base/json.h"
#include "http/exchange.h"
#include "http/message.h"

namespace plimsoll::journal {

inline constexpr int kFormatVersion = 1;
// Of a body or stream longer than this the journal keeps the first part, its size and a checksum.
inline constexpr size_t kKeptBytes = 1 << 20;
// So much goes into its checksum byte by byte: what is kept can be checked with any tool. That cannot be done faster than a byte in
// four cycles, so what comes after goes in by blocks (docs/journal-format.md).
inline constexpr uint64_t kHashedBytewise = kKeptBytes;

// Bytes as recorded.
struct Bytes {
  std::string kept;         // the first kKeptBytes at most
  uint64_t size = 0;        // of the whole
  uint64_t fnv1a = 0;       // FNV-1a 64 of the whole, beyond kHashedBytewise by blocks: equal streams can be told though not kept
  // `limit`: keep no more than this.
  void Append(std::string_view more, size_t limit = kKeptBytes);
};

using http::Outcome;
using http::Times;

// A piece of a stream as it was read or written. Pieces of one stream are in order of time.
struct Chunk {
  enum class Direction { kReceived, kSent, kHalfClosed, kClosed } direction = Direction::kReceived;
  int64_t at = 0;
  uint64_t size = 0;
};

// One request and what came of it; an open stream is an exchange that goes on.
struct Exchange {
  std::string name;   // `as:` of its step; may be empty
  std::string step;   // where in the scenario: "steps[2]"; "clean-up" and "set-up" outside of it
  bool stream = false;
  std::string method;
  std::string target;
  http::Headers request_headers;
  Bytes request_body;
  std::optional<http::ResponseHead> head;
  Bytes response_body;        // for a stream: all bytes received after the head
  Bytes sent;                 // for a stream: all bytes sent after the request
  std::vector<Chunk> chunks;  // for a stream
  bool upgraded = false;
  Outcome outcome = Outcome::kAnswered;
  std::string error;          // in words, for outcomes other than answered
  Times times;
  int connection = 0;         // of the client's connections that were traced, from 1; 0: plimsoll is the client itself
};
// So many pieces of a stream are told one by one; what comes beyond them is added up, each direction in a piece of its own.
inline constexpr size_t kMostChunks = 10'000;
void AddChunk(Exchange& stream, Chunk::Direction direction, int64_t at, uint64_t size);

// One answer to `read`.
struct Reading {
  std::string name;  // `as:`; may be empty
  std::string step;
  std::string stream;  // which open stream
  bool found = false;
  std::string why;   // "end", "found", "deadline", "closed"
  std::string text;  // decoded text of stdout (or raw) that this read took in
  int64_t started = 0;
  int64_t ended = 0;
};

// An event of the engine that belongs to the case: GET /events, one JSON document.
struct Event {
  int64_t received = 0;
  Json body;
  bool again = false;  // the engine told it before, word for word and of the same moment
};

// A moment of the case worth keeping that is no exchange: sleeps, awaited events.
// Begins `what` of a mark that tells of a GET or HEAD sent twice. No report shows it: it is a race.
inline constexpr std::string_view kAskedAgain = "asked again: ";

struct Mark {
  std::string name;
  std::string step;
  std::string what;  // "sleep", "await-event"
  bool found = true;
  int64_t started = 0;
  int64_t ended = 0;
};

enum class CaseOutcome {
  kCompleted,     // every step was carried out, whatever the engine answered
  kUnsupported,   // `reason` says what the engine or machine lacks
  kTimedOut,      // the case's own deadline passed
  kHarnessError,  // plimsoll could not do its part: never the engine's fault
};
std::string_view Name(CaseOutcome outcome);

struct CaseRecord {
  std::string id;        // unique in the journal
  std::string scenario;  // id of its ScenarioRecord
  std::string engine;    // name of its EngineRecord
  int repetition = 0;
  Json parameters = Json::object();  // kAbsent as text
  CaseOutcome outcome = CaseOutcome::kCompleted;
  std::string reason;
  int64_t started = 0;
  int64_t ended = 0;
  int processor_busy = -1;     // of the machine's processors meanwhile, in percent; -1: unknown
  std::string container_name;  // ${case.name}
  std::vector<Exchange> exchanges;
  std::vector<Reading> readings;
  std::vector<Mark> marks;
  std::vector<Event> events;
  bool wants_events = false;
  bool events_complete = true;  // the end of the case's events was seen
  std::vector<Exchange> clean_up;
  std::vector<std::string> leftovers;  // what clean-up could not remove: "container abc: 500 ..."
};

// An exchange of a case that has not ended yet. Where the case is written later it counts instead.
struct CallRecord {
  std::string case_id, scenario, engine;
  Exchange exchange;
};

struct Parameter {
  std::string name;
  std::vector<Json> values;
};

struct ScenarioRecord {
  std::string id;    // "area/file"
  std::string area;  // folder
  std::string file;
  std::string title;
  std::string question;
  std::vector<Parameter> parameters;
  std::vector<std::pair<std::string, Json>> observe;  // definitions in the file's order
  Json expect = Json::array();                        // rows as written
  Json known_deviations = Json::array();
  Json varies = Json::array();
  Json steps = Json::array();                         // includes expanded, templates unevaluated
  // The first so many `steps` are carried out once for all cases of an engine (and repetition) that agree in these parameters.
  size_t given = 0;
  std::vector<std::string> given_parameters;
  std::string source_hash;                            // FNV-1a of the file and its includes
  size_t rows = 1;                                    // of the matrix, after exclude and include
  // `combine: pairs`: the rows that may be tried, as indices into `parameters`; empty: all rows are run.
  std::vector<IndexRow> sweep;
};

struct EngineRecord {
  std::string name;  // "docker-20.10": product and major.minor as read from the engine
  std::string endpoint;
  bool disposable = false;
  Json identity = Json::object();  // see engine/identity.h
};

struct RunRecord {
  int format = kFormatVersion;
  std::string plimsoll;  // version
  std::string run_id;
  std::string started;   // RFC 3339, wall clock
  std::vector<std::string> files;
  Json options = Json::object();
  size_t planned = 0;
};

// A journal as read back.
struct Journal {
  RunRecord run;
  std::vector<EngineRecord> engines;
  std::vector<ScenarioRecord> scenarios;
  std::vector<CaseRecord> cases;  // sorted by id; of two with one id (resumed run) the later counts
  bool finished = false;          // the run came to its end
  std::string torn;               // "line 812 is torn ..." where the last line could not be read

  const ScenarioRecord* FindScenario(std::string_view id) const;
  const EngineRecord* FindEngine(std::string_view name) const;
};

Json ToJson(const RunRecord& run);
Json ToJson(const EngineRecord& engine);
Json ToJson(const ScenarioRecord& scenario);
Json ToJson(const CaseRecord& record);
Json ToJson(const CallRecord& record);
// Tolerant of missing members; an Error names the member of the wrong type.
Result<RunRecord> RunFromJson(const Json& json);
Result<EngineRecord> EngineFromJson(const Json& json);
Result<ScenarioRecord> ScenarioFromJson(const Json& json);
Result<CaseRecord> CaseFromJson(const Json& json);
Result<CallRecord> CallFromJson(const Json& json);

// Reads a journal file. A torn or garbled last line is tolerated and told in Journal::torn; a bad line
// elsewhere is an Error with its number.
Result<Journal> ReadJournal(const std::string& path);
// The same from text already read (fuzzing); `name` is what messages call it.
Result<Journal> ReadJournalText(const std::string& text, const std::string& name);

}  // namespace plimsoll::journal
