// A scenario as loaded from its file and found valid: typed, with templates parsed, ready to be
// expanded over its matrix. Immutable after loading; shared by all cases; any thread.
// The format is documented in harness/docs/scenario-format.md.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/version.h"
#include "expect/observation.h"
#include "expect/predicate.h"
#include "expect/template.h"

namespace plimsoll::scenario {

// Values that a matrix parameter must have: every named parameter must equal one of the listed.
struct When {
  std::vector<std::pair<std::string, std::vector<Json>>> parameters;
  bool Matches(const Json& parameter_values) const;
};

// A request's payload; at most one of these.
struct NoPayload {};
struct JsonPayload {
  Json body;  // strings are templates
};
struct TextPayload {
  expect::Template text;  // sent as it is, with no Content-Type of its own
};
struct BytesPayload {
  std::string bytes;
};
struct TarFile {
  std::string path;
  std::optional<expect::Template> text;  // a file with this content
  std::string from;                      // or: a file of the machine, relative to the scenario file
  std::string link;                      // or: a symbolic link to this
  bool folder = false;
  int mode = 0644;
};
struct TarPayload {
  std::vector<TarFile> files;
  int blocking_factor = 1;  // filled up with zeros to a multiple of so many blocks of 512 bytes
};
using Payload = std::variant<NoPayload, JsonPayload, TextPayload, BytesPayload, TarPayload>;

// METHOD and path with its query and headers, as `call` and `open` share them.
struct RequestSpec {
  std::string method;
  expect::Template path;  // may hold a query
  // Appended to the path's query, percent-encoded; absent ones left out.
  std::vector<std::pair<std::string, expect::Template>> query;
  std::vector<std::pair<std::string, expect::Template>> headers;
  Payload payload;
  // API version put before the path ("/v1.41"): absent: the engine's own; "none": no prefix.
  std::optional<expect::Template> api;
};

struct Polling {
  expect::Path value;  // e.g. ${after.body.State.Status}
  expect::Predicate predicate;
  std::optional<Duration> every;  // nullopt: at first often, then ever more rarely
};

struct CallStep {
  RequestSpec request;
  Duration within;  // deadline of the call (with `until`: of the polling as a whole)
  bool background = false;
  std::optional<Polling> until;
};
// A stream: hijacked (POST attach, exec start) or followed (GET logs?follow=1, events, stats).
struct OpenStep {
  RequestSpec request;
  std::optional<expect::Template> upgrade;  // value of the Upgrade header; nullopt: none sent
  Duration within;                          // until the response head
  bool background = false;
};
struct SendStep {
  std::string stream;
  std::variant<expect::Template, std::string> data;  // text, or bytes
  std::string opcode;  // of the frame on a websocket: "ping"; "": text or binary, as the data is
};
struct HalfCloseStep {
  std::string stream;
};
struct ReadStep {
  struct UntilEnd {};
  struct UntilText {
    expect::Template text;  // in what has come on the stream since the last read
  };
  struct UntilBytes {
    uint64_t count;
  };
  std::string stream;
  std::variant<UntilEnd, UntilText, UntilBytes> until;
  Duration within;
};
struct CloseStep {
  std::string stream;
};
struct SleepStep {
  expect::Template duration;
};
struct JoinStep {
  std::string name;  // of a background call or open
  Duration within;
};
// Waits for an event of this case, counted from the start of the case.
struct AwaitEventStep {
  std::string action;  // "die"
  int count = 1;       // the n-th such event
  Duration within;
};
// Does something to the daemon of the case's own engine, and waits until it is done.
struct EngineStep {
  expect::Template act;  // one of EngineActs(), or the parameter that says which
  Duration within;
};
// Requests are all connected first, then sent at once, then all answers are awaited.
struct Step;
struct ConcurrentlyStep {
  std::vector<Step> steps;  // CallStep only
};

struct Step {
  std::string where;  // "steps[2]", or "lib/run.yaml: steps[0]"
  std::string name;   // `as:`; may be empty
  std::optional<When> when;
  std::variant<CallStep, OpenStep, SendStep, HalfCloseStep, ReadStep, CloseStep, SleepStep,
               JoinStep, AwaitEventStep, EngineStep, ConcurrentlyStep>
      action;
};

struct Parameter {
  std::string name;
  std::vector<Json> values;  // distinct; kAbsent as text
};

struct Matrix {
  enum class Combine { kAll, kPairs };
  std::vector<Parameter> parameters;
  std::vector<When> exclude;
  std::vector<Json> include;  // whole rows added (objects with every parameter)
  Combine combine = Combine::kAll;
};

// What an engine must have for the scenario to mean anything there.
struct Need {
  enum class Kind {
    kApi,         // `api`
    kProduct,     // text "docker"
    kDisposable,  // an engine that plimsoll started itself
    kRegistry,    // the registry of images that such engines have
    kAnswer,      // calling `request` gives `status`: capabilities are found by asking
  } kind;
  std::optional<VersionRange> api;
  std::string text;
  std::string method, path;
  int status = 200;
  std::string reason;  // shown as the reason of `unsupported`
};

// `when` + expected values; one expectation per observation named.
struct ExpectRow {
  When when;
  std::optional<VersionRange> api;  // engines that speak this; nullopt: all
  std::vector<std::pair<std::string, expect::Predicate>> values;
  std::string because;
};
// A deviation that is known: it is reported, but does not fail a run.
struct KnownDeviation {
  std::vector<std::string> on;  // engines' names or their beginnings: "podman", "podman-4.3"
  When when;
  std::vector<std::string> of;  // observations
  std::string because;
  std::string upstream;  // may be empty
};
// A value that varies from one time to the next, and all that it may be.
struct KnownToVary {
  std::vector<std::string> on;  // as of a deviation; empty: every engine
  When when;
  std::vector<std::string> of;
  std::vector<Json> values;  // two or more
  std::string because;
};

struct Scenario {
  std::string id;    // "area/file"
  std::string area;  // folder the file lies in
  std::string file;  // as given
  std::string title;
  std::string question;
  std::vector<Need> needs;
  // Whether its cases run while their engine, or the whole machine, does nothing else for us.
  enum class Alone { kNo, kOnEngine, kOnMachine } alone = Alone::kNo;
  // How a case reaches its engine: "unix", "tcp" or "tls", or the parameter that says so. nullopt: as the run does.
  std::optional<expect::Template> through;
  // Settings with which the case's own daemon is started, as in its daemon.json; strings are templates.
  Json daemon = Json::object();
  Duration deadline;   // of one case, clean-up not counted; default 60 s
  Matrix matrix;
  // Carried out once for all cases of an engine that agree in `given_parameters`: those that these steps use.
  std::vector<Step> given;
  std::vector<std::string> given_parameters;
  std::vector<Step> steps;
  std::vector<expect::Observation> observe;
  std::vector<std::pair<std::string, Json>> observe_source;
  std::vector<ExpectRow> expect;
  std::vector<KnownDeviation> known_deviations;
  std::vector<KnownToVary> varies;
  // As written, for the journal (includes expanded).
  Json expect_source = Json::array();
  Json known_deviations_source = Json::array();
  Json varies_source = Json::array();
  Json steps_source = Json::array();  // those of `given` first
  std::string source_hash;
  // Some observation or step looks at ${events...}.
  bool wants_events = false;
};

}  // namespace plimsoll::scenario
