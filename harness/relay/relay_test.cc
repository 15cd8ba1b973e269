// The whole relay before a server that does what no honest engine does. Waits are for bytes and ends, never for time.
#include "relay/relay.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/resource.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "engine/call.h"
#include "testing/fake_engine.h"
#include "testing/sanitized.h"
#include "testing/scripted_server.h"

namespace plimsoll::relay {
namespace {

using journal::Outcome;
using testing::ScriptedServer;
using testing::Scripts;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using testing::AwaitHalfClose;
using testing::ExpectBytes;
using testing::ExpectHead;
using testing::ExpectText;
using testing::Send;

// Far beyond what any test takes: where it passes, something hangs.
TimePoint TooLate() { return Now() + std::chrono::seconds(20); }

engine::Endpoint EndpointOf(const Relay& relay) { return *engine::ParseEndpoint(relay.address(), engine::ProcessEnvironment()); }

std::unique_ptr<Relay> StartBefore(const engine::Endpoint& engine) {
  auto relay = Relay::Start(engine);
  if (!relay) ADD_FAILURE() << relay.error().Text();
  return relay ? std::move(*relay) : nullptr;
}

// A client that blocks.
class Caller {
 public:
  // Without curl, each of whose connections takes further descriptors.
  explicit Caller(const Relay& relay) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = EndpointOf(relay).path;
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) connection_ = engine::Connection::Of(fd);
  }
  bool connected() const { return connection_ != nullptr; }
  void Say(std::string_view bytes) {
    while (!bytes.empty()) {
      const auto sent = connection_->Send(bytes);
      if (sent.io == engine::Connection::Io::kError) return;
      bytes.remove_prefix(sent.bytes);
      if (sent.io == engine::Connection::Io::kAgain) Await(POLLOUT);
    }
  }
  void HalfClose() { connection_->HalfClose(); }
  // Something has come; it stays unread.
  bool AwaitBytes() { return Await(POLLIN); }
  void Hang() { connection_.reset(); }
  // Until this has come, or the end: "<end>" is then the last of what is returned.
  std::string HearUntil(const std::string& text) {
    while (heard_.find(text) == heard_.npos && !heard_.ends_with("<end>")) {
      char buffer[64 * 1024];
      const auto got = connection_->Receive(buffer, sizeof buffer);
      if (got.io == engine::Connection::Io::kDone) heard_.append(buffer, got.bytes);
      if (got.io == engine::Connection::Io::kEnd || got.io == engine::Connection::Io::kError) heard_ += "<end>";
      if (got.io == engine::Connection::Io::kAgain && !Await(POLLIN)) return heard_ + "<nothing more>";
    }
    return std::exchange(heard_, "");
  }

 private:
  bool Await(short events) {
    pollfd poller{connection_->fd(), events, 0};
    return poll(&poller, 1, MillisUntil(TooLate())) == 1;
  }
  std::unique_ptr<engine::Connection> connection_;
  std::string heard_;
};

Scripts Script(testing::Script script) {
  Scripts scripts;
  scripts.push_back(std::move(script));
  return scripts;
}

const std::string kAsked = "GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n";
const std::string kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";
const std::string kAttaching = "POST /containers/x/attach HTTP/1.1\r\nUpgrade: tcp\r\n\r\n";
const std::string kAttached = "HTTP/1.1 101 UPGRADED\r\n\r\n";

TEST(RelayTest, ListensWhereNobodyElseLooksAndLeavesNothing) {
  const testing::FakeEngine fake;
  std::string path;
  {
    const auto relay = StartBefore(fake.endpoint());
    path = EndpointOf(*relay).path;
    struct stat socket {}, folder {};
    ASSERT_EQ(stat(path.c_str(), &socket), 0);
    ASSERT_EQ(stat(path.substr(0, path.rfind('/')).c_str(), &folder), 0);
    EXPECT_EQ(socket.st_mode & 0777, 0600u);
    EXPECT_EQ(folder.st_mode & 0777, 0700u);
  }
  struct stat gone {};
  EXPECT_NE(stat(path.substr(0, path.rfind('/')).c_str(), &gone), 0);
}

