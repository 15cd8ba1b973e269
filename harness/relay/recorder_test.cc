// What an onlooker makes of the bytes of one connection.
#include "relay/recorder.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

namespace plimsoll::relay {
namespace {

using journal::Chunk;
using journal::Exchange;
using journal::Outcome;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::string kPing = "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n";
const std::string kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";
const std::string kAttach = "POST /containers/x/attach?stream=1 HTTP/1.1\r\nUpgrade: tcp\r\nConnection: Upgrade\r\n\r\n";
const std::string kUpgraded = "HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\n";

// A connection that a test plays, and its record in short. Times are counted from 100.
class Watched {
 public:
  Watched() { recorder_.Connected(101); }
  Watched& Client(const std::string& bytes) { return recorder_.FromClient(bytes, ++now_), *this; }
  Watched& Engine(const std::string& bytes) { return recorder_.FromEngine(bytes, ++now_), *this; }
  Watched& ClientEnds(End end) { return recorder_.ClientEnded(end, ++now_), *this; }
  Watched& EngineEnds(const std::string& why = "") { return recorder_.EngineEnded(why, ++now_), *this; }
  Watched& Ended() { return recorder_.Ended(++now_), *this; }
  Watched& Stop() { return recorder_.Stop(++now_), *this; }
  Watched& Refused() { return recorder_.Refused(Outcome::kRefused, "nobody there", ++now_), *this; }
  std::vector<Exchange> Take() { return book_.Take(); }

