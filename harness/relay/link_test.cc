// One link between two sockets of which the test holds the other ends: everything happens when the test says so.
#include "relay/link.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <cerrno>

namespace plimsoll::relay {
namespace {

using journal::Outcome;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class LinkTest : public ::testing::Test {
 protected:
  LinkTest() {
    link_.emplace(engine::Connection::Of(Pair(client_)), 1, book_, 100);
    link_->Connected(engine::Connection::Of(Pair(engine_)));
  }
  ~LinkTest() override {
    Close(client_);
    Close(engine_);
  }

  // Makes a pair of sockets; the test keeps one.
  static int Pair(int& own) {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends), 0);
    own = ends[0];
    return ends[1];
  }
  static void Close(int& fd) {
    if (fd >= 0) close(fd);
    fd = -1;
  }
  // Lets the link do what there is to do, as the Relay does.
  void Turn() {
    for (int i = 0; i < 100; ++i) {
      const Link::Wanted wanted = link_->Wants();
      pollfd fds[] = {{wanted.client, wanted.client_events, 0}, {wanted.engine, wanted.engine_events, 0}};
      if (poll(fds, 2, 0) == 0) return;
      link_->Pump(fds[0].revents, fds[1].revents);
    }
    FAIL() << "the link goes round in circles";
  }
  static void Say(int fd, std::string_view text) { ASSERT_EQ(send(fd, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size())); }
  // What has come; "<end>" and "<reset>" where that is next, "" where there is nothing yet.
  static std::string Hear(int fd) {
    std::array<char, 4096> buffer;
    const ssize_t n = recv(fd, buffer.data(), buffer.size(), 0);
    if (n < 0) return errno == ECONNRESET ? "<reset>" : "";
    return n == 0 ? "<end>" : std::string(buffer.data(), static_cast<size_t>(n));
  }
  static bool TakesNothing(int fd) { return send(fd, "x", 1, MSG_NOSIGNAL) < 0 && errno != EAGAIN; }
  // Sends until nothing more is taken.
  static size_t Fill(int fd) {
    const std::string piece(16 * 1024, 'x');
    size_t sent = 0;
    for (ssize_t n = 0; (n = send(fd, piece.data(), piece.size(), MSG_NOSIGNAL)) > 0;) sent += static_cast<size_t>(n);
    return sent;
  }
  std::vector<journal::Exchange> Record() {
    link_.reset();
    return book_.Take();
  }

  Book book_;
  int client_ = -1, engine_ = -1;
  std::optional<Link> link_;
};

const std::string kGet = "GET /x HTTP/1.1\r\n\r\n";
const std::string kOpen = "POST /containers/x/attach HTTP/1.1\r\nUpgrade: tcp\r\n\r\n";
const std::string kOpened = "HTTP/1.1 101 UPGRADED\r\n\r\n";

TEST_F(LinkTest, PassesBytesOnUnchangedWhateverTheyAre) {
  for (const std::string& bytes : {kGet, std::string("\x16\x03\0\xff no HTTP at all", 20), std::string("\r\n\r\n")}) {
    Say(client_, bytes);
    Turn();
    EXPECT_EQ(Hear(engine_), bytes);
    Say(engine_, bytes);
    Turn();
    EXPECT_EQ(Hear(client_), bytes);
  }
}

TEST_F(LinkTest, PassesTheEndOfOneDirectionOnAndKeepsTheOther) {
  Say(client_, kOpen);
  Turn();
  Say(engine_, kOpened);
  Turn();
  EXPECT_EQ(Hear(engine_) + Hear(client_), kOpen + kOpened);
  shutdown(client_, SHUT_WR);
  Turn();
  EXPECT_EQ(Hear(engine_), "<end>");
  EXPECT_EQ(Hear(client_), "");
  Say(engine_, "late");
  Turn();
  EXPECT_EQ(Hear(client_), "late");
  EXPECT_FALSE(link_->done());
  Close(engine_);
  Turn();
  EXPECT_EQ(Hear(client_), "<end>");
  EXPECT_TRUE(link_->done());
  const auto all = Record();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].outcome, Outcome::kAnswered);
  EXPECT_EQ(all[0].chunks.at(0).direction, journal::Chunk::Direction::kHalfClosed);
  EXPECT_EQ(all[0].response_body.kept, "late");
}