TEST(RelayTest, PassesCallsOnAndRecordsThem) {
  const testing::FakeEngine fake;
  const auto relay = StartBefore(fake.endpoint());
  for (int i = 0; i < 2; ++i) {
    const auto answer = engine::Call(EndpointOf(*relay), {"POST", "/containers/create?name=a", {{"X-Registry-Auth", "secret"}}, R"({"Image":"x"})"}, TooLate());
    EXPECT_EQ(answer.status(), 201) << answer.Describe();
  }
  EXPECT_EQ(*http::FindHeader(fake.requests().at(0).request.headers, "X-Registry-Auth"), "secret") << "what goes on is not redacted";
  const auto all = relay->Stop();
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].target, "/containers/create?name=a");
  EXPECT_EQ(all[0].request_body.kept, R"({"Image":"x"})");
  EXPECT_EQ(all[0].head->status, 201);
  EXPECT_EQ(*http::FindHeader(all[0].request_headers, "X-Registry-Auth"), "(redacted)");
  EXPECT_EQ(all[0].connection, 1);
  EXPECT_EQ(all[1].connection, 2);
  EXPECT_LE(all[0].times.started, all[0].times.connected);
  EXPECT_LE(all[0].times.connected, all[0].times.sent);
  EXPECT_LE(all[0].times.first_byte, all[0].times.ended);
}

TEST(RelayTest, PassesPipelinedCallsOn) {
  ScriptedServer server(Script({ExpectBytes(3 * kAsked.size()), Send(kAnswer + kAnswer), Send(kAnswer), AwaitHalfClose()}));
  const auto relay = StartBefore(server.endpoint());
  Caller client(*relay);
  client.Say(kAsked + kAsked.substr(0, 10));
  client.Say(kAsked.substr(10) + kAsked);
  EXPECT_EQ(client.HearUntil(kAnswer + kAnswer + kAnswer), kAnswer + kAnswer + kAnswer);
  client.Hang();
  EXPECT_EQ(server.Received(0), kAsked + kAsked + kAsked);
  const auto all = relay->Stop();
  ASSERT_THAT(all, SizeIs(3));
  for (const auto& each : all) EXPECT_EQ(each.outcome, Outcome::kAnswered);
}

TEST(RelayTest, CarriesAHijackedStreamBothWaysAndBeyondTheHalfClose) {
  ScriptedServer server(Script({ExpectHead(), Send(kAttached + "ready"), ExpectText("ping"), Send("pong"), AwaitHalfClose(), Send("after")}));
  const auto relay = StartBefore(server.endpoint());
  Caller client(*relay);
  client.Say(kAttaching);
  EXPECT_EQ(client.HearUntil("ready"), kAttached + "ready");
  client.Say("ping");
  EXPECT_EQ(client.HearUntil("pong"), "pong");
  client.HalfClose();
  EXPECT_EQ(client.HearUntil("<end>"), "after<end>");
  EXPECT_EQ(server.Received(0), kAttaching + "ping");
  const auto all = relay->Stop();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_TRUE(all[0].upgraded);
  EXPECT_EQ(all[0].sent.kept, "ping");
  EXPECT_EQ(all[0].response_body.kept, "readypongafter");
}

TEST(RelayTest, TellsTheEngineThatItsClientIsGone) {
  ScriptedServer server(Script({ExpectHead(), Send(kAttached), AwaitHalfClose()}));
  const auto relay = StartBefore(server.endpoint());
  Caller client(*relay);
  client.Say(kAttaching);
  client.HearUntil(kAttached);
  client.Hang();
  EXPECT_EQ(server.Received(0), kAttaching) << "its script is over, as it saw the end";
  const auto all = relay->Stop();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].outcome, Outcome::kOpen);
  EXPECT_EQ(all[0].chunks.back().direction, journal::Chunk::Direction::kClosed);
}

