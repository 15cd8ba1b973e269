// A traced command as a page, as lines and as a scenario: `docker run` as its calls come, with all that is odd about them.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/trace_page.h"
#include "report/trace_scenario.h"
#include "report/trace_steps.h"

namespace plimsoll::report {
namespace {

using journal::Chunk;
using journal::Exchange;
using journal::Outcome;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kTracedId = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00";
constexpr int64_t kTracedStart = 1'000'000'000;

// From `started` to `ended`, in ms after the command began.
Exchange TracedCall(const std::string& name, const std::string& method, const std::string& target, int status, int64_t started, int64_t ended) {
  Exchange call;
  call.name = name;
  call.connection = 1;
  call.method = method;
  call.target = target;
  call.request_headers = {{"Host", "docker"}, {"User-Agent", "Docker-Client"}};
  call.head = http::ResponseHead{"HTTP/1.1", status, "OK", {}};
  call.times.started = kTracedStart + started * 1'000'000;
  call.times.sent = call.times.started + 1;
  call.times.ended = kTracedStart + ended * 1'000'000;
  return call;
}

void Chunked(Exchange& stream, Chunk::Direction direction, int64_t at, uint64_t size) {
  stream.chunks.push_back({direction, kTracedStart + at * 1'000'000, size});
}

struct Traced {
  journal::CaseRecord record;
  journal::Journal journal;
  analyse::RequestFindings requests;
  std::vector<std::string> command = {"docker", "run", "--rm", "-i", "--name", "job", "localhost/plimsoll/probe:1", "cat"};

  journal::EngineRecord engine{"docker-20.10", "unix:///x", false, {{"api", "1.41"}}};

