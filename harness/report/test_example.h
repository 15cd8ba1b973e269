// Hand-made findings and journals for the report's tests: a small run of three scenarios on two
// engines, and one with hostile text in every field. `Run` holds what differs between two
// recordings of the same behaviour, so that a test can show that no report depends on it.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "analyse/findings.h"
#include "journal/records.h"

namespace plimsoll::report::example {

using analyse::Cell;
using analyse::Findings;
using analyse::ScenarioFindings;
using analyse::Verdict;
using journal::CaseRecord;
using journal::Chunk;
using journal::Exchange;
using journal::Journal;

inline constexpr int64_t kMs = 1'000'000;
inline const std::string kDocker = "docker-20.10";
inline const std::string kPodman = "podman-4.3";

// What an engine and plimsoll make up anew each time.
struct Run {
  std::string id_digit = "a";
  std::string run_id = "7f3k2m";
  int64_t clock = 5'000 * kMs;
  int pid = 41177;
  bool second_of_two_is_faster = false;

  std::string ContainerId(int n) const {
    return fmt::format("{:02x}", n) + std::string(62, id_digit[0] == 'a' ? 'c' : 'd');
  }
  std::string Name(int n) const { return fmt::format("plimsoll-{}-{}", run_id, n); }
};

inline journal::Bytes BytesOf(std::string_view text) {
  journal::Bytes bytes;
  bytes.Append(text);
  return bytes;
}

// A frame of the multiplexed stream (http/stream_frames.h).
inline std::string Frame(int stream, const std::string& text) {
  std::string frame(8, '\0');
  frame[0] = static_cast<char>(stream);
  frame[7] = static_cast<char>(text.size());
  return frame + text;
}

class CaseMaker {
 public:
  CaseMaker(const Run& run, CaseRecord record) : record_(std::move(record)), now_(run.clock) {
    record_.started = now_;
  }

  Exchange& Call(const std::string& step, const std::string& name, const std::string& method,
                 const std::string& target, const std::string& body, int status,
                 const std::string& reason, const std::string& answer) {
    Exchange& exchange = record_.exchanges.emplace_back();
    Fill(exchange, step, name, method, target, body, status, reason, answer);
    return exchange;
  }
  void CleanUp(const std::string& method, const std::string& target) {
    Fill(record_.clean_up.emplace_back(), "clean-up", "", method, target, "", 204, "No Content",
         "");
  }
  void Pause(int64_t nanos) { now_ += nanos; }
  int64_t now() const { return now_; }
  CaseRecord& record() { return record_; }
  CaseRecord Done() {
    record_.ended = now_;
    return record_;
  }

 private:
  void Fill(Exchange& exchange, const std::string& step, const std::string& name,
            const std::string& method, const std::string& target, const std::string& body,
            int status, const std::string& reason, const std::string& answer) {
    exchange.step = step;
    exchange.name = name;
    exchange.method = method;
    exchange.target = "/v1.41" + target;
    if (!body.empty()) exchange.request_headers = {{"Content-Type", "application/json"}};
    exchange.request_body = BytesOf(body);
    exchange.head =
        http::ResponseHead{"HTTP/1.1", status, reason, {{"Content-Type", "application/json"}}};
    exchange.response_body = BytesOf(answer);
    exchange.times.started = now_;
    now_ += 3 * kMs;
    exchange.times.ended = now_;
    now_ += kMs;
  }

