#include "engine/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "base/json.h"
#include "testing/scripted_server.h"
#include "testing/temp_folder.h"

namespace plimsoll::engine {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::TempFolder;

using Variables = std::map<std::string, std::string>;

Environment EnvironmentOf(Variables variables) {
  return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
  };
}

const Environment kNothingSet = EnvironmentOf({});

struct Words {
  std::string text;
  std::string means;  // Endpoint::Text(), or the error's sentence
};

class ParseEndpointGood : public ::testing::TestWithParam<Words> {};

TEST_P(ParseEndpointGood, UnderstandsIt) {
  const auto endpoint = ParseEndpoint(GetParam().text, kNothingSet);
  ASSERT_TRUE(endpoint) << endpoint.error().Text();
  EXPECT_EQ(endpoint->Text(), GetParam().means);
}

INSTANTIATE_TEST_SUITE_P(Table, ParseEndpointGood,
                         ::testing::Values(Words{"unix:///run/docker.sock", "unix:///run/docker.sock"},
                                           Words{"/run/docker.sock", "unix:///run/docker.sock"},
                                           Words{"tcp://127.0.0.1:2375", "tcp://127.0.0.1:2375"},
                                           Words{"tcp://engine.example:1/", "tcp://engine.example:1"},
                                           Words{"http://h:65535", "tcp://h:65535"},
                                           Words{"https://h:2376//", "https://h:2376"},
                                           Words{"tcp://[::1]:2375", "tcp://[::1]:2375"}));

class ParseEndpointBad : public ::testing::TestWithParam<Words> {};

TEST_P(ParseEndpointBad, SaysWhatIsWrong) {
  const auto endpoint = ParseEndpoint(GetParam().text, kNothingSet);
  ASSERT_FALSE(endpoint) << endpoint->Text();
  EXPECT_EQ(endpoint.error().what, GetParam().means);
}

INSTANTIATE_TEST_SUITE_P(
    Table, ParseEndpointBad,
    ::testing::Values(Words{"", "\"\" is no engine that plimsoll can reach"},
                      Words{"npipe:////./pipe/docker", "\"npipe:////./pipe/docker\" is no engine that plimsoll can reach"},
                      Words{"ssh://\x1b[31m", "\"ssh://\\x1b[31m\" is no engine that plimsoll can reach"},
                      Words{"unix://run/docker.sock", "the engine \"unix://run/docker.sock\" names no absolute path"},
                      Words{"unix://", "the engine \"unix://\" names no absolute path"},
                      Words{"tcp://host", "the engine \"tcp://host\" names no port"},
                      Words{"tcp://:2375", "the engine \"tcp://:2375\" names no port"},
                      Words{"tcp://host:", "the engine \"tcp://host:\" has the port \"\""},
                      Words{"tcp://host:0", "the engine \"tcp://host:0\" has the port \"0\""},
                      Words{"tcp://host:65536", "the engine \"tcp://host:65536\" has the port \"65536\""},
                      Words{"tcp://host:23a", "the engine \"tcp://host:23a\" has the port \"23a\""},
                      Words{"tcp://host:99999999999", "the engine \"tcp://host:99999999999\" has the port \"99999999999\""},
                      Words{"/" + std::string(107, 'a'), "the socket path /" + std::string(107, 'a') +
                                                             " is longer than the 107 bytes that Linux allows"}));

TEST(ParseEndpoint, HintsAtTheFormsItKnows) {
  EXPECT_THAT(ParseEndpoint("x", kNothingSet).error().hint, HasSubstr("write unix:///path/to.sock, tcp://host:port"));
  EXPECT_EQ(ParseEndpoint("tcp://h:x", kNothingSet).error().hint, "a port is a number from 1 to 65535");
}

TEST(ParseEndpoint, TakesAPathOfExactlyTheLongestLength) {
  EXPECT_TRUE(ParseEndpoint("/" + std::string(106, 'a'), kNothingSet));
}

TEST(ParseEndpoint, MakesTcpEncryptedWhereTheEnvironmentWantsIt) {
  EXPECT_EQ(ParseEndpoint("tcp://h:2376", EnvironmentOf({{"DOCKER_TLS_VERIFY", "1"}}))->Text(), "https://h:2376");
  EXPECT_EQ(ParseEndpoint("tcp://h:2376", EnvironmentOf({{"DOCKER_TLS_VERIFY", ""}}))->Text(), "tcp://h:2376");
}

TEST(ParseEndpoint, FindsTheCertificatesThatAreThere) {
  const TempFolder folder;
  folder.Write("ca.pem", "");
  folder.Write("cert.pem", "");
  const auto endpoint = ParseEndpoint("https://h:2376", EnvironmentOf({{"DOCKER_CERT_PATH", folder.path()}}));
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->tls.ca, folder.path() + "/ca.pem");
  EXPECT_EQ(endpoint->tls.certificate, folder.path() + "/cert.pem");
  EXPECT_EQ(endpoint->tls.key, "");
  EXPECT_TRUE(endpoint->tls.verify);
}

TEST(ParseEndpoint, LooksForCertificatesInTheHomeFolderOtherwise) {
  const TempFolder home;
  home.Write(".docker/ca.pem", "");
  EXPECT_EQ(ParseEndpoint("https://h:2376", EnvironmentOf({{"HOME", home.path()}}))->tls.ca,
            home.path() + "/.docker/ca.pem");
}

