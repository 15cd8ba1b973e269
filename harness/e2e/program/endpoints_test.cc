// An engine reached by tcp and by TLS with client certificates answers as it does through its unix socket. The listeners
// are the daemons' own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "e2e/live_engines.h"
#include "e2e/process.h"
#include "e2e/workplace.h"
#include "engine/private_engine.h"

namespace plimsoll::e2e {
namespace {

using testing::HasSubstr;

class EndpointsTest : public LiveTest, public testing::WithParamInterface<size_t> {
 protected:
  static const run::EngineUnderTest& Engine() { return TheLiveEngines().list.at(GetParam()); }

  // Another instance of the same engine; its endpoint is the listener.
  static std::unique_ptr<engine::PrivateEngine> Listening(const std::string& how) {
    auto started = engine::PrivateEngine::Start(engine::EngineTool(), Engine().private_name, {.listener = how});
    if (started) return *std::move(started);
    ADD_FAILURE() << started.error().Text();
    return nullptr;
  }
  // Podman 4.3, and in so many words; any other answer is a failure, and docker has TLS.
  static bool SaysThatItHasNoTls() {
    const std::string lacks = engine::PrivateEngine::Lacks(engine::EngineTool(), Engine().private_name, {.listener = "tls"});
    const bool may_lack = Engine().identity.product == "podman";
    EXPECT_EQ(lacks, lacks.empty() || !may_lack ? "" : Engine().private_name + " has no TLS listener of its own");
    return !lacks.empty();
  }
  static std::string CertificatesFor(const engine::Endpoint& endpoint) {
    return std::filesystem::path(endpoint.tls.ca).parent_path().string();
  }

  // The engine's results as JSON, of a run through `address`.
  std::string Results(const std::string& address, std::map<std::string, std::string> environment = {}) {
    const std::string reports = folder_ / ("reports-" + std::to_string(++runs_));
    Process explore({PLIMSOLL_PROGRAM, "explore", "--engine", address, "--reports", reports, "--journal",
                     reports + ".jsonl", Write(folder_ / "a/quick.yaml", kQuick),
                     PLIMSOLL_SOURCE_DIR "/scenarios/run/run-sequence.yaml", "--sample", "2"},
                    std::move(environment));
    EXPECT_EQ(explore.Wait(), 0) << address << ": " << explore.Output();
    return ReadFile(reports + "/engines/" + Engine().name + ".json").value_or("no results of " + address);
  }

  TemporaryFolder folder_;
  int runs_ = 0;
};

TEST_P(EndpointsTest, TcpAndTlsAnswerAsTheUnixSocketDoes) {
  const std::string through_socket = Results(Engine().endpoint.Text());
  EXPECT_THAT(through_socket, HasSubstr("run/run-sequence"));
  const auto tcp = Listening("tcp");
  ASSERT_NE(tcp, nullptr);
  EXPECT_EQ(Results(tcp->endpoint().Text()), through_socket);
  if (SaysThatItHasNoTls()) return;
  const auto tls = Listening("tls");
  ASSERT_NE(tls, nullptr);
  const std::string certificates = CertificatesFor(tls->endpoint());
  EXPECT_EQ(Results(tls->endpoint().Text(), {{"DOCKER_CERT_PATH", certificates}}), through_socket);
  EXPECT_EQ(Results(fmt::format("tcp://127.0.0.1:{}", tls->endpoint().port),
                    {{"DOCKER_CERT_PATH", certificates}, {"DOCKER_TLS_VERIFY", "1"}}),
            through_socket);
}

TEST_P(EndpointsTest, WithoutAClientCertificateTheErrorSaysWhatToDo) {
  if (SaysThatItHasNoTls()) return;
  const auto tls = Listening("tls");
  ASSERT_NE(tls, nullptr);
  const TemporaryFolder other;  // knows the CA, and has no certificate of its own
  Write(other / "ca.pem", ReadFile(tls->endpoint().tls.ca).value_or(""));
  Process run({PLIMSOLL_PROGRAM, "run", "--engine", tls->endpoint().Text(), Write(folder_ / "a/quick.yaml", kQuick)},
              {{"DOCKER_CERT_PATH", other / "."}});
  EXPECT_EQ(run.Wait(), 3) << run.Output();
  EXPECT_THAT(run.Output(), HasSubstr("https://127.0.0.1:"));
  EXPECT_THAT(run.Output(), HasSubstr("no client certificate was given"));
}

INSTANTIATE_TEST_SUITE_P(Engines, EndpointsTest, testing::Values(0, 1),
                         [](const auto& number) { return number.param == 0 ? "First" : "Second"; });

}  // namespace
}  // namespace plimsoll::e2e