  CaseRecord record_;
  int64_t now_;
};

inline journal::EngineRecord Engine(const std::string& name, Json identity) {
  journal::EngineRecord engine;
  engine.name = name;
  engine.endpoint = "unix:///run/" + name + ".sock";
  engine.identity = std::move(identity);
  engine.identity["kernel"] = "6.1.0-9-amd64";
  return engine;
}

inline std::vector<journal::EngineRecord> Engines() {
  return {Engine(kDocker, {{"product", "docker"},
                           {"version", "20.10.24+dfsg1"},
                           {"api", "1.41"},
                           {"api_min", "1.12"},
                           {"runtime", "runc 1.1.5+ds1"},
                           {"storage_driver", "overlay2"},
                           {"cgroup_version", "1"}}),
          Engine(kPodman, {{"product", "podman"},
                           {"version", "4.3.1"},
                           {"api", "1.41"},
                           {"api_min", "1.24"},
                           {"runtime", "crun 1.8.1"},
                           {"storage_driver", "overlay"},
                           {"cgroup_version", "1"}})};
}

inline Cell Stable(Json value) {
  Cell cell;
  cell.seen[CompactJson(value)] = 1;
  cell.value = std::move(value);
  return cell;
}

inline analyse::Literal Is(const std::string& parameter, std::vector<Json> values,
                           size_t domain = 2) {
  return {parameter, std::move(values), domain};
}

// ---- containers/stdin-flags: both engines alike, but for one observation.

inline const std::string kStdin = "containers/stdin-flags";

inline std::string StdinCaseId(bool open, bool tty, const std::string& engine) {
  return fmt::format("{}[OpenStdin={},Tty={}]@{}", kStdin, open, tty, engine);
}

inline void AddAttach(CaseMaker& maker, const std::string& id, bool open, bool tty, int pid) {
  Exchange& attach = maker.Call("steps[1]", "client", "POST",
                                "/containers/" + id + "/attach?stream=1&stdin=1&stdout=1", "", 101,
                                "UPGRADED", "");
  attach.stream = true;
  attach.upgraded = true;
  attach.head->headers = {{"Content-Type", "application/vnd.docker.raw-stream"}};
  const std::string text = fmt::format("{{\"probe\":\"start\",\"pid\":{}}}\nhello\n", pid);
  if (open) attach.response_body = BytesOf(tty ? text : Frame(1, text));
  attach.sent = BytesOf("hello\n");
  const size_t index = maker.record().exchanges.size() - 1;
  maker.Call("steps[2]", "", "POST", "/containers/" + id + "/start", "", 204, "No Content", "");
  const int64_t at = maker.now();
  maker.record().exchanges[index].chunks = {{Chunk::Direction::kSent, at, 2},
                                            {Chunk::Direction::kSent, at + 1, 4},
                                            {Chunk::Direction::kHalfClosed, at + kMs, 0}};
  maker.Pause(5 * kMs);
  maker.record().readings.push_back({"", "steps[5]", "client", true, "end", open ? "hello\n" : "",
                                     maker.now(), maker.now() + kMs});
  maker.Pause(2 * kMs);
}

inline CaseRecord StdinCase(const Run& run, int n, bool open, bool tty, const std::string& engine) {
  CaseRecord record;
  record.id = StdinCaseId(open, tty, engine);
  record.scenario = kStdin;
  record.engine = engine;
  record.parameters = {{"OpenStdin", open}, {"Tty", tty}};
  record.container_name = run.Name(n);
  CaseMaker maker(run, record);
  const std::string id = run.ContainerId(n);
  maker.Call(
      "steps[0]", "box", "POST", "/containers/create?name=" + run.Name(n),
      fmt::format(R"({{"Image":"plimsoll/probe","Cmd":["cat","it's"],"OpenStdin":{},"Tty":{},)"
                  R"("Labels":{{"plimsoll.run":"{}","plimsoll.case":"{}"}}}})",
                  open, tty, run.run_id, record.id),
      201, "Created", fmt::format(R"({{"Id":"{}","Warnings":[]}})", id));
  AddAttach(maker, id, open, tty, run.pid);
  maker.Call("steps[6]", "after", "GET", "/containers/" + id + "/json", "", 200, "OK",
             fmt::format(R"({{"Id":"{}","State":{{"Status":"exited","Pid":{}}}}})", id, run.pid));
  maker.CleanUp("DELETE", "/containers/" + id + "?force=1&v=1");
  return maker.Done();
}

inline ScenarioFindings StdinFindings() {
  ScenarioFindings s;
  s.id = kStdin;
  s.source_hash = "5ca1ab1e";
  s.area = "containers";
  s.title = "Standard input of a created container";
  s.question =
      "An attached client writes a line and closes its write side.\nDoes the process see "
      "end-of-file?\n";
  s.parameters = {{"OpenStdin", {false, true}}, {"Tty", {false, true}}};
  s.observations = {{"attach answers", false, false},
                    {"the process sees end-of-file", true, false},
                    {"state", false, false}};
  s.engines = {kDocker, kPodman};
  for (const bool open : {false, true}) {
    for (const bool tty : {false, true}) {
      for (const std::string& engine : s.engines) {
        const bool eof = open && !tty;
        analyse::CaseFinding finding;
        finding.case_id = StdinCaseId(open, tty, engine);
        finding.engine = engine;
        finding.parameters = {{"OpenStdin", open}, {"Tty", tty}};
        const std::string state = eof || (engine == kDocker && !open) ? "exited" : "running";
        finding.cells = {Stable(101), Stable(eof), Stable(state)};
        finding.verdict = Verdict::kObserved;
        s.cases.push_back(finding);
      }
    }
    for (const bool tty : {false, true}) {
      if (open) continue;
      s.differences.push_back({{{"OpenStdin", open}, {"Tty", tty}},
                               "state",
                               {{kDocker, "exited"}, {kPodman, "running"}},
                               {{kDocker, StdinCaseId(open, tty, kDocker)},
                                {kPodman, StdinCaseId(open, tty, kPodman)}}});
    }
  }
  const std::vector<std::string> both = s.engines;
  s.rules.push_back(
      {"attach answers", both, {}, {"OpenStdin", "Tty"}, {{101, {{}}, false, 4}}, 4, true, {}});
  s.rules.push_back(
      {"the process sees end-of-file",
       both,
       {"OpenStdin", "Tty"},
       {},
       {{true, {{Is("OpenStdin", {true}), Is("Tty", {false})}}, false, 1}, {false, {}, true, 3}},
       4,
       true,
       {}});
  s.rules.push_back({"state",
                     {kDocker},
                     {"OpenStdin", "Tty"},
                     {},
                     {{"running", {{Is("OpenStdin", {true}), Is("Tty", {true})}}, false, 1},
                      {"exited", {}, true, 3}},
                     4,
                     true,
                     {}});
  s.rules.push_back({"state",
                     {kPodman},
                     {"OpenStdin", "Tty"},
                     {},
                     {{"exited", {{Is("OpenStdin", {true}), Is("Tty", {false})}}, false, 1},
                      {"running", {}, true, 3}},
                     4,
                     true,
                     {}});
  s.verdict = Verdict::kObserved;
  s.verdict_by_engine = {{kDocker, Verdict::kObserved}, {kPodman, Verdict::kObserved}};
  return s;
}

// ---- signals/stop-timeout: expectations, a deviation, a known one, an unstable value, durations.

inline const std::string kStop = "signals/stop-timeout";

inline std::string StopCaseId(const Json& t, const std::string& engine) {
  return fmt::format("{}[t={}]@{}", kStop, t.is_string() ? t.get<std::string>() : t.dump(), engine);
}

inline CaseRecord StopCase(const Run& run, int n, const Json& t, const std::string& engine) {
  CaseRecord record;
  record.id = StopCaseId(t, engine);
  record.scenario = kStop;
  record.engine = engine;
  record.parameters = {{"t", t}};
  record.container_name = run.Name(n);
  CaseMaker maker(run, record);
  const std::string id = run.ContainerId(n);
  maker.Call("steps[0]", "box", "POST", "/containers/create?name=" + run.Name(n),
             "{\"Image\":\"plimsoll/probe\"}", 201, "Created", fmt::format(R"({{"Id":"{}"}})", id));
  maker.Call("steps[1]", "", "POST", "/containers/" + id + "/start", "", 204, "No Content", "");
  Exchange& wait = maker.Call("steps[2]", "waiter", "POST", "/containers/" + id + "/wait", "", 200,
                              "OK", R"({"StatusCode":137})");
  wait.times.ended += 400 * kMs;
  maker.record().marks.push_back(
      {"", "steps[3]", "sleep", true, maker.now(), maker.now() + 250 * kMs + run.pid});
  maker.Pause(251 * kMs);
  // Two stops at once: which is recorded first is chance.
  const std::string stop = "/containers/" + id + "/stop" + (t == "absent" ? "" : "?t=" + t.dump());
  for (const int k : {0, 1}) {
    const int which = run.second_of_two_is_faster ? 1 - k : k;
    Exchange& one = maker.Call(
        fmt::format("steps[4].concurrently[{}]", which), which == 0 ? "first" : "second", "POST",
        stop, "", which == 0 ? 204 : 304, which == 0 ? "No Content" : "Not Modified", "");
    one.times.ended += 50 * kMs;
  }
  maker.Pause(60 * kMs);
  maker.CleanUp("DELETE", "/containers/" + id + "?force=1&v=1");
  return maker.Done();
}

inline analyse::Judgement Judged(const std::string& observation, const std::string& expected,
                                 Json actual, Verdict verdict) {
  analyse::Judgement judgement;
  judgement.observation = observation;
  judgement.expected = expected;
  judgement.actual = std::move(actual);
  judgement.verdict = verdict;
  judgement.because =
      "'Number of seconds to wait before killing the container' (API 1.41,\n  ContainerStop)";
  return judgement;
}

inline analyse::CaseFinding StopFinding(const Json& t, const std::string& engine) {
  analyse::CaseFinding finding;
  finding.case_id = StopCaseId(t, engine);
  finding.engine = engine;
  finding.parameters = {{"t", t}};
  finding.repetitions = 2;
  const bool podman = engine == kPodman;
  const Json code = t == 0 || (podman && t == "absent") ? 137 : 0;
  Cell took = Stable(t == 0 || (podman && t == "absent") ? "0s" : "10s");
  took.raw = t == 0 ? std::vector<int64_t>{12 * kMs, 18'345'678}
                    : std::vector<int64_t>{10'012 * kMs, 10'048 * kMs};
  Cell order = Stable(Json::array({"kill", "die", "stop"}));
  if (t == 10 && podman) order.seen[R"(["kill","stop","die"])"] = 1;
  finding.cells = {Stable(code), took, order};
  if (t == 0) {
    finding.judgements = {Judged("exit code", "is `137`", 137, Verdict::kConforms)};
    finding.verdict = Verdict::kConforms;
  } else {
    const bool deviates = podman && t == "absent";
    finding.judgements = {Judged("exit code", "is `0`", code,
                                 deviates ? Verdict::kKnownDeviation : Verdict::kConforms)};
    if (deviates) {
      finding.judgements[0].known = "the compat API sets StopTimeout to 0";
      finding.judgements[0].upstream = "containers/podman#19139";
      finding.judgements.push_back(Judged("stop took", "is `10s`", "0s", Verdict::kDeviates));
    }
    finding.verdict = deviates ? Verdict::kDeviates : Verdict::kConforms;
    if (!order.stable()) finding.verdict = Verdict::kUnstable;
  }
  return finding;
}

inline ScenarioFindings StopFindings() {
  ScenarioFindings s;
  s.id = kStop;
  s.area = "signals";
  s.title = "How long stop waits";
  s.question = "The process needs a moment to end after SIGTERM. Does `t` give it that moment?";
  s.parameters = {{"t", {0, 10, "absent"}}};
  s.observations = {
      {"exit code", false, false}, {"stop took", false, true}, {"events", false, false}};
  s.engines = {kDocker, kPodman};
  for (const Json& t : s.parameters[0].values) {
    for (const std::string& engine : s.engines) s.cases.push_back(StopFinding(t, engine));
  }
  const auto when = [](std::vector<Json> values) {
    return std::vector<analyse::Term>{{Is("t", std::move(values), 3)}};
  };
  s.rules.push_back({"exit code",
                     {kDocker},
                     {"t"},
                     {},
                     {{137, when({0}), false, 1}, {0, {}, true, 2}},
                     3,
                     true,
                     {}});
  s.rules.push_back({"exit code",
                     {kPodman},
                     {"t"},
                     {},
                     {{0, when({10}), false, 1}, {137, {}, true, 2}},
                     3,
                     true,
                     {}});
  s.rules.push_back({"stop took",
                     {kDocker},
                     {"t"},
                     {},
                     {{"0s", when({0}), false, 1}, {"10s", {}, true, 2}},
                     3,
                     true,
                     {}});
  s.rules.push_back({"stop took",
                     {kPodman},
                     {"t"},
                     {},
                     {{"10s", when({10}), false, 1}, {"0s", {}, true, 2}},
                     3,
                     true,
                     {}});
  const Json events = Json::array({"kill", "die", "stop"});
  s.rules.push_back({"events", {kDocker}, {}, {"t"}, {{events, {{}}, false, 3}}, 3, true, {}});
  s.rules.push_back({"events",
                     {kPodman},
                     {},
                     {"t"},
                     {{events, {{}}, false, 2}},
                     2,
                     false,
                     {StopCaseId(10, kPodman)}});
  for (const auto& [name, docker, podman] : std::vector<std::tuple<std::string, Json, Json>>{
           {"exit code", 0, 137}, {"stop took", "10s", "0s"}}) {
    s.differences.push_back(
        {{{"t", "absent"}},
         name,
         {{kDocker, docker}, {kPodman, podman}},
         {{kDocker, StopCaseId("absent", kDocker)}, {kPodman, StopCaseId("absent", kPodman)}}});
  }
  s.verdict = Verdict::kDeviates;
  s.verdict_by_engine = {{kDocker, Verdict::kConforms}, {kPodman, Verdict::kDeviates}};
  return s;
}

// ---- system/info: no parameters, unsupported on one engine.

inline ScenarioFindings InfoFindings() {
  ScenarioFindings s;
  s.id = "system/swarm-state";
  s.area = "system";
  s.title = "The swarm's state before there is one";
  s.question = "What does an engine say of a swarm that it is not in?";
  s.observations = {{"status", false, false}, {"message", false, false}, {"node id", false, false}};
  s.engines = {kDocker, kPodman};
  analyse::CaseFinding seen;
  seen.case_id = "system/swarm-state@docker-20.10";
  seen.engine = kDocker;
  seen.cells = {Stable(503), Stable("This node is not a swarm manager."), Stable(nullptr)};
  analyse::CaseFinding lacking;
  lacking.case_id = "system/swarm-state@podman-4.3";
  lacking.engine = kPodman;
  lacking.verdict = Verdict::kUnsupported;
  lacking.reason = "GET /swarm answers 404, not 503: podman has no swarm";
  s.cases = {seen, lacking};
  s.rules = {{"status", {kDocker}, {}, {}, {{503, {{}}, false, 1}}, 1, true, {}},
             {"message",
              {kDocker},
              {},
              {},
              {{"This node is not a swarm manager.", {{}}, false, 1}},
              1,
              true,
              {}},
             {"node id", {kDocker}, {}, {}, {{nullptr, {{}}, false, 1}}, 1, true, {}}};
  s.verdict_by_engine = {{kDocker, Verdict::kObserved}, {kPodman, Verdict::kUnsupported}};
  return s;
}

inline Findings ExampleFindings() {
  Findings findings;
  findings.engines = Engines();
  findings.scenarios = {StdinFindings(), StopFindings(), InfoFindings()};
  for (const ScenarioFindings& scenario : findings.scenarios) {
    for (const analyse::CaseFinding& finding : scenario.cases) {
      ++findings.counts[std::string(analyse::Name(finding.verdict))];
    }
  }
  findings.verdict = Verdict::kDeviates;
  findings.planned = 16;
  return findings;
}

inline journal::ScenarioRecord Record(const ScenarioFindings& findings) {
  journal::ScenarioRecord record;
  record.id = findings.id;
  record.area = findings.area;
  record.file = "/somewhere/else/" + findings.id + ".yaml";
  record.title = findings.title;
  record.question = findings.question;
  record.parameters = findings.parameters;
  return record;
}

inline Journal ExampleJournal(const Run& run) {
  Journal journal;
  journal.run.run_id = run.run_id;
  journal.engines = Engines();
  journal.scenarios = {Record(StdinFindings()), Record(StopFindings()), Record(InfoFindings())};
  journal.scenarios[0].steps =
      Json::array({{{"call", "GET /containers/${box.body.Id}/json"},
                    {"as", "after"},
                    {"until", {{"value", "${after.body.State.Status}"}}}}});
  journal.scenarios[1].steps = Json::array(
      {{{"call", "POST /containers/${box.body.Id}/wait"}, {"as", "waiter"}, {"background", true}}});
  const std::string because = Judged("", "", 0, Verdict::kConforms).because;
  journal.scenarios[1].expect =
      Json::array({{{"when", {{"t", 0}}}, {"exit code", 137}, {"because", because}},
                   {{"when", {{"t", {10, "absent"}}}},
                    {"exit code", 0},
                    {"stop took", "10s"},
                    {"because", because}}});
  int n = 0;
  for (const std::string& engine : {kDocker, kPodman}) {
    for (const bool open : {false, true}) {
      for (const bool tty : {false, true})
        journal.cases.push_back(StdinCase(run, ++n, open, tty, engine));
    }
    for (const Json& t : {Json(0), Json(10), Json("absent")}) {
      journal.cases.push_back(StopCase(run, ++n, t, engine));
    }
  }
  std::ranges::sort(journal.cases, {}, &CaseRecord::id);  // as it is read back
  return journal;
}

// ---- Hostile text wherever there is text.

inline const std::string kHostile =
    "a|b `c` <img src=x onerror=alert(1)> [l](http://evil) \x1b[31mred\x1b[0m\r\n# h\n\n- *x* _y_ "
    "\xff\xfe "
    "'; rm -rf $HOME #\"$(id)\" \xe2\x80\xae;%%{init}%% </details> ]]> & ``` end";

inline Findings HostileFindings() {
  ScenarioFindings s;
  s.id = "../x/" + kHostile;
  s.area = kHostile;
  s.title = kHostile;
  s.question = kHostile;
  s.parameters = {{kHostile, {kHostile, "tame"}}};
  s.observations = {{kHostile, false, false}, {"clause " + kHostile, true, false}};
  s.engines = {kHostile, "tame"};
  for (const std::string& value : {kHostile, std::string("tame")}) {
    for (const std::string& engine : s.engines) {
      analyse::CaseFinding finding;
      finding.case_id = kHostile + value + engine;
      finding.engine = engine;
      finding.parameters = {{kHostile, value}};
      finding.cells = {Stable(engine == "tame" ? Json(1) : Json(kHostile)),
                       Stable(value == "tame")};
      finding.reason = kHostile;
      finding.verdict = value == "tame"    ? Verdict::kDeviates
                        : engine == "tame" ? Verdict::kUnsupported
                                           : Verdict::kTimedOut;
      for (const Verdict verdict : {Verdict::kDeviates, Verdict::kKnownDeviation}) {
        finding.judgements.push_back(
            {kHostile, "is `" + kHostile + "`", kHostile, verdict, kHostile, kHostile, kHostile});
      }
      if (engine == "tame") finding.cells[0].seen[CompactJson(Json(kHostile))] = 1;
      s.cases.push_back(finding);
    }
  }
  s.rules = {{kHostile,
              {kHostile},
              {kHostile},
              {},
              {{kHostile, {{Is(kHostile, {kHostile})}}, false, 1}, {1, {}, true, 1}},
              2,
              false,
              {}},
             {"clause " + kHostile,
              s.engines,
              {kHostile},
              {},
              {{true, {{Is(kHostile, {"tame"})}}, false, 1}, {false, {}, true, 1}},
              2,
              true,
              {}}};
  s.differences = {{{{kHostile, kHostile}},
                    kHostile,
                    {{kHostile, kHostile}, {"tame", 1}},
                    {{kHostile, kHostile + kHostile + kHostile}}}};
  s.verdict_by_engine = {{kHostile, Verdict::kDeviates}, {"tame", Verdict::kDeviates}};
  Findings findings;
  findings.engines = {Engine(
      kHostile,
      {{"product", kHostile}, {"version", kHostile}, {"api", kHostile}, {"runtime", kHostile}})};
  findings.scenarios = {s};
  findings.counts = {{"deviates", 2}, {"timed out", 1}, {"unsupported", 1}};
  findings.torn = kHostile;
  return findings;
}

inline Journal HostileJournal() {
  const Findings findings = HostileFindings();
  Journal journal;
  journal.run.run_id = "run-id";
  journal.engines = findings.engines;
  journal.scenarios = {Record(findings.scenarios[0])};
  journal.scenarios[0].file = "x." + kHostile;
  for (const analyse::CaseFinding& finding : findings.scenarios[0].cases) {
    CaseRecord record;
    record.id = finding.case_id;
    record.scenario = findings.scenarios[0].id;
    record.engine = finding.engine;
    record.parameters = finding.parameters;
    record.container_name = "name";
    CaseMaker maker(Run(), record);
    maker.Call("steps[0]", kHostile, "POST", "/" + kHostile, kHostile, 200, kHostile, kHostile);
    Exchange& stream =
        maker.Call("steps[1]", kHostile, "POST", "/stream" + kHostile, "", 200, kHostile, kHostile);
    stream.stream = true;
    stream.sent = BytesOf(kHostile);
    stream.chunks = {{Chunk::Direction::kSent, maker.now(), kHostile.size()}};
    stream.head->headers = {{kHostile, kHostile}};
    maker
        .Call("steps[2]", "", "PUT", "/json", Json{{"k'ey", "it's $HOME `x`"}}.dump(), 200, "OK",
              "")
        .request_headers.push_back({"X-Hostile", "a|b 'c' \"d\" $HOME `id` \\ ;&"});
    // An answer whose member names try to become sed commands in the script.
    const std::string id = Run().ContainerId(7);
    maker.Call("steps[3]", "answer", "POST", "/sed", "", 200, "OK",
               Json{{"x/;e touch pwned;s/", id}}.dump());
    maker.Call("steps[4]", "", "GET", "/containers/" + id + "/json", "", 200, "OK", "");
    journal.cases.push_back(maker.Done());
  }
  return journal;
}

}  // namespace plimsoll::report::example
