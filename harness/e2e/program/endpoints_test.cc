// An engine reached by tcp and by TLS with client certificates answers as it does through its unix socket.
// The listeners are socat's, in front of a real engine's socket, as people put a relay there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/live_engines.h"
#include "e2e/process.h"
#include "e2e/workplace.h"

namespace plimsoll::e2e {
namespace {

using testing::HasSubstr;

// socat's listener on a free port of the loopback; ended with this object.
class Relay {
 public:
  Relay(const std::string& listen, const std::string& socket)
      : process_({"socat", "-d", "-d", listen + ",bind=127.0.0.1,reuseaddr,fork", "UNIX-CONNECT:" + socket}) {}

  // "" if it does not come to listen.
  std::string Port() const {
    std::string port;
    Eventually([&] {
      constexpr std::string_view kListens = "listening on AF=2 127.0.0.1:";
      const std::string output = process_.Output();
      const size_t at = output.find(kListens);
      const size_t end = at == std::string::npos ? at : output.find('\n', at);
      if (end != std::string::npos) port = output.substr(at + kListens.size(), end - at - kListens.size());
      return !port.empty();
    });
    return port;
  }

 private:
  Process process_;
};

// A certificate `name`.pem with `name`-key.pem below `folder`; signed by ca.pem, but for the CA itself.
void MakeCertificate(const TemporaryFolder& folder, const std::string& name, const std::string& file_of_key,
                     const std::string& file_of_certificate) {
  std::vector<std::string> command{"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                                   "-nodes", "-days", "2", "-subj", "/CN=" + name,
                                   "-keyout", folder / file_of_key, "-out", folder / file_of_certificate};
  if (name != "ca") {
    for (const std::string& word : {std::string("-addext"), std::string("subjectAltName=IP:127.0.0.1"), std::string("-CA"),
                                    folder / "ca.pem", std::string("-CAkey"), folder / "ca-key.pem"}) {
      command.push_back(word);
    }
  }
  Process openssl(command);
  ASSERT_EQ(openssl.Wait(), 0) << openssl.Output();
}

class EndpointsTest : public LiveTest, public testing::WithParamInterface<size_t> {
 protected:
  static const run::EngineUnderTest& Engine() { return TheLiveEngines().list.at(GetParam()); }

  std::string TlsListener() {
    MakeCertificate(folder_, "ca", "ca-key.pem", "ca.pem");
    MakeCertificate(folder_, "server", "server-key.pem", "server.pem");
    MakeCertificate(folder_, "client", "key.pem", "cert.pem");
    return "OPENSSL-LISTEN:0,cert=" + folder_ / "server.pem" + ",key=" + folder_ / "server-key.pem" +
           ",cafile=" + folder_ / "ca.pem" + ",verify=1";
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
  const std::string& socket = Engine().endpoint.path;
  const Relay tcp("TCP-LISTEN:0", socket);
  const Relay tls(TlsListener(), socket);
  const std::string through_socket = Results(Engine().endpoint.Text());
  EXPECT_THAT(through_socket, HasSubstr("run/run-sequence"));
  EXPECT_EQ(Results("tcp://127.0.0.1:" + tcp.Port()), through_socket);
  EXPECT_EQ(Results("https://127.0.0.1:" + tls.Port(), {{"DOCKER_CERT_PATH", folder_ / "."}}), through_socket);
  EXPECT_EQ(Results("tcp://127.0.0.1:" + tls.Port(), {{"DOCKER_CERT_PATH", folder_ / "."}, {"DOCKER_TLS_VERIFY", "1"}}),
            through_socket);
}

TEST_P(EndpointsTest, WithoutAClientCertificateTheErrorSaysWhatToDo) {
  const Relay tls(TlsListener(), Engine().endpoint.path);
  const TemporaryFolder other;  // knows the CA, and has no certificate of its own
  Write(other / "ca.pem", ReadFile(folder_ / "ca.pem").value_or(""));
  Process run({PLIMSOLL_PROGRAM, "run", "--engine", "https://127.0.0.1:" + tls.Port(),
               Write(folder_ / "a/quick.yaml", kQuick)},
              {{"DOCKER_CERT_PATH", other / "."}});
  EXPECT_EQ(run.Wait(), 3) << run.Output();
  EXPECT_THAT(run.Output(), HasSubstr("https://127.0.0.1:"));
  EXPECT_THAT(run.Output(), HasSubstr("no client certificate was given"));
}

INSTANTIATE_TEST_SUITE_P(Engines, EndpointsTest, testing::Values(0, 1),
                         [](const auto& number) { return number.param == 0 ? "First" : "Second"; });

}  // namespace
}  // namespace plimsoll::e2e