 private:
  Book book_;
  Recorder recorder_{book_, 3, 100};
  int64_t now_ = 200;
};

std::string Brief(const Exchange& exchange) {
  std::string text = fmt::format("{} {} '{}' -> {} {} '{}'", exchange.method, exchange.target, exchange.request_body.kept,
                                 http::Name(exchange.outcome), exchange.head ? exchange.head->status : 0, exchange.response_body.kept);
  if (exchange.stream) text += fmt::format(" sent '{}' in", exchange.sent.kept);
  constexpr std::string_view kWhat[] = {"<", ">", "half", "closed"};
  for (const Chunk& chunk : exchange.chunks) text += fmt::format(" {}{}", kWhat[static_cast<int>(chunk.direction)], chunk.size);
  return exchange.error.empty() ? text : text + ": " + exchange.error;
}

std::vector<std::string> Told(Watched& watched) {
  std::vector<std::string> told;
  for (const Exchange& exchange : watched.Take()) told.push_back(Brief(exchange));
  return told;
}

TEST(Recorder, TellsACallWithItsTimesAndConnection) {
  Watched watched;
  watched.Client(kPing).Engine(kOk.substr(0, 9)).Engine(kOk.substr(9)).Client(kPing).Engine(kOk);
  const std::vector<Exchange> all = watched.Take();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(Brief(all[0]), "GET /_ping '' -> answered 200 'OK'");
  EXPECT_THAT(all[0].request_headers, ElementsAre(http::Header{"Host", "d"}));
  EXPECT_EQ(all[0].connection, 3);
  const journal::Times& first = all[0].times;
  EXPECT_THAT((std::vector{first.started, first.connected, first.sent, first.first_byte, first.head, first.ended}),
              ElementsAre(100, 101, 201, 202, 203, 203));
  const journal::Times& second = all[1].times;
  EXPECT_THAT((std::vector{second.started, second.connected, second.sent}), ElementsAre(204, 0, 204)) << "a kept connection";
}

TEST(Recorder, GivesPipelinedCallsTheirOwnAnswers) {
  Watched watched;
  watched.Client("POST /a HTTP/1.1\r\nContent-Length: 1\r\n\r\nxGET /b HTTP/1.1\r\n\r\nHEAD /c HTTP/1.1\r\n\r\n");
  watched.Engine("HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\nHTTP/1.1 404 x\r\nContent-Length: 1\r\n\r\nb"
                 "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n");
  EXPECT_THAT(Told(watched), ElementsAre("POST /a 'x' -> answered 201 'a'", "GET /b '' -> answered 404 'b'", "HEAD /c '' -> answered 200 ''"));
}

struct StreamRow {
  std::string name, request, answer, sent_early;
};

TEST(Recorder, TakesUpgradedAndHijackedConnectionsForStreams) {
  const std::string exec = "POST /v1.41/exec/e/start HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}";
  const StreamRow rows[] = {{"upgraded", kAttach, kUpgraded, ""},
                            {"upgraded, with input before the answer", kAttach, kUpgraded, "early"},
                            {"hijacked without asking", exec, "HTTP/1.1 200 OK\r\nContent-Type: x\r\n\r\n", ""},
                            {"hijacked, with input before the answer", exec, "HTTP/1.1 200 OK\r\n\r\n", "early"},
                            {"websocket", "GET /containers/x/attach/ws HTTP/1.1\r\nUpgrade: websocket\r\n\r\n",
                             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", ""}};
  for (const StreamRow& row : rows) {
    Watched watched;
    watched.Client(row.request + row.sent_early).Engine(row.answer + "out").Client("GET /no HTTP/1.1\r\n\r\n");
    watched.ClientEnds(End::kHalf).Engine("more").EngineEnds();
    const std::vector<Exchange> all = watched.Take();
    ASSERT_THAT(all, SizeIs(1)) << row.name;
    EXPECT_TRUE(all[0].stream) << row.name;
    const std::string early = row.sent_early.empty() ? "" : fmt::format(" >{}", row.sent_early.size());
    EXPECT_THAT(Brief(all[0]), HasSubstr("'outmore' sent '" + row.sent_early + "GET /no HTTP/1.1\r\n\r\n' in" + early + " <3 >20 half0 <4")) << row.name;
    EXPECT_EQ(all[0].outcome, Outcome::kAnswered) << row.name;
  }
}

TEST(Recorder, GoesOnWithRequestsWhereTheUpgradeWasRefused) {
  Watched watched;
  watched.Client(kAttach + kPing).Engine("HTTP/1.1 404 x\r\nContent-Length: 0\r\n\r\n" + kOk);
  EXPECT_THAT(Told(watched), ElementsAre(HasSubstr("attach?stream=1 '' -> answered 404 ''"), "GET /_ping '' -> answered 200 'OK'"));
}

TEST(Recorder, TakesAnswersThatGoOnForStreams) {
  Watched watched;
  watched.Client("GET /events HTTP/1.1\r\n\r\n").Engine("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n");
  watched.ClientEnds(End::kClosed);
  EXPECT_THAT(Told(watched), ElementsAre("GET /events '' -> open 200 '{}' sent '' in <2 closed0"));
  Watched once;
  once.Client("GET /containers/x/logs?follow=0&stdout=1 HTTP/1.1\r\n\r\n").Engine(kOk);
  EXPECT_FALSE(once.Take().at(0).stream);
}

TEST(Recorder, TellsWhoEndedACallEarly) {
  Watched client, reset, engine, broken, command, refused, silent;
  client.Client(kPing).ClientEnds(End::kHalf).ClientEnds(End::kClosed).EngineEnds();
  reset.Client(kPing).ClientEnds(End::kReset);
  engine.Client(kPing + kPing).Engine(kOk.substr(0, kOk.size() - 1)).EngineEnds();
  broken.Client(kPing).EngineEnds("Connection reset by peer");
  command.Client(kPing).Stop();
  refused.Client(kPing).Refused();
  silent.ClientEnds(End::kClosed).EngineEnds();
  EXPECT_THAT(Told(client), ElementsAre("GET /_ping '' -> cancelled 0 '': the client closed the connection before the answer was whole"));
  EXPECT_THAT(Told(reset), ElementsAre(HasSubstr("cancelled 0 '': the client broke the connection")));
  EXPECT_THAT(Told(engine), ElementsAre("GET /_ping '' -> closed 200 'O': closed after 1 of 2 bytes of the body",
                                        "GET /_ping '' -> closed 0 '': closed without an answer"));
  EXPECT_THAT(Told(broken), ElementsAre(HasSubstr("closed 0 '': the connection broke: Connection reset by peer")));
  EXPECT_THAT(Told(command), ElementsAre(HasSubstr("cancelled 0 '': the command ended before the answer was whole")));
  EXPECT_THAT(Told(refused), ElementsAre("GET /_ping '' -> refused 0 '': nobody there"));
  EXPECT_THAT(Told(silent), IsEmpty());
}

TEST(Recorder, RecordsWhatIsSentAfterTheEngineEndedInsteadOfAnsweringAnUpgrade) {
  for (const bool let_go : {false, true}) {
    Watched watched;
    watched.Client(kAttach + "early");
    if (let_go) {
      watched.ClientEnds(End::kClosed);
    } else {
      watched.EngineEnds();
    }
    watched.Client(std::string(70'000, 'x')).Ended();
    const std::vector<Exchange> all = watched.Take();
    ASSERT_THAT(all, SizeIs(1));
    EXPECT_EQ(all[0].outcome, let_go ? Outcome::kCancelled : Outcome::kClosed);
    EXPECT_EQ(all[0].sent.size, 70'005u);
  }
}

TEST(Recorder, TellsOfACallThatBeganAfterTheEnginesEnd) {
  Watched ended, stopped, client;
  for (Watched* each : {&ended, &stopped, &client}) each->Client(kPing).Engine(kOk).EngineEnds().Client(kPing);
  ended.Ended();
  stopped.Stop();
  client.ClientEnds(End::kClosed);
  for (Watched* each : {&ended, &stopped, &client}) {
    const std::vector<Exchange> all = each->Take();
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_EQ(Brief(all[1]), "GET /_ping '' -> closed 0 '': closed without an answer");
    EXPECT_GT(all[1].times.ended, 0);
  }
}

TEST(Recorder, CountsNothingAsUnaskedThatComesForAClientThatHasGone) {
  Watched call, opaque;
  call.Client(kPing).Engine(kOk.substr(0, 20)).ClientEnds(End::kClosed).Engine(kOk.substr(20)).EngineEnds().Ended();
  EXPECT_THAT(Told(call), ElementsAre(HasSubstr("cancelled")));
  opaque.Client("POST /session HTTP/1.1\r\nUpgrade: h2c\r\n\r\n").Engine("HTTP/1.1 101 x\r\n\r\n").ClientEnds(End::kReset).Engine("secret").EngineEnds();
  const std::vector<Exchange> all = opaque.Take();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].response_body.kept, "");
}

TEST(Recorder, KeepsRubbishReadable) {
  Watched client, engine, unasked, half;
  client.Client("GET /x HTTP/9.1\r\n\r\n").Client("and more").Engine("HTTP/1.1 400 Bad Request\r\nContent-Length: 3\r\n\r\nbad").EngineEnds();
  engine.Client(kPing).Engine("SSH-2.0").Engine(" and so on").EngineEnds();
  unasked.Engine("hello").Engine(" there").EngineEnds();
  half.Client("POST /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhe").ClientEnds(End::kHalf).Engine(kOk);
  EXPECT_THAT(Told(client), ElementsAre("  '' -> answered 400 'bad': the request: the request line \"GET /x HTTP/9.1\" does not name HTTP/1.1"));
  EXPECT_THAT(Told(engine), ElementsAre("GET /_ping '' -> malformed 0 'SSH-2.0 and so on': the answer begins with \"S\", not with \"HTTP/\""));
  EXPECT_THAT(Told(unasked), ElementsAre("  '' -> malformed 0 'hello there': the engine sent what nobody had asked for"));
  EXPECT_THAT(Told(half), ElementsAre("POST /a 'he' -> answered 200 'OK': the request: closed after 2 of 5 bytes of the body"));
}

// All but the pieces of a stream, which are as they came.
std::string WithoutPieces(std::string told) { return told.substr(0, told.find("' in")); }

TEST(Recorder, SeesTheSameHoweverTheBytesAreCut) {
  const std::pair<std::string, std::string> dialogues[] = {
      {kPing + kPing, kOk + kOk},
      {"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n" + kPing, "HTTP/1.1 204 x\r\n\r\n" + kOk},
      {kAttach + "input " + kPing, kUpgraded + "output"},
      {kAttach + kPing, "HTTP/1.1 409 x\r\nContent-Length: 1\r\n\r\nx" + kOk},
      {kPing + "rubbish\r\n\r\n", kOk + "HTTP/1.1 400 x\r\nContent-Length: 0\r\n\r\n"},
      {kPing, "HTTP/1.1 100 Continue\r\n\r\n" + kOk + "unasked"},
      {kPing, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nxy"},
  };
  for (const auto& [asked, answered] : dialogues) {
    Watched at_once;
    at_once.Client(asked).Engine(answered).EngineEnds();
    const std::vector<std::string> whole = Told(at_once);
    for (size_t cut = 1; cut < std::max(asked.size(), answered.size()); ++cut) {
      const size_t a = std::min(cut, asked.size()), b = std::min(cut, answered.size());
      Watched cut_up;
      cut_up.Client(asked.substr(0, a)).Client(asked.substr(a)).Engine(answered.substr(0, b)).Engine(answered.substr(b)).EngineEnds();
      const std::vector<std::string> told = Told(cut_up);
      ASSERT_THAT(told, SizeIs(whole.size())) << asked << " cut at " << cut;
      for (size_t i = 0; i < told.size(); ++i) EXPECT_EQ(WithoutPieces(told[i]), WithoutPieces(whole[i])) << asked << " cut at " << cut;
    }
  }
}

struct Turn {
  std::string asked, answered;
};
struct Piece {
  std::string bytes;
  size_t after = 0;  // so many of the client's pieces have to be there before
};

// Calls `play` with each order in which the pieces may come: true stands for the client's next one.
void EachOrder(const std::vector<Piece>& client, const std::vector<Piece>& engine, std::vector<bool>& order, const std::function<void()>& play) {
  const size_t sent = static_cast<size_t>(std::ranges::count(order, true)), answered = order.size() - sent;
  if (sent == client.size() && answered == engine.size()) return play();
  for (const bool is_client : {true, false}) {
    const bool possible = is_client ? sent < client.size() : answered < engine.size() && engine[answered].after <= sent;
    if (!possible) continue;
    order.push_back(is_client);
    EachOrder(client, engine, order, play);
    order.pop_back();
  }
}

// What is answered comes after what asked for it, and else in any order.
TEST(Recorder, SeesTheSameHoweverBothSidesAreInterleaved) {
  const std::vector<Turn> dialogues[] = {
      {{kPing, kOk}, {"POST /a HTTP/1.1\r\nContent-Length: 2\r\n\r\nxy", "HTTP/1.1 204 x\r\n\r\n"}, {kPing, kOk}},
      {{kAttach, kUpgraded}, {"input " + kPing, "output"}},
      {{kAttach, "HTTP/1.1 409 x\r\nContent-Length: 1\r\n\r\nx"}, {kPing, kOk}},
      {{kPing, kOk}, {"rubbish\r\n\r\n", "HTTP/1.1 400 x\r\nContent-Length: 0\r\n\r\n"}},
  };
  size_t played = 0;
  for (const std::vector<Turn>& turns : dialogues) {
    Watched in_turn;
    for (const Turn& turn : turns) in_turn.Client(turn.asked).Engine(turn.answered);
    const std::vector<std::string> whole = Told(in_turn.EngineEnds().Ended());
    for (const size_t part : {1, 2, 5}) {
      std::vector<Piece> client, engine;
      for (const Turn& turn : turns) {
        const size_t a = turn.asked.size() * part / 6, b = turn.answered.size() * part / 6;
        client.insert(client.end(), {{turn.asked.substr(0, a)}, {turn.asked.substr(a)}});
        engine.insert(engine.end(), {{turn.answered.substr(0, b), client.size()}, {turn.answered.substr(b), client.size()}});
      }
      std::vector<bool> order;
      EachOrder(client, engine, order, [&] {
        ++played;
        Watched watched;
        size_t sent = 0, answered = 0;
        for (const bool is_client : order) is_client ? watched.Client(client[sent++].bytes) : watched.Engine(engine[answered++].bytes);
        const std::vector<std::string> told = Told(watched.EngineEnds().Ended());
        ASSERT_THAT(told, SizeIs(whole.size())) << turns[0].asked;
        for (size_t i = 0; i < told.size(); ++i) EXPECT_EQ(WithoutPieces(told[i]), WithoutPieces(whole[i])) << turns[0].asked;
      });
    }
  }
  EXPECT_GT(played, 100u);
}

TEST(Recorder, KeepsTheBeginningOfALongStreamAndAChecksumOfAll) {
  Watched watched;
  watched.Client(kAttach).Engine(kUpgraded);
  journal::Bytes whole;
  const std::string piece(50'000, 'x');
  for (int i = 0; i < 11'000; ++i) {
    const std::string& sent = i < 60 ? piece : "y";
    watched.Engine(sent);
    whole.Append(sent);
  }
  const std::vector<Exchange> all = watched.EngineEnds().Take();
  EXPECT_EQ(all.at(0).response_body.kept.size(), journal::kKeptBytes);
  EXPECT_EQ(all[0].response_body.size, whole.size);
  EXPECT_EQ(all[0].response_body.fnv1a, whole.fnv1a);
  EXPECT_THAT(all[0].chunks, SizeIs(10'001));
  EXPECT_EQ(all[0].chunks.back().size, 1'000u) << "the last one stands for what follows";
}

TEST(Book, OnlyCountsCallsOnceEnoughIsKept) {
  constexpr size_t kMost = 100'000;
  size_t shown = 0;
  Book book([&](const Exchange& call) {
    ++shown;
    EXPECT_EQ(call.outcome, Outcome::kAnswered);
  }, kMost);
  Recorder recorder(book, 1, 100);
  const std::string head(2'000, 'x');
  for (int i = 0; i < 1'000; ++i) {
    recorder.FromClient("GET /_ping HTTP/1.1\r\nX: " + head + "\r\n\r\n", 200);
    recorder.FromEngine(kOk, 201);
  }
  EXPECT_GT(shown, 20u) << "as they end";
  const std::vector<Exchange> all = book.Take();
  EXPECT_EQ(all.size(), shown);
  EXPECT_LT(all.size(), kMost / head.size());
  EXPECT_GT(all.size(), 20u);
  EXPECT_EQ(all.size() + book.left_out(), 1'000u);
}

TEST(Book, GivesCallsInTheOrderOfTheirBeginningHoweverTheyEnded) {
  Book book;
  Recorder first(book, 1, 100), second(book, 2, 100);
  first.FromClient("GET /a HTTP/1.1\r\n\r\n", 101);
  second.FromClient("GET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\n", 101);
  second.FromEngine(kOk + kOk, 102);
  first.FromEngine(kOk, 103);
  std::vector<std::string> targets;
  for (const Exchange& each : book.Take()) targets.push_back(each.target);
  EXPECT_THAT(targets, ElementsAre("/a", "/b", "/c"));
}

TEST(Recorder, SumsUpWhatBuildKitSaysAndKeepsNoneOfIt) {
  Watched watched;
  watched.Client("POST /session HTTP/1.1\r\nUpgrade: h2c\r\n\r\n").Engine("HTTP/1.1 101 x\r\nUpgrade: h2c\r\n\r\nPRI * HTTP/2.0").Client("secret");
  const Exchange session = watched.EngineEnds().Take().at(0);
  EXPECT_EQ(session.response_body.size, 14u);
  EXPECT_EQ(session.sent.size, 6u);
  EXPECT_EQ(session.response_body.kept + session.sent.kept, "");
  EXPECT_THAT(session.chunks, SizeIs(2));
}

}  // namespace
}  // namespace plimsoll::relay