// A home folder with docker contexts in it, as the docker client leaves them.
class Home : public ::testing::Test {
 protected:
  void AddContext(const std::string& folder, const std::string& name, const Json& docker) {
    home_.Write(".docker/contexts/meta/" + folder + "/meta.json",
                CompactJson({{"Name", name}, {"Metadata", Json::object()}, {"Endpoints", {{"docker", docker}}}}));
  }
  void Choose(const std::string& name) {
    home_.Write(".docker/config.json", CompactJson({{"currentContext", name}, {"auths", Json::object()}}));
  }
  Result<Candidates> Found(Variables more = {}) {
    more.emplace("HOME", home_.path());
    return FindCandidates(EnvironmentOf(std::move(more)));
  }

  TempFolder home_;
};

TEST_F(Home, AndDockerHostGiveDockerHostAlone) {
  AddContext("abc", "remote", {{"Host", "tcp://10.0.0.1:2375"}});
  Choose("remote");
  const auto found = Found({{"DOCKER_HOST", "unix:///x.sock"}});
  ASSERT_TRUE(found) << found.error().Text();
  ASSERT_EQ(found->list.size(), 1u);
  EXPECT_EQ(found->list[0].endpoint.Text(), "unix:///x.sock");
  EXPECT_EQ(found->list[0].source, "$DOCKER_HOST");
  EXPECT_THAT(found->tried, ElementsAre("$DOCKER_HOST: unix:///x.sock"));
}

TEST_F(Home, WithABadDockerHostIsAnErrorThatNamesIt) {
  const auto found = Found({{"DOCKER_HOST", "docker"}});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().what, "$DOCKER_HOST: \"docker\" is no engine that plimsoll can reach");
}

TEST_F(Home, GivesTheCurrentContext) {
  AddContext("abc", "other", {{"Host", "tcp://10.0.0.2:2375"}});
  AddContext("def", "remote", {{"Host", "tcp://10.0.0.1:2375"}});
  Choose("remote");
  const auto found = Found();
  ASSERT_TRUE(found) << found.error().Text();
  ASSERT_EQ(found->list.size(), 1u);
  EXPECT_EQ(found->list[0].endpoint.Text(), "tcp://10.0.0.1:2375");
  EXPECT_EQ(found->list[0].source, "the docker context \"remote\"");
  EXPECT_THAT(found->tried, ElementsAre("$DOCKER_HOST: not set", "the docker context \"remote\": tcp://10.0.0.1:2375"));
}

TEST_F(Home, PrefersTheContextOfTheEnvironment) {
  AddContext("abc", "other", {{"Host", "tcp://10.0.0.2:2375"}});
  Choose("remote");
  EXPECT_EQ(Found({{"DOCKER_CONTEXT", "other"}})->list.at(0).endpoint.Text(), "tcp://10.0.0.2:2375");
}

TEST_F(Home, GivesAContextItsOwnCertificates) {
  AddContext("abc", "remote", {{"Host", "tcp://10.0.0.1:2376"}, {"SkipTLSVerify", true}});
  home_.Write(".docker/contexts/tls/abc/docker/ca.pem", "");
  Choose("remote");
  const auto endpoint = Found()->list.at(0).endpoint;
  EXPECT_EQ(endpoint.Text(), "https://10.0.0.1:2376");
  EXPECT_EQ(endpoint.tls.ca, home_.path() + "/.docker/contexts/tls/abc/docker/ca.pem");
  EXPECT_FALSE(endpoint.tls.verify);
}

TEST_F(Home, LooksForContextsWhereTheDockerClientIsToldToKeepThem) {
  const TempFolder config;
  config.Write("config.json", R"({"currentContext":"there"})");
  config.Write("contexts/meta/abc/meta.json", R"({"Name":"there","Endpoints":{"docker":{"Host":"tcp://10.0.0.3:1"}}})");
  const auto found = Found({{"DOCKER_CONFIG", config.path()}});
  ASSERT_TRUE(found) << found.error().Text();
  EXPECT_EQ(found->list.at(0).endpoint.Text(), "tcp://10.0.0.3:1");
}

TEST_F(Home, WithoutTheChosenContextIsAnErrorThatNamesBoth) {
  Choose("gone");
  const auto found = Found();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().what,
            "the current docker context \"gone\" is not in " + home_.path() + "/.docker/contexts/meta");
  EXPECT_EQ(found.error().hint, "choose another with `docker context use`, or name the engine with --engine");
}

TEST_F(Home, WithBrokenFilesHasNoContext) {
  home_.Write(".docker/config.json", "{\"currentContext\": ");
  const auto found = Found();
  ASSERT_TRUE(found);
  EXPECT_THAT(found->tried, Contains("docker context: none chosen"));
}

TEST_F(Home, GivesTheWellKnownSocketsThatAreThere) {
  const testing::ScriptedServer server(testing::Scripts{});
  const TempFolder runtime;
  std::filesystem::create_symlink(server.endpoint().path, runtime.File("podman/podman.sock"));
  runtime.Write("docker.sock", "a file, no socket");
  Choose("default");
  const auto found = Found({{"XDG_RUNTIME_DIR", runtime.path()}});
  ASSERT_TRUE(found);
  EXPECT_THAT(found->tried, Contains(runtime.path() + "/docker.sock: not there"));
  EXPECT_THAT(found->tried, Contains(runtime.path() + "/podman/podman.sock: a socket"));
  std::vector<std::string> texts;
  for (const Candidate& candidate : found->list) texts.push_back(candidate.endpoint.Text());
  EXPECT_THAT(texts, Contains("unix://" + runtime.path() + "/podman/podman.sock"));
}

}  // namespace
}  // namespace plimsoll::engine
