#include "journal/records.h"

#include <gmock/gmock.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/text.h"

namespace plimsoll::journal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Bytes BytesOf(std::string_view text) {
  Bytes bytes;
  bytes.Append(text);
  return bytes;
}

// A stream with every member different from its default.
Exchange FullExchange(Outcome outcome = Outcome::kClosed) {
  Exchange exchange;
  exchange.name = "client";
  exchange.step = "steps[2]";
  exchange.stream = true;
  exchange.method = "POST";
  exchange.target = "/v1.41/containers/x/attach?stream=1";
  exchange.request_headers = {{"Upgrade", "tcp"}, {"X", "a"}, {"X", "b"}};
  exchange.request_body = BytesOf("{}");
  exchange.head = http::ResponseHead{"HTTP/1.1", 101, "UPGRADED", {{"Content-Type", "text"}, {"Api", "1"}}};
  exchange.response_body = BytesOf(std::string_view("\x01\0\0\0\0\0\0\xff", 8));
  exchange.sent = BytesOf("hello\n");
  exchange.chunks = {{Chunk::Direction::kReceived, 11, 8},
                     {Chunk::Direction::kSent, 12, 6},
                     {Chunk::Direction::kHalfClosed, 13, 0},
                     {Chunk::Direction::kClosed, 14, 0}};
  exchange.upgraded = true;
  exchange.outcome = outcome;
  exchange.error = "closed after 8 bytes";
  exchange.times = {1, 2, 3, 4, 5, 6};
  exchange.connection = 7;
  return exchange;
}

CaseRecord FullCase() {
  CaseRecord record;
  record.id = "a/b[x=1]@docker-20.10#2";
  record.scenario = "a/b";
  record.engine = "docker-20.10";
  record.repetition = 2;
  record.parameters = {{"x", 1}, {"y", "absent"}};
  record.outcome = CaseOutcome::kTimedOut;
  record.reason = "the case took longer than its deadline";
  record.started = 100;
  record.ended = 200;
  record.container_name = "plimsoll-r-1";
  record.exchanges = {FullExchange()};
  record.readings = {{"rest", "steps[3]", "client", true, "found", "text\n", 21, 22}};
  record.marks = {{"pause", "steps[4]", "sleep", false, 31, 32}};
  record.events = {{41, {{"Action", "die"}, {"Type", "container"}}}, {42, {{"Action", "die"}}, true}};
  record.wants_events = true;
  record.events_complete = false;
  record.clean_up = {FullExchange(Outcome::kAnswered)};
  record.leftovers = {"container x: 500 busy"};
  return record;
}

// Compared as JSON, so this holds only together with the tests of single members below.
template <class Record, class Read>
void ExpectRoundTrip(const Record& record, Read read) {
  const Json json = ToJson(record);
  const auto again = read(json);
  ASSERT_TRUE(again) << again.error().Text();
  EXPECT_EQ(ToJson(*again), json);
}

TEST(Records, SurviveTheWayThroughJson) {
  ExpectRoundTrip(FullCase(), CaseFromJson);
  ExpectRoundTrip(CaseRecord{.id = "i", .scenario = "s", .engine = "e"}, CaseFromJson);
  ExpectRoundTrip(EngineRecord{"docker-20.10", "unix:///x", true, {{"version", "20.10.24"}}}, EngineFromJson);
  ExpectRoundTrip(RunRecord{1, "0.1.0", "r1", "2024-01-01T00:00:00Z", {"a.yaml", "b.yaml"}, {{"jobs", 2}}, 7},
                  RunFromJson);
  ScenarioRecord scenario{"a/b", "a", "a/b.yaml", "T", "Q?", {{"x", {1, "absent", nullptr, Json::array({1})}}},
                          {{"z", "${a}"}, {"b", {{"value", "${b}"}, {"equals", 1}}}},
                          Json::array({{{"b", true}}}), Json::array({{{"on", "podman"}}}),
                          Json::array({{{"of", "b"}}}), Json::array({{{"call", "GET /info"}}}), 1, {"b"}, "00ff", 4, {{0}, {3}}};
  ExpectRoundTrip(scenario, ScenarioFromJson);
}

TEST(Records, RefuseASweepThatDoesNotFitItsParameters) {
  const ScenarioRecord scenario{.id = "a/b", .area = "a", .parameters = {{"x", {1, 2}}, {"y", {1}}}};
  for (const Json& row : {Json{0}, Json{0, 0, 0}, Json{2, 0}, Json{-1, 0}, Json{"0", 0}, Json(7)}) {
    Json json = ToJson(scenario);
    json["sweep"] = Json::array({row});
    EXPECT_FALSE(ScenarioFromJson(json)) << row;
  }
}