TEST_F(LinkTest, LetsTheClientSendOnAfterTheEnginesHalfClose) {
  Say(client_, kOpen);
  Say(engine_, kOpened);
  Turn();
  EXPECT_EQ(Hear(engine_) + Hear(client_), kOpen + kOpened);
  shutdown(engine_, SHUT_WR);
  Turn();
  EXPECT_EQ(Hear(client_), "<end>");
  Say(client_, "still here");
  Turn();
  EXPECT_EQ(Hear(engine_), "still here");
  EXPECT_FALSE(link_->done());
}

TEST_F(LinkTest, TellsTheEngineOfAClientThatDied) {
  Say(client_, kGet);
  Turn();
  EXPECT_EQ(Hear(engine_), kGet);
  Close(client_);
  Turn();
  EXPECT_TRUE(link_->done());
  const auto all = Record();
  EXPECT_EQ(Hear(engine_), "<end>");
  EXPECT_TRUE(TakesNothing(engine_)) << "not only its direction has ended";
  EXPECT_EQ(all.at(0).outcome, Outcome::kCancelled);
}

TEST_F(LinkTest, TellsTheEngineThatAClientBrokeOff) {
  Say(client_, kGet);
  Turn();
  EXPECT_EQ(Hear(engine_), kGet);
  Say(engine_, "HTTP/1.1 200 OK\r\n\r\nfirst");
  Turn();
  Close(client_);  // with bytes unread: a reset
  Say(engine_, "second");
  Turn();
  EXPECT_TRUE(link_->done());
  const auto all = Record();
  EXPECT_TRUE(TakesNothing(engine_));
  EXPECT_EQ(all.at(0).outcome, Outcome::kCancelled);
  EXPECT_THAT(all[0].error, HasSubstr("the client"));
}

TEST_F(LinkTest, CountsNothingAsUnaskedThatCameForAClientThatLeft) {
  Say(client_, kGet);
  Turn();
  Say(engine_, "HTTP/1.1 200 OK\r\n\r\na");
  Turn();
  EXPECT_EQ(Hear(engine_) + Hear(client_), kGet + "HTTP/1.1 200 OK\r\n\r\na");
  Close(client_);
  Say(engine_, "b");  // the link learns of both at once
  Turn();
  EXPECT_TRUE(link_->done());
  const auto all = Record();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].outcome, Outcome::kCancelled);
}

// As long as poll(2) does not tell that the client has gone, what the engine says is read first.
TEST_F(LinkTest, RecordsTheLastPieceThatTheClientDidNotTake) {
  Say(client_, kGet);
  Turn();
  Say(engine_, "HTTP/1.1 200 OK\r\n\r\na");
  Turn();
  EXPECT_EQ(Hear(engine_) + Hear(client_), kGet + "HTTP/1.1 200 OK\r\n\r\na");
  Close(client_);
  Say(engine_, "b");
  link_->Pump(0, POLLIN);
  Turn();
  const auto all = Record();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].response_body.kept, "ab");
  EXPECT_EQ(all[0].outcome, Outcome::kCancelled);
}