  void Finish() {
    record.id = "trace@docker-20.10";
    record.scenario = "trace";
    record.engine = "docker-20.10";
    record.started = kTracedStart;
    record.ended = kTracedStart + 900'000'000;
    journal.engines = {engine};
    journal.scenarios = {ScenarioOfTrace(record, engine, command)};
    journal.cases = {record};
  }
};

Traced DockerRun() {
  Traced traced;
  auto& calls = traced.record.exchanges;
  calls.push_back(TracedCall("ping", "HEAD", "/_ping", 200, 1, 2));
  Exchange create = TracedCall("box", "POST", "/v1.41/containers/create?name=job", 201, 3, 5);
  create.request_headers.push_back({"Content-Type", "application/json"});
  create.request_body.Append(R"({"Tty":false,"OpenStdin":true,"Cmd":["cat"],"Env":null,"Image":"localhost/plimsoll/probe:1","Labels":{"a":"${b}"},"HostConfig":{"AutoRemove":true}})");
  create.response_body.Append(fmt::format(R"({{"Id":"{}","Warnings":[]}})", kTracedId));
  calls.push_back(create);
  Exchange attach = TracedCall("client", "POST", fmt::format("/v1.41/containers/{}/attach?stdin=1&stream=1", kTracedId), 101, 6, 60);
  attach.request_headers.push_back({"Upgrade", "tcp"});
  attach.stream = attach.upgraded = true;
  attach.sent.Append("hello ${x}\n");
  attach.response_body.Append("hello\n");
  Chunked(attach, Chunk::Direction::kSent, 30, 6);
  Chunked(attach, Chunk::Direction::kSent, 31, 5);
  Chunked(attach, Chunk::Direction::kHalfClosed, 32, 0);
  Chunked(attach, Chunk::Direction::kReceived, 33, 6);
  calls.push_back(attach);
  Exchange wait = TracedCall("wait", "POST", fmt::format("/v1.41/containers/{}/wait?condition=removed", kTracedId), 200, 8, 70);
  wait.response_body.Append(R"({"StatusCode":0})");
  calls.push_back(wait);
  calls.push_back(TracedCall("start", "POST", fmt::format("/v1.41/containers/{}/start", kTracedId), 204, 10, 20));
  calls.push_back(TracedCall("inspect", "GET", "/v1.30/containers/job/json", 404, 80, 81));
  traced.record.readings.push_back({"", "steps[2]", "client", true, "end", "hello\n", kTracedStart + 60'000'000, kTracedStart + 60'000'000});
  traced.Finish();
  return traced;
}

TEST(TraceScenarioFile, MakesTheSameCallsAgain) {
  const Traced traced = DockerRun();
  EXPECT_EQ(TraceScenarioFile(traced.record, traced.engine, traced.command),
            R"(# Made by `plimsoll trace --to-scenario` of a run on docker-20.10: what the client did, in its order, not what it is meant to show.
title: "The calls of docker run --rm -i --name job localhost/plimsoll/probe:1 cat"
question: "What does an engine answer to the calls of this command?"
steps:
  - call: "HEAD /_ping"
    as: ping
    api: "none"
  - call: "POST /containers/create?name=${case.name}"
    as: box
    body: {"Tty": false, "OpenStdin": true, "Cmd": ["cat"], "Env": null, "Image": "${image.probe}", "Labels": {"a": "$${b}"}, "HostConfig": {"AutoRemove": true}}
  - open: "POST /containers/${box.body.Id}/attach?stdin=1&stream=1"
    as: client
    upgrade: "tcp"
  - call: "POST /containers/${box.body.Id}/wait?condition=removed"
    as: wait
    background: true
  - call: "POST /containers/${box.body.Id}/start"
    as: start
  - send: "client"
    text: "hello $${x}\n"
  - half-close: "client"
  - read: "client"
    until: "end"
    within: "10s"
  - join: "wait"
  - call: "GET /v1.30/containers/${case.name}/json"
    as: inspect
observe:
  ping answers: ${ping.status}
  box answers: ${box.status}
  client answers: ${client.status}
  wait answers: ${wait.status}
  wait says: ${wait.body.StatusCode}
  start answers: ${start.status}
  inspect answers: ${inspect.status}
)");
}

TEST(TraceScenarioFile, SaysWhatItCannotSay) {
  Traced traced;
  Exchange odd = TracedCall("odd", "", "", 400, 1, 2);
  odd.error = "the request: the request line \"x\" is not of three words";
  Exchange pull = TracedCall("pull", "POST", "/images/create?fromImage=x", 200, 3, 4);
  pull.request_headers.push_back({"X-Registry-Auth", "(redacted)"});
  Exchange build = TracedCall("build", "POST", "/build", 200, 5, 6);
  build.request_body.Append(std::string(100'000, 'x'));
  Exchange unknown = TracedCall("inspect", "GET", fmt::format("/containers/{}/json", kTracedId), 0, 7, 8);
  unknown.head.reset();
  unknown.outcome = Outcome::kCancelled;
  unknown.error = "the client closed the connection before the answer was whole";
  Exchange session = TracedCall("session", "POST", "/session", 101, 9, 10);
  session.stream = true;
  session.sent.Append("secret", 0);
  session.outcome = Outcome::kOpen;
  Chunked(session, Chunk::Direction::kSent, 9, 6);
  traced.record.exchanges = {odd, pull, build, unknown, session};
  traced.Finish();
  const std::string file = TraceScenarioFile(traced.record, traced.engine, traced.command);
  EXPECT_THAT(file, HasSubstr("  # left out: the request: the request line \"x\" is not of three words\n  # the header X-Registry-Auth is left out: it is not kept\n  - call: \"POST /images/create"));
  EXPECT_THAT(file, HasSubstr("  # the request's body of 100000 bytes is left out\n  - call: \"POST /build\""));
  EXPECT_THAT(file, HasSubstr(fmt::format("  # no answer gave the id {}\n  # when traced: cancelled, the client closed the connection before the answer was whole\n", kTracedId)));
  EXPECT_THAT(file, HasSubstr("  # left out: of 6 bytes sent on session the record has 0\n"));
  EXPECT_THAT(file, HasSubstr("  - close: \"session\"\n"));
  EXPECT_THAT(file, HasSubstr("upgrade: \"none\""));
}

TEST(TraceScenarioFile, HasAStepWhereNothingWasAsked) {
  Traced traced;
  traced.Finish();
  EXPECT_THAT(TraceScenarioFile(traced.record, traced.engine, {"echo", "${x}"}), HasSubstr("title: \"The calls of echo '$ {x}'\"\n")) << "no template";
  EXPECT_THAT(TraceScenarioFile(traced.record, traced.engine, {"true"}), HasSubstr("# No call was traced; this one stands for them.\nsteps:\n  - call: GET /_ping\n"));
}

TEST(StepsOfTrace, TakeIdsFromWhereverAnAnswerGaveThem) {
  Traced traced;
  Exchange list = TracedCall("boxes", "GET", "/containers/json", 200, 1, 2);
  list.response_body.Append(fmt::format(R"([{{"Id":"x"}},{{"Id":"{}","ImageID":"sha256:{}"}}])", kTracedId, std::string(64, 'a')));
  Exchange short_id = TracedCall("inspect", "GET", "/containers/c0ffee00c0ff/json", 200, 3, 4);
  Exchange image = TracedCall("inspect2", "GET", "/images/sha256:" + std::string(64, 'a') + "/json", 200, 5, 6);
  traced.record.exchanges = {list, short_id, image};
  std::vector<std::string> calls;
  for (const TraceStep& step : StepsOfTrace(traced.record, traced.engine)) calls.push_back(step.step["call"].get<std::string>());
  EXPECT_THAT(calls, ElementsAre("GET /containers/json", "GET /containers/${boxes.body[1].Id}/json", "GET /images/${boxes.body[1].ImageID}/json"));
}

// What a call to `target` becomes after a container was made as `web` and, with its second name, as `web2`.
TraceStep StepAfterWeb(const std::string& target, const std::string& body = "") {
  Traced traced;
  Exchange call = TracedCall("call", "POST", target, 200, 5, 6);
  call.request_headers.push_back({"Content-Type", "application/json"});
  call.request_body.Append(body);
  traced.record.exchanges = {TracedCall("box", "POST", "/v1.41/containers/create?name=web", 201, 1, 2),
                             TracedCall("box2", "POST", "/v1.41/containers/create?name=%2Fweb2&platform=", 201, 3, 4), call};
  return StepsOfTrace(traced.record, traced.engine).at(2);
}

TEST(StepsOfTrace, ReplaceAContainersNameWhereverTheApiHasOneAndNowhereElse) {
  const std::pair<std::string, std::string> targets[] = {
      {"/containers/web/json", "/containers/${case.name}/json"},
      {"/containers/web2", "/containers/${case.name}-2"},
      {"/containers/web?force=1", "/containers/${case.name}?force=1"},
      {"/containers/website/json", "/containers/website/json"},
      {"/networks/web/connect", "/networks/web/connect"},
      {"/containers/create?platform=web&name=web2", "/containers/create?platform=web&name=${case.name}-2"},
      {"/containers/create?name=web23&x", "/containers/create?name=${case.name}-3&x"},
      {"/containers/web/rename?name=web2", "/containers/${case.name}/rename?name=${case.name}-2"},
      {"/volumes/create?name=web", "/volumes/create?name=web"},
      {"/commit?container=web&repo=web", "/commit?container=${case.name}&repo=web"},
      {"/containers/json?filters=%7B%22name%22%3A%7B%22web%22%3Atrue%7D%7D", "/containers/json?filters=%7B%22name%22%3A%7B%22${case.name}%22%3Atrue%7D%7D"},
      {"/events?filters={\"container\":[\"web2\"]}", "/events?filters=%7B%22container%22%3A%5B%22${case.name}-2%22%5D%7D"},
      {"/networks?filters={\"name\":[\"web\"]}", "/networks?filters={\"name\":[\"web\"]}"},
  };
  for (const auto& [target, as_template] : targets) EXPECT_EQ(StepAfterWeb(target).step["call"], "POST " + as_template) << target;
  EXPECT_EQ(StepAfterWeb("/networks/n/connect", R"({"Container":"web","EndpointConfig":{"Links":["web:db","x:web"]}})").step["body"].dump(),
            R"({"Container":"${case.name}","EndpointConfig":{"Links":["${case.name}:db","x:web"]}})");
  EXPECT_EQ(StepAfterWeb("/containers/create", R"({"Cmd":["web"],"HostConfig":{"NetworkMode":"container:web","PidMode":"container:web3","VolumesFrom":["web:ro"]}})").step["body"].dump(),
            R"({"Cmd":["web"],"HostConfig":{"NetworkMode":"container:${case.name}","PidMode":"container:web3","VolumesFrom":["${case.name}:ro"]}})");
}

TEST(StepsOfTrace, KnowTheNameThatARenameGave) {
  Traced traced;
  traced.record.exchanges = {TracedCall("box", "POST", "/v1.41/containers/create?name=web", 201, 1, 2),
                             TracedCall("rename", "POST", "/v1.41/containers/web/rename?name=old", 204, 3, 4),
                             TracedCall("rename2", "POST", "/v1.41/containers/old/rename?name=taken", 409, 5, 6),
                             TracedCall("removal", "DELETE", "/v1.41/containers/old", 204, 7, 8)};
  std::vector<std::string> calls;
  for (const TraceStep& step : StepsOfTrace(traced.record, traced.engine)) calls.push_back(step.step["call"].get<std::string>());
  EXPECT_THAT(calls, ElementsAre("POST /containers/create?name=${case.name}", "POST /containers/${case.name}/rename?name=${case.name}-2",
                                 "POST /containers/${case.name}-2/rename?name=taken", "DELETE /containers/${case.name}-2"));
}

TEST(StepsOfTrace, AreAsManyAsAScenarioMayHaveOfHoweverManyCalls) {
  Traced traced;
  Exchange unknown = TracedCall("inspect", "GET", fmt::format("/containers/{}/json", kTracedId), 404, 0, 0);
  for (int i = 0; i < 100'000; ++i) {
    unknown.times.started = kTracedStart + 10 * i;
    unknown.times.ended = unknown.times.started + 100'000;  // many are under way beside it
    traced.record.exchanges.push_back(unknown);
  }
  const std::vector<TraceStep> steps = StepsOfTrace(traced.record, traced.engine);
  ASSERT_EQ(steps.size(), 990u);
  EXPECT_TRUE(steps[0].step["background"].get<bool>());
  EXPECT_THAT(steps.back().notes, Contains("left out: 989 further steps"));
  EXPECT_THAT(steps.back().notes, Contains("left out: 99010 further calls"));
}

TEST(TraceText, TellsTheCallsInOrderAndSumsStreamsUp) {
  Traced traced = DockerRun();
  traced.requests.checked = 6;
  traced.requests.list = {{1, "POST /containers/create", {{openapi::DriftKind::kExtra, "Odd", "integer"}}}, {5, "", {}}};
  traced.requests.unknown = {"1.99"};
  EXPECT_EQ(TraceText({traced.record, traced.journal, traced.requests, traced.command}),
            "6 calls over 1 connection to docker-20.10\n"
            "   1  200            1ms  HEAD /_ping\n"
            "   2  201            2ms  POST /v1.41/containers/create?name=job\n"
            "   3  101           54ms  POST /v1.41/containers/c0ffee00c0ff/attach?stdin=1&stream=1\n"
            "                           upgraded to tcp, 11 bytes sent, half-closed, 6 bytes received, ended by the engine\n"
            "   4  200           62ms  POST /v1.41/containers/c0ffee00c0ff/wait?condition=removed\n"
            "   5  204           10ms  POST /v1.41/containers/c0ffee00c0ff/start\n"
            "   6  404            1ms  GET /v1.30/containers/job/json\n"
            "call 2 is not as described: undocumented field Odd: integer\n"
            "call 6 is not as described: no such path in the description\n"
            "not compared with the API's description: version 1.99, of which there is no Swagger file\n");
}

TEST(TraceText, TellsWhatWasRefusedAlthoughTheCommandEndedWithZero) {
  Traced traced = DockerRun();
  traced.record.exchanges[5].response_body.Append(R"({"message": "No such container: job"})");
  const std::string told = "call 6 was refused (404: No such container: job), and the command ended with 0";
  const auto text = [&](std::optional<int> status) { return TraceText({traced.record, traced.journal, traced.requests, traced.command, status}); };
  EXPECT_THAT(text(0), HasSubstr("\n" + told + "\n"));
  EXPECT_THAT(text(1), Not(HasSubstr("was refused")));
  EXPECT_THAT(text(std::nullopt), Not(HasSubstr("was refused")));
  const std::string page = TracePage({traced.record, traced.journal, traced.requests, traced.command, 0});
  EXPECT_THAT(page, HasSubstr("## Refused, and yet the command ended with 0\n\n- " + told + "\n"));
}

TEST(TracePage, ShowsTheSequenceWithNamesForIds) {
  Traced traced = DockerRun();
  traced.requests.checked = 6;
  const std::string page = TracePage({traced.record, traced.journal, traced.requests, traced.command});
  EXPECT_THAT(page, HasSubstr("# What `docker run --rm -i --name job localhost/plimsoll/probe:1 cat` does\n"));
  EXPECT_THAT(page, HasSubstr("C->>E: POST /containers/$box/attach?stdin=1#amp;stream=1\n"));
  EXPECT_THAT(page, HasSubstr("C-)E: POST /containers/$box/wait?condition=removed\n"));
  EXPECT_THAT(page, HasSubstr("E-->>C: client: stdout 'hello#92;n', end of stream\n"));
  EXPECT_THAT(page, HasSubstr("| `POST /v1.41/containers/create` | `name=job` | `OpenStdin=true` `Cmd=[\"cat\"]` "));
  EXPECT_THAT(page, HasSubstr("`HostConfig.AutoRemove=true`"));
  EXPECT_THAT(page, HasSubstr("All of the 6 calls that could be compared are as described.\n"));
  EXPECT_THAT(page, Not(HasSubstr(kTracedId)));
  EXPECT_THAT(page, Not(HasSubstr("Tty"))) << "what says nothing is left out";
}

}  // namespace
}  // namespace plimsoll::report