TEST(RelayTest, TellsTheClientOfAnEngineThatDiesOrSendsRubbish) {
  Scripts scripts = Script({ExpectHead(), Send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf")});
  scripts.push_back({ExpectHead(), Send("rubbish\n")});
  scripts.push_back({testing::Reset()});
  ScriptedServer server(std::move(scripts));
  const auto relay = StartBefore(server.endpoint());
  for (const char* heard : {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf<end>", "rubbish\n<end>", "<end>"}) {
    Caller client(*relay);
    client.Say(kAsked);
    EXPECT_EQ(client.HearUntil("<end>"), heard);
  }
  const auto all = relay->Stop();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0].outcome, Outcome::kClosed);
  EXPECT_EQ(all[1].outcome, Outcome::kMalformed);
  EXPECT_EQ(all[2].outcome, Outcome::kClosed);
}

TEST(RelayTest, ClosesTheClientsOfAnEngineThatIsNotThere) {
  engine::Endpoint nowhere;
  nowhere.path = "/nonexistent/engine.sock";
  const auto relay = StartBefore(nowhere);
  Caller client(*relay);
  client.Say(kAsked);
  EXPECT_EQ(client.HearUntil("<end>"), "<end>");
  const auto all = relay->Stop();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].outcome, Outcome::kRefused);
  EXPECT_THAT(all[0].error, HasSubstr("cannot connect to unix:///nonexistent/engine.sock: No such file or directory"));
}

// A socket that ends with the test, and gives up rather than hang.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {
    const timeval limit{20, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~Descriptor() { Close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  void Close() {
    if (fd_ >= 0) close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

TEST(RelayTest, ReachesAnEngineByTcpAndTellsItOfAReset) {
  const Descriptor listener(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener.get(), 1), 0);
  ASSERT_EQ(getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  engine::Endpoint engine;
  engine.kind = engine::Endpoint::Kind::kTcp;
  engine.host = "127.0.0.1";
  engine.port = ntohs(address.sin_port);
  const auto relay = StartBefore(engine);
  Caller client(*relay);
  client.Say(kAttaching);
  const Descriptor server(accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
  std::string heard(kAttaching.size(), ' ');
  ASSERT_EQ(recv(server.get(), heard.data(), heard.size(), MSG_WAITALL), static_cast<ssize_t>(heard.size()));
  EXPECT_EQ(heard, kAttaching);
  ASSERT_GT(send(server.get(), kAttached.data(), kAttached.size(), MSG_NOSIGNAL), 0);
  ASSERT_TRUE(client.AwaitBytes());
  client.Hang();  // with bytes unread: a reset
  EXPECT_EQ(recv(server.get(), heard.data(), heard.size(), 0), -1);
  EXPECT_EQ(errno, ECONNRESET);
  const auto all = relay->Stop();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].outcome, Outcome::kOpen);
}

// More than the server's backlog, so some connections have to be made by the other thread.
TEST(RelayTest, KeepsTwoHundredConnectionsApart) {
  constexpr int kMany = 200;
  ScriptedServer server(testing::Every{[](testing::Peer& peer) {
    if (!ExpectText("\n\n")(peer)) return false;
    return peer.Send(kAttached + "you said " + peer.Take(peer.received().find('\n') + 1)) && peer.AwaitEnd();
  }});
  const auto relay = StartBefore(server.endpoint());
  std::vector<std::unique_ptr<Caller>> clients;
  for (int i = 0; i < kMany; ++i) {
    clients.push_back(std::make_unique<Caller>(*relay));
    ASSERT_TRUE(clients.back()->connected());
  }
  for (int i = 0; i < kMany; ++i) clients[static_cast<size_t>(i)]->Say(fmt::format("GET /{} HTTP/1.1\n\n", i));
  for (int i = 0; i < kMany; ++i) {
    EXPECT_EQ(clients[static_cast<size_t>(i)]->HearUntil("HTTP/1.1\n"), kAttached + fmt::format("you said GET /{} HTTP/1.1\n", i));
  }
  clients.clear();
  EXPECT_THAT(relay->Stop(), SizeIs(kMany));
}

// The clients are in a process of their own: here each would take a descriptor, too.
pid_t HoldConnections(const std::string& path, int count, int not_ours) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const pid_t pid = fork();
  if (pid != 0) return pid;
  close(not_ours);
  for (int i = 0; i < count; ++i) {
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) _exit(1);
  }
  for (;;) pause();
}