TEST_F(LinkTest, TellsTheClientOfAnEngineThatDied) {
  Say(client_, kGet);
  Turn();
  EXPECT_EQ(Hear(engine_), kGet);
  Say(engine_, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
  Close(engine_);
  Turn();
  EXPECT_TRUE(link_->done());
  const auto all = Record();
  EXPECT_EQ(Hear(client_), "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf") << "what came before is passed on";
  EXPECT_EQ(Hear(client_), "<end>");
  EXPECT_TRUE(TakesNothing(client_));
  EXPECT_EQ(all.at(0).outcome, Outcome::kClosed);
}

TEST_F(LinkTest, RecordsThatTheEngineBrokeOff) {
  Say(client_, kGet);
  Turn();
  Close(engine_);  // with the request unread: a reset
  Turn();
  EXPECT_TRUE(link_->done());
  const auto all = Record();
  EXPECT_EQ(Hear(client_), "<end>") << "a unix socket has no other word for it";
  EXPECT_EQ(all.at(0).error, "the connection broke: Connection reset by peer");
}

TEST_F(LinkTest, PassesTheAnswerOnOfAnEngineThatStoppedReading) {
  shutdown(engine_, SHUT_RD);
  Say(client_, kGet);
  Turn();
  EXPECT_TRUE(TakesNothing(client_)) << "as without a proxy";
  Say(engine_, "HTTP/1.1 413 x\r\nContent-Length: 0\r\n\r\n");
  Turn();
  EXPECT_EQ(Hear(client_), "HTTP/1.1 413 x\r\nContent-Length: 0\r\n\r\n");
}

// What a side can send while the other reads nothing is what the sockets hold and one piece here, not more.
TEST_F(LinkTest, StopsReadingForASlowReaderAndLosesNothing) {
  Say(client_, kOpen);
  Say(engine_, kOpened);
  Turn();
  EXPECT_EQ(Hear(engine_) + Hear(client_), kOpen + kOpened);
  for (auto [from, to] : {std::pair(engine_, client_), std::pair(client_, engine_)}) {
    size_t sent = 0, last = 0, turns = 0;
    do {
      last = Fill(from);
      sent += last;
      Turn();
      ASSERT_LT(++turns, 1000u) << "it reads without end";
    } while (last > 0);
    EXPECT_LT(sent, 4u << 20);
    size_t heard = 0;
    for (std::string piece = Hear(to); !piece.empty(); piece = Hear(to)) {
      heard += piece.size();
      Turn();
    }
    EXPECT_EQ(heard, sent);
  }
}

TEST_F(LinkTest, GivesBytesOnTheirWayToASlowReaderBeforeTheEnd) {
  Say(client_, kOpen);
  Say(engine_, kOpened);
  Turn();
  EXPECT_EQ(Hear(engine_) + Hear(client_), kOpen + kOpened);
  size_t sent = 0;
  for (size_t more = Fill(engine_); more > 0; more = Fill(engine_)) {
    sent += more;
    Turn();
  }
  Close(engine_);
  Turn();
  EXPECT_FALSE(link_->done());
  size_t heard = 0;
  std::string piece;
  for (piece = Hear(client_); piece != "<end>" && !piece.empty(); piece = Hear(client_)) {
    heard += piece.size();
    Turn();
  }
  EXPECT_EQ(piece, "<end>");
  EXPECT_EQ(heard, sent);
}

TEST(RefusedLink, HearsWhatWasAskedAndClosesTheClient) {
  Book book;
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  ASSERT_EQ(send(ends[0], kGet.data(), kGet.size(), 0), static_cast<ssize_t>(kGet.size()));
  {
    Link link(engine::Connection::Of(ends[1]), 1, book, 100);
    link.Refused({Outcome::kRefused, "cannot connect"});
    EXPECT_EQ(link.Wants().client_events, POLLIN);
    link.Pump(POLLIN, 0);
    EXPECT_TRUE(link.done());
  }
  char byte;
  EXPECT_EQ(recv(ends[0], &byte, 1, 0), 0);
  close(ends[0]);
  const auto all = book.Take();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].target, "/x");
  EXPECT_EQ(all[0].outcome, Outcome::kRefused);
  EXPECT_EQ(all[0].error, "cannot connect");
}

}  // namespace
}  // namespace plimsoll::relay