TEST(Records, KeepEveryMemberOfAnExchange) {
  const auto record = CaseFromJson(ToJson(FullCase()));
  ASSERT_TRUE(record);
  ASSERT_EQ(record->exchanges.size(), 1u);
  const Exchange& got = record->exchanges[0];
  const Exchange want = FullExchange();
  EXPECT_EQ(got.name, want.name);
  EXPECT_EQ(got.step, want.step);
  EXPECT_TRUE(got.stream);
  EXPECT_EQ(got.method, want.method);
  EXPECT_EQ(got.target, want.target);
  EXPECT_EQ(got.request_headers, want.request_headers);
  EXPECT_EQ(got.request_body.kept, "{}");
  ASSERT_TRUE(got.head);
  EXPECT_EQ(got.head->version, "HTTP/1.1");
  EXPECT_EQ(got.head->status, 101);
  EXPECT_EQ(got.head->reason, "UPGRADED");
  EXPECT_EQ(got.head->headers, want.head->headers);
  EXPECT_EQ(got.response_body.kept, want.response_body.kept) << "bytes that are no text too";
  EXPECT_EQ(got.response_body.size, 8u);
  EXPECT_EQ(got.response_body.fnv1a, want.response_body.fnv1a);
  EXPECT_EQ(got.sent.kept, "hello\n");
  ASSERT_EQ(got.chunks.size(), 4u);
  for (size_t i = 0; i < 4; ++i) {
    EXPECT_EQ(got.chunks[i].direction, want.chunks[i].direction);
    EXPECT_EQ(got.chunks[i].at, want.chunks[i].at);
    EXPECT_EQ(got.chunks[i].size, want.chunks[i].size);
  }
  EXPECT_TRUE(got.upgraded);
  EXPECT_EQ(got.outcome, want.outcome);
  EXPECT_EQ(got.error, want.error);
  EXPECT_EQ(got.times.started, 1);
  EXPECT_EQ(got.times.connected, 2);
  EXPECT_EQ(got.times.sent, 3);
  EXPECT_EQ(got.times.first_byte, 4);
  EXPECT_EQ(got.times.head, 5);
  EXPECT_EQ(got.times.ended, 6);
}

TEST(Records, KeepEveryMemberOfACase) {
  const auto got = CaseFromJson(ToJson(FullCase()));
  const CaseRecord want = FullCase();
  ASSERT_TRUE(got);
  EXPECT_EQ(got->id, want.id);
  EXPECT_EQ(got->scenario, want.scenario);
  EXPECT_EQ(got->engine, want.engine);
  EXPECT_EQ(got->repetition, 2);
  EXPECT_EQ(got->parameters, want.parameters);
  EXPECT_EQ(got->outcome, CaseOutcome::kTimedOut);
  EXPECT_EQ(got->reason, want.reason);
  EXPECT_EQ(got->started, 100);
  EXPECT_EQ(got->ended, 200);
  EXPECT_EQ(got->container_name, "plimsoll-r-1");
  ASSERT_EQ(got->readings.size(), 1u);
  EXPECT_EQ(got->readings[0].stream, "client");
  EXPECT_EQ(got->readings[0].why, "found");
  EXPECT_EQ(got->readings[0].text, "text\n");
  EXPECT_EQ(got->readings[0].ended, 22);
  ASSERT_EQ(got->marks.size(), 1u);
  EXPECT_FALSE(got->marks[0].found);
  EXPECT_EQ(got->marks[0].what, "sleep");
  ASSERT_EQ(got->events.size(), 2u);
  EXPECT_EQ(got->events[0].received, 41);
  EXPECT_EQ(got->events[0].body, want.events[0].body);
  EXPECT_FALSE(got->events[0].again);
  EXPECT_TRUE(got->events[1].again);
  EXPECT_TRUE(got->wants_events);
  EXPECT_FALSE(got->events_complete);
  EXPECT_EQ(got->clean_up.size(), 1u);
  EXPECT_THAT(got->leftovers, ElementsAre("container x: 500 busy"));
}

TEST(Records, KeepEveryOutcome) {
  for (const Outcome outcome : {Outcome::kAnswered, Outcome::kOpen, Outcome::kRefused, Outcome::kTimedOut,
                                Outcome::kClosed, Outcome::kMalformed, Outcome::kCancelled}) {
    CaseRecord record = FullCase();
    record.exchanges[0].outcome = outcome;
    EXPECT_EQ(CaseFromJson(ToJson(record))->exchanges[0].outcome, outcome);
  }
  for (const CaseOutcome outcome : {CaseOutcome::kCompleted, CaseOutcome::kUnsupported, CaseOutcome::kTimedOut,
                                    CaseOutcome::kHarnessError}) {
    CaseRecord record = FullCase();
    record.outcome = outcome;
    EXPECT_EQ(CaseFromJson(ToJson(record))->outcome, outcome);
  }
}

TEST(Records, KeepTheObservationsInTheOrderOfTheFile) {
  ScenarioRecord scenario;
  scenario.observe = {{"z", 1}, {"a", 2}, {"m", 3}};
  const auto again = ScenarioFromJson(ToJson(scenario));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->observe, scenario.observe);
}

TEST(Records, AreReadWithMembersMissing) {
  EXPECT_TRUE(CaseFromJson({{"id", "i"}, {"scenario", "s"}, {"engine", "e"}}));
  EXPECT_TRUE(EngineFromJson({{"name", "n"}}));
  EXPECT_TRUE(ScenarioFromJson({{"id", "a/b"}, {"area", "a"}}));
  const auto record = CaseFromJson({{"id", "i"}, {"scenario", "s"}, {"engine", "e"}});
  EXPECT_TRUE(record->events_complete);
  EXPECT_TRUE(record->parameters.is_object());
}