long OpenDescriptors() {
  const std::filesystem::directory_iterator all("/proc/self/fd");
  return std::distance(begin(all), end(all));
}

// poll(2) refuses more entries than the process may have descriptors, whether or not they are of any.
TEST(RelayTest, GoesOnWithManyClientsThatWaitForAnEngine) {
  constexpr int kClients = 60;
  alarm(60);  // it must not go round for ever
  Descriptor listener(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  engine::Endpoint engine;
  engine.kind = engine::Endpoint::Kind::kUnix;
  engine.path = fmt::format("/tmp/plimsoll-relay-test-{}.sock", getpid());
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, engine.path.c_str(), engine.path.size() + 1);
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(listen(listener.get(), 0), 0);  // all but the first have to wait
  const auto relay = StartBefore(engine);
  rlimit before{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &before), 0);
  const long own = OpenDescriptors();
  const pid_t clients = HoldConnections(EndpointOf(*relay).path, kClients, listener.get());
  ASSERT_GT(clients, 0);
  const rlimit few{static_cast<rlim_t>(own + kClients + 20), before.rlim_max};
  EXPECT_EQ(setrlimit(RLIMIT_NOFILE, &few), 0);
  const TimePoint limit = TooLate();
  while (OpenDescriptors() < own + kClients && Now() < limit) usleep(1000);
  EXPECT_GE(OpenDescriptors(), own + kClients);
  listener.Close();
  kill(clients, SIGKILL);
  relay->Stop();
  EXPECT_EQ(relay->trouble(), "");
  setrlimit(RLIMIT_NOFILE, &before);
  waitpid(clients, nullptr, 0);
  unlink(engine.path.c_str());
  alarm(0);
}

bool WriteFileInPlace(const std::string& path, const std::string& text) {
  std::ofstream file(path);
  return static_cast<bool>(file << text << std::flush);
}

// 100 MiB through a reader that waits for nobody, in memory that does not grow with them.
TEST(RelayTest, KeepsNoMoreOfALongStreamThanItSays) {
  constexpr int kPieces = 100;
  const std::string piece(1 << 20, 'x');
  ScriptedServer server(Script({ExpectHead(), Send(kAttached), [&](testing::Peer& peer) {
                                  for (int i = 0; i < kPieces; ++i) {
                                    if (!peer.Send(piece)) return false;
                                  }
                                  return true;
                                }}));
  // The tests before have had their own peak.
  ASSERT_TRUE(WriteFileInPlace("/proc/self/clear_refs", "5"));
  const auto peak = [] {
    const std::string status = ReadFile("/proc/self/status").value_or("");
    return std::stol(status.substr(status.find("VmHWM:") + 6));
  };
  const auto relay = StartBefore(server.endpoint());
  Caller client(*relay);
  client.Say(kAttaching);
  client.HearUntil(kAttached);
  const long before = peak();
  size_t heard = 0;
  for (std::string more; !more.ends_with("<end>"); heard += more.size()) more = client.HearUntil("x");
  EXPECT_GT(heard, size_t{kPieces - 1} << 20);
  const auto all = relay->Stop();
  EXPECT_EQ(all.at(0).response_body.size, size_t{kPieces} << 20);
  EXPECT_LT(testing::kMemoryIsOurs ? peak() - before : 0, 16 * 1024) << "KiB";
}

}  // namespace
}  // namespace plimsoll::relay
