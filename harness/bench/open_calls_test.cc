#include "bench/open_calls.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <string>

#include "testing/fake_engine.h"
#include "testing/temp_folder.h"

namespace plimsoll::bench {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int64_t kForEver = std::numeric_limits<int64_t>::max();

TEST(OpenCallsTest, AnswersEachCall) {
  const testing::FakeEngine fake;
  OpenCalls calls(fake.endpoint(), {"GET", "/_ping", "", {}}, nullptr);
  for (int n = 0; n < 3; ++n) {
    ASSERT_EQ(calls.Begin(n).value(), CallsInFlight::Began::kYes);
    const auto ended = calls.Await(kForEver);
    ASSERT_TRUE(ended) << ended.error().what;
    ASSERT_THAT(*ended, SizeIs(1));
    EXPECT_EQ(ended->front().number, n);
  }
}

// openssl's own server, which says what is wrong before it is asked, to one client, and closes.
class HastyTlsServer {
 public:
  HastyTlsServer() {
    const std::string command = fmt::format(
        "cd {} && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out cert -days 2 -subj /CN=h 2>/dev/null &&"
        " printf 'HTTP/1.1 500 Hasty\\r\\nContent-Length: 0\\r\\n\\r\\n' |"
        " openssl s_server -accept 127.0.0.1:0 -cert cert -key key -tls1_2 -naccept 1 2>&1",
        folder_.path());
    output_ = popen(command.c_str(), "r");
    char line[1000];
    while (port_ == 0 && output_ && std::fgets(line, sizeof line, output_)) std::sscanf(line, "ACCEPT 127.0.0.1:%d", &port_);
  }
  ~HastyTlsServer() {
    if (output_) pclose(output_);
  }
  int port() const { return port_; }  // 0: there is no openssl here

 private:
  testing::TempFolder folder_;
  std::FILE* output_ = nullptr;
  int port_ = 0;
};

TEST(OpenCallsTest, SaysAtOnceWhatBecameOfACallThatWasOverAsSoonAsItHadBegun) {
  const HastyTlsServer server;
  if (server.port() == 0) GTEST_SKIP() << "openssl s_server cannot be had here; live tests of engines over TLS need it, too";
  engine::Endpoint endpoint;
  endpoint.kind = engine::Endpoint::Kind::kTls;
  endpoint.host = "127.0.0.1";
  endpoint.port = server.port();
  endpoint.tls.verify = false;
  const auto connect = [&] {
    auto connection = engine::Connection::Open(endpoint, Now() + std::chrono::seconds(20));
    if (connection) {
      pollfd answer{(*connection)->fd(), POLLIN, 0};
      EXPECT_EQ(poll(&answer, 1, 20'000), 1);
    }
    return connection;
  };
  OpenCalls calls(connect, {"GET", "/_ping", "", {}}, nullptr);
  ASSERT_TRUE(calls.Begin(0));
  const auto ended = calls.Await(kForEver);
  ASSERT_FALSE(ended);
  EXPECT_THAT(ended.error().what, Not(HasSubstr("no answer for 30 s")));
}

}  // namespace
}  // namespace plimsoll::bench