TEST(Records, WithoutWhatTheyAreKnownByAreAnErrorThatNamesIt) {
  EXPECT_EQ(CaseFromJson({{"id", "i"}, {"scenario", 3}}).error().what, "case record without a text \"scenario\"");
  EXPECT_EQ(EngineFromJson(Json::object()).error().what, "engine record without a text \"name\"");
}

TEST(Records, OfAnotherFormatSayWhatToDo) {
  const auto run = RunFromJson({{"format", 2}});
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().what, "the journal has format 2, this plimsoll reads 1");
  EXPECT_THAT(run.error().hint, HasSubstr("repeat the run"));
}

// Members of types that nobody writes must not end in an exception.
TEST(Records, AreReadWhateverTypesTheirMembersHave) {
  const Json whole = ToJson(FullCase());
  for (const Json& odd : {Json(), Json(1), Json("text"), Json::array({1, "a"}), Json::object()}) {
    for (const auto& [key, value] : whole.items()) {
      Json broken = whole;
      broken[key] = odd;
      (void)CaseFromJson(broken);
    }
    for (const auto& [key, value] : whole["exchanges"][0].items()) {
      Json broken = whole;
      broken["exchanges"][0][key] = odd;
      EXPECT_TRUE(CaseFromJson(broken)) << key;
    }
  }
}

TEST(AddChunk, AddsUpWhatIsBeyondTheLimitByDirection) {
  using Direction = Chunk::Direction;
  Exchange stream;
  for (size_t i = 0; i < kMostChunks; ++i) AddChunk(stream, Direction::kSent, 1, 1);
  for (int i = 0; i < 3; ++i) {
    AddChunk(stream, Direction::kReceived, 2, 1000);
    AddChunk(stream, Direction::kSent, 3, 10);
  }
  AddChunk(stream, Direction::kHalfClosed, 4, 0);
  AddChunk(stream, Direction::kReceived, 5, 1000);
  ASSERT_EQ(stream.chunks.size(), kMostChunks + 3);
  EXPECT_EQ(stream.chunks[kMostChunks - 1].size, 1u) << "what was sent before stays as it was";
  EXPECT_EQ(stream.chunks[kMostChunks].size, 4000u);
  EXPECT_EQ(stream.chunks[kMostChunks + 1].size, 30u);
  EXPECT_EQ(stream.chunks[kMostChunks + 2].direction, Direction::kHalfClosed);
  EXPECT_EQ(stream.chunks[kMostChunks + 2].size, 0u);
}

TEST(Bytes, KeepTheBeginningTheSizeAndTheChecksumOfTheWhole) {
  Bytes bytes;
  for (int i = 0; i < 3; ++i) bytes.Append(std::string(kKeptBytes / 2, 'x'));
  EXPECT_EQ(bytes.kept.size(), kKeptBytes);
  EXPECT_EQ(bytes.size, kKeptBytes / 2 * 3);
  EXPECT_EQ(bytes.fnv1a, BytesOf(std::string(kKeptBytes / 2 * 3, 'x')).fnv1a) << "however it was cut";
}

// By a program of a few lines that follows docs/journal-format.md: 64 MiB of "%015d ", counted from 0.
TEST(Bytes, HaveTheDocumentedChecksumBeyondTheBytewisePart) {
  std::string text;
  for (int i = 0; i < (64 << 20) / 16; ++i) fmt::format_to(std::back_inserter(text), "{:015} ", i);
  EXPECT_EQ(BytesOf(text).fnv1a, 0x80484a5969f4e7f5ull);
}

TEST(Bytes, HaveAChecksumBeyondTheBytewisePartThatDependsOnEveryByteAndNotOnTheCuts) {
  const std::string before(kHashedBytewise - 3, 'x');
  const std::string after = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-";
  const auto whole = BytesOf(before + after);
  EXPECT_EQ(whole.size, before.size() + after.size());
  const auto start = BytesOf(before);
  for (size_t cut = 0; cut <= after.size(); ++cut) {
    Bytes bytes = start;
    bytes.Append(after.substr(0, cut));
    bytes.Append(after.substr(cut));
    EXPECT_EQ(bytes.fnv1a, whole.fnv1a) << "cut at " << cut;
    std::string other = after;
    if (cut == after.size()) continue;
    other[cut] ^= 1;
    bytes = start;
    bytes.Append(other);
    EXPECT_NE(bytes.fnv1a, whole.fnv1a) << "another byte at " << cut;
  }
}

// Test vectors of the FNV authors (FNV-1a, 64 bits).
TEST(Bytes, HaveThePublishedChecksum) {
  EXPECT_EQ(BytesOf("a").fnv1a, 0xaf63dc4c8601ec8cull);
  EXPECT_EQ(BytesOf("foobar").fnv1a, 0x85944171f73967e8ull);
}

}  // namespace
}  // namespace plimsoll::journal
