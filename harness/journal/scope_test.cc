#include "journal/scope.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expect/template.h"

namespace plimsoll::journal {
namespace {

std::string Frame(int stream, const std::string& payload) {
  return std::string({static_cast<char>(stream), 0, 0, 0, 0, 0, 0, static_cast<char>(payload.size())}) + payload;
}

Exchange Answered(int status, http::Headers headers, std::string_view body) {
  Exchange exchange;
  exchange.head = http::ResponseHead{"HTTP/1.1", status, "Fine", std::move(headers)};
  exchange.response_body.Append(body);
  return exchange;
}

Exchange Stream(std::string_view bytes) {
  Exchange exchange = Answered(101, {{"Content-Type", "application/vnd.docker.raw-stream"}}, bytes);
  exchange.stream = true;
  exchange.upgraded = true;
  return exchange;
}

Json Resolved(const Json& scope, const std::string& path) {
  return expect::Path::Parse(path)->Resolve(scope).value_or(Json("nothing there"));
}

TEST(ViewOfExchange, ShowsStatusHeadersAndBody) {
  auto exchange = Answered(201, {{"Content-Type", "application/json"}}, R"({"Id":"abc"})");
  exchange.times = {1000, 1500, 2000, 3000, 4000, 6000};
  const Json view = ViewOf(exchange);
  EXPECT_EQ(view["status"], 201);
  EXPECT_EQ(view["reason"], "Fine");
  EXPECT_EQ(view["headers"]["content-type"], "application/json");
  EXPECT_EQ(view["body"]["Id"], "abc");
  EXPECT_EQ(view["text"], R"({"Id":"abc"})");
  EXPECT_EQ(view["size"], 12);
  EXPECT_EQ(view["outcome"], "answered");
  EXPECT_EQ(view["ended"], true);
  EXPECT_EQ(view["took"], 5000);
  EXPECT_EQ(view["started_at"], 1000);
  EXPECT_EQ(view["sent_at"], 2000);
  EXPECT_EQ(view["first_byte_at"], 3000);
  EXPECT_EQ(view["head_at"], 4000);
  EXPECT_EQ(view["ended_at"], 6000);
}

Exchange WebSocket(std::string_view bytes, const std::string& accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") {
  Exchange exchange = Answered(101, {{"Upgrade", "websocket"}, {"Sec-WebSocket-Accept", accept}}, bytes);
  exchange.request_headers = {{"Upgrade", "websocket"}, {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  exchange.stream = true;
  exchange.upgraded = true;
  return exchange;
}

TEST(ViewOfExchange, ShowsAWebSocketsPayloadAsTextAndItsFramesBeside) {
  using http::Opcode;
  using http::PlainFrame;
  const Json view = ViewOf(WebSocket(PlainFrame(Opcode::kBinary, "one ", http::Fin::kMore) + PlainFrame(Opcode::kPong, "p") +
                                     PlainFrame(Opcode::kContinuation, "two") +
                                     PlainFrame(Opcode::kClose, http::ClosePayload(1000, "bye"))));
  EXPECT_EQ(view["framing"], "websocket");
  EXPECT_EQ(view["stdout"], "one two");
  EXPECT_EQ(view["frames"], 4);
  EXPECT_EQ(view["malformed"], "");
  const Json& websocket = view["websocket"];
  EXPECT_EQ(websocket["accepted"], true);
  EXPECT_EQ(CompactJson(websocket["opcodes"]), R"(["binary","pong","continuation","close"])");
  EXPECT_EQ(CompactJson(websocket["frames"][0]), R"({"final":false,"opcode":"binary","size":4})");
  EXPECT_EQ(CompactJson(websocket["pongs"]), R"(["p"])");
  EXPECT_EQ(websocket["closed"], true);
  EXPECT_EQ(websocket["close_code"], 1000);
  EXPECT_EQ(websocket["close_reason"], "bye");
}

TEST(ViewOfExchange, SaysThatAWebSocketWasAcceptedWronglyOrIsNone) {
  EXPECT_EQ(ViewOf(WebSocket("", "nonsense"))["websocket"]["accepted"], false);
  EXPECT_EQ(ViewOf(WebSocket("\x83"
                             "x"))["malformed"],
            "frame 1 has the unknown opcode 3");
  EXPECT_TRUE(ViewOf(WebSocket(""))["websocket"]["close_code"].is_null());
  EXPECT_TRUE(ViewOf(Stream("raw"))["websocket"].is_null());
  Exchange tcp = WebSocket("raw");
  tcp.head->headers = {{"Upgrade", "tcp"}};
  EXPECT_EQ(ViewOf(tcp)["framing"], "raw");
}

TEST(ViewOfExchange, ShowsHeadersThatHoldADocumentInBase64) {
  const Json view = ViewOf(Answered(200, {{"X-Stat", "eyJuYW1lIjoiZiIsInNpemUiOjN9"}, {"X-Other", "eyJ!"}, {"X-Text", "f"}}, ""));
  EXPECT_EQ(CompactJson(view["header_documents"]), R"({"x-stat":{"name":"f","size":3}})");
}

TEST(ViewOfExchange, HasNullWhereNothingCame) {
  Exchange exchange;
  exchange.outcome = Outcome::kRefused;
  exchange.error = "cannot connect";
  const Json view = ViewOf(exchange);
  for (const char* key : {"status", "reason", "body", "framing", "took", "head_at", "ended_at"}) {
    EXPECT_TRUE(view[key].is_null()) << key;
  }
  EXPECT_EQ(view["outcome"], "refused");
  EXPECT_EQ(view["error"], "cannot connect");
  EXPECT_EQ(view["ended"], false);
  EXPECT_EQ(view["headers"], Json::object());
}

TEST(ViewOfExchange, JoinsHeadersThatComeTwice) {
  EXPECT_EQ(ViewOf(Answered(200, {{"Warning", "a"}, {"WARNING", "b"}}, ""))["headers"]["warning"], "a, b");
}

TEST(ViewOfExchange, GivesEveryDocumentOfABodyThatHoldsSeveral) {
  const http::Headers json = {{"Content-Type", "application/json"}};
  const Json one = ViewOf(Answered(200, json, R"({"a":1})"));
  EXPECT_EQ(one["documents"], Json::array({{{"a", 1}}}));
  const Json many = ViewOf(Answered(200, json, "{\"a\":1}\r\n{\"a\":2}\n\nrubbish\n{\"a\":3}\n"));
  EXPECT_TRUE(many["body"].is_null());
  EXPECT_EQ(many["documents"], Json::array({{{"a", 1}}, {{"a", 2}}, {{"a", 3}}}));
}

TEST(ViewOfExchange, TellsMultiplexedStreamsFromRawOnesByTheirBytes) {
  const Json framed = ViewOf(Stream(Frame(1, "out") + Frame(2, "err") + Frame(1, "put")));
  EXPECT_EQ(framed["framing"], "multiplexed");
  EXPECT_EQ(framed["stdout"], "output");
  EXPECT_EQ(framed["stderr"], "err");
  EXPECT_EQ(framed["stdout_size"], 6);
  EXPECT_EQ(framed["stderr_size"], 3);
  EXPECT_EQ(framed["frames"], 3);
  EXPECT_EQ(framed["malformed"], "");
  const Json raw = ViewOf(Stream("out and err"));
  EXPECT_EQ(raw["framing"], "raw");
  EXPECT_EQ(raw["stdout"], "out and err");
  EXPECT_EQ(raw["stderr"], "");
  EXPECT_TRUE(ViewOf(Stream(""))["framing"].is_null()) << "no byte, no framing";
}

TEST(ViewOfExchange, TellsOfAFrameCutShort) {
  const Json view = ViewOf(Stream(Frame(1, "whole") + Frame(1, "cut short").substr(0, 11)));
  EXPECT_EQ(view["stdout"], "wholecut");
  EXPECT_EQ(view["malformed"], "the stream ended 3 bytes into a frame of 9");
}

TEST(ViewOfExchange, LooksForNoFramesInJsonAndInRefusals) {
  EXPECT_TRUE(ViewOf(Answered(200, {{"Content-Type", "application/json"}}, "{}"))["framing"].is_null());
  EXPECT_TRUE(ViewOf(Answered(409, {{"Content-Type", "text/plain"}}, "no"))["framing"].is_null());
  EXPECT_EQ(ViewOf(Answered(200, {}, Frame(1, "log line\n")))["stdout"], "log line\n") << "logs";
}

TEST(ViewOfExchange, SortsTheProbesLinesByTheirKind) {
  const Json view = ViewOf(Stream(Frame(1, "{\"probe\":\"start\",\"pid\":1}\nnot ours\n{\"probe\":\"sig") +
                                  Frame(2, "{\"probe\":\"start\",\"pid\":99}\n") +
                                  Frame(1, "nal\",\"signal\":\"TERM\"}\n{\"probe\":\"signal\",\"signal\":\"HUP\"}\n")));
  EXPECT_EQ(Resolved(view, "probe.start[0].pid"), 1);
  EXPECT_EQ(Resolved(view, "probe.signal[*].signal"), Json::array({"TERM", "HUP"}));
  EXPECT_EQ(view["probe"]["start"].size(), 1u) << "standard error is not the probe's";
}

TEST(ViewOfExchange, FindsTheProbesLinesOnATerminal) {
  const Json view = ViewOf(Stream("^C\x1b[0m{\"probe\":\"start\",\"pid\":1}\r\n{\"probe\":\"eof\",\"at\":5}\r\n"));
  EXPECT_EQ(view["framing"], "raw");
  EXPECT_EQ(Resolved(view, "probe.start[0].pid"), 1);
  EXPECT_EQ(Resolved(view, "probe.eof[0].at"), 5);
}

TEST(ViewOfExchange, TakesALineOfTheProbeThatWasCutForNoLine) {
  EXPECT_EQ(ViewOf(Stream("{\"probe\":\"start\",\"pid\""))["probe"], Json::object());
}

TEST(ViewOfReading, ShowsWhatWasReadAndHowLongItTook) {
  const Json view = ViewOf(Reading{"r", "s", "c", true, "found", "{\"probe\":\"eof\",\"at\":1}\n", 100, 350});
  EXPECT_EQ(view["found"], true);
  EXPECT_EQ(view["why"], "found");
  EXPECT_EQ(view["took"], 250);
  EXPECT_EQ(view["started_at"], 100);
  EXPECT_EQ(view["ended_at"], 350);
  EXPECT_EQ(Resolved(view, "probe.eof[0].at"), 1);
}

TEST(ViewOfEvents, ListsActionsInOrderAndByType) {
  const std::vector<Event> events = {
      {10, {{"Type", "container"}, {"Action", "create"}}},
      {20, {{"Type", "network"}, {"Action", "connect"}}},
      {30, {{"Type", "container"}, {"Action", "exec_create: sh -c x"}}},
      {40, {{"status", "die"}}},  // podman 4.3 and old docker
      {50, {{"Type", "pod"}, {"Action", "start"}}},
      {60, {{"Type", "container"}, {"Action", "create"}}, true},
  };
  const Json view = ViewOf(events);
  EXPECT_EQ(view["actions"], Json({"create", "connect", "exec_create", "die", "start"}));
  EXPECT_EQ(view["container"], Json({"create", "exec_create", "die"}));
  EXPECT_EQ(view["network"], Json::array({"connect"}));
  EXPECT_EQ(view["volume"], Json::array());
  EXPECT_EQ(view["list"][0]["received_at"], 10);
  EXPECT_EQ(view["list"].size(), 5U);
  EXPECT_EQ(view["again"], Json::array({"create"}));
}

TEST(ScopeOf, HoldsEverythingThatAScenarioCanName) {
  RunRecord run;
  run.run_id = "r1";
  run.options["images"] = {{"probe", "localhost/plimsoll/probe:r1"}};
  EngineRecord engine{"docker-20.10", "unix:///x", true,
                      {{"product", "docker"}, {"version", "20.10.24"}, {"api", "1.41"}}};
  CaseRecord record;
  record.id = "a/b@docker-20.10";
  record.container_name = "plimsoll-r1-1";
  record.parameters = {{"Tty", true}, {"Cmd", std::string(expect::kAbsent)}};
  record.exchanges.push_back(Answered(201, {}, "{\"Id\":\"x\"}"));
  record.exchanges[0].name = "box";
  record.exchanges.push_back(Answered(204, {}, ""));  // without a name
  record.readings = {{"rest", "", "", true, "end", "text", 1, 3}};
  record.marks = {{"pause", "", "sleep", true, 5, 9}};
  record.events = {{1, {{"Type", "container"}, {"Action", "die"}}}};
  const Json scope = ScopeOf(record, FixedScope(run, engine, record));
  EXPECT_EQ(Resolved(scope, "image.probe"), "localhost/plimsoll/probe:r1");
  EXPECT_EQ(Resolved(scope, "case.name"), "plimsoll-r1-1");
  EXPECT_EQ(Resolved(scope, "case.id"), "a/b@docker-20.10");
  EXPECT_EQ(Resolved(scope, "engine.name"), "docker-20.10");
  EXPECT_EQ(Resolved(scope, "engine.product"), "docker");
  EXPECT_EQ(Resolved(scope, "engine.api"), "1.41");
  EXPECT_EQ(Resolved(scope, "run.id"), "r1");
  EXPECT_EQ(Resolved(scope, "Tty"), true);
  EXPECT_TRUE(expect::IsAbsent(Resolved(scope, "Cmd")));
  EXPECT_EQ(Resolved(scope, "box.body.Id"), "x");
  EXPECT_EQ(Resolved(scope, "rest.text"), "text");
  EXPECT_EQ(Resolved(scope, "pause.took"), 4);
  EXPECT_EQ(Resolved(scope, "events.actions"), Json::array({"die"}));
  EXPECT_FALSE(scope.contains(""));
}

TEST(ScopeOf, ShowsOfSeveralOfOneNameTheLast) {
  CaseRecord record;
  for (const int status : {404, 200}) {
    record.exchanges.push_back(Answered(status, {}, ""));
    record.exchanges.back().name = "after";
  }
  EXPECT_EQ(ScopeOf(record, Json::object())["after"]["status"], 200);
}

TEST(ScopeOf, ToldWhatIsLookedAtGivesTheSameThere) {
  CaseRecord record;
  record.parameters = {{"Tty", true}};
  record.exchanges = {Answered(200, {{"A", "b"}}, R"({"Id":"x"})"), Stream(Frame(1, "{\"probe\":\"eof\",\"at\":1}\n")),
                      Answered(200, {}, "{\"n\":1}\n{\"n\":2}\n")};
  const char* names[] = {"box", "client", "lines"};
  for (size_t i = 0; i < 3; ++i) record.exchanges[i].name = names[i];
  record.readings = {{"rest", "", "", true, "end", "text", 1, 3}};
  record.marks = {{"pause", "", "sleep", true, 5, 9}};
  record.events = {{1, {{"Type", "container"}, {"Action", "die"}}}};
  const Json whole = ScopeOf(record, Json::object());
  for (const char* text : {"Tty", "box", "box.body.Id", "box.headers.a", "box.text", "client.stdout", "client.probe.eof[0].at",
                           "client.framing", "lines.documents[1].n", "lines.body", "rest.text", "pause.took",
                           "events.actions", "nowhere.status"}) {
    const auto path = expect::Path::Parse(text);
    Interest interest;
    AddTo(interest, *path);
    EXPECT_EQ(path->Resolve(ScopeOf(record, Json::object(), interest)), path->Resolve(whole)) << text;
  }
}

TEST(ScopeOf, WorksOutNoBodyThatNobodyLooksAt) {
  CaseRecord record;
  record.exchanges = {Answered(200, {}, R"({"Id":"x"})"), Answered(200, {}, "{}")};
  record.exchanges[0].name = "box";
  record.exchanges[1].name = "after";
  Interest interest;
  AddTo(interest, *expect::Path::Parse("box.status"));
  const Json scope = ScopeOf(record, Json::object(), interest);
  EXPECT_EQ(scope["box"]["status"], 200);
  EXPECT_TRUE(scope["box"]["body"].is_null());
  EXPECT_FALSE(scope.contains("after"));
}

// The analysis must see what the executor saw.
TEST(ScopeOf, IsTheSameFromAJournalReadBack) {
  CaseRecord record;
  record.id = "i";
  record.scenario = "s";
  record.engine = "e";
  record.parameters = {{"Tty", "absent"}};
  record.exchanges = {Stream(Frame(1, "bytes \xff that are no text\n"))};
  record.exchanges[0].name = "client";
  record.exchanges[0].times.ended = 7;
  record.events = {{1, {{"Action", "die"}}}};
  const auto again = CaseFromJson(*ParseJson(CompactJson(ToJson(record))));
  ASSERT_TRUE(again);
  EXPECT_EQ(ScopeOf(*again, Json::object()), ScopeOf(record, Json::object()));
}

}  // namespace
}  // namespace plimsoll::journal
