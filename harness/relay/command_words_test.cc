#include "relay/command_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::relay {
namespace {

using ::testing::ElementsAre;

TEST(WithoutPasswords, HidesThoseOfALoginAndNoPort) {
  EXPECT_THAT(WithoutPasswords({"docker", "login", "-u", "u", "-p", "secret", "host"}), ElementsAre("docker", "login", "-u", "u", "-p", "(redacted)", "host"));
  EXPECT_THAT(WithoutPasswords({"docker", "login", "-psecret"}), ElementsAre("docker", "login", "-p(redacted)"));
  EXPECT_THAT(WithoutPasswords({"x", "--password=secret", "--password", "secret"}), ElementsAre("x", "--password=(redacted)", "--password", "(redacted)"));
  EXPECT_THAT(WithoutPasswords({"docker", "run", "-p", "80:80", "-u", "1000:1000"}), ElementsAre("docker", "run", "-p", "80:80", "-u", "1000:1000"));
}

TEST(WithoutPasswords, HidesTokensAndCredentialsOfOtherCommands) {
  EXPECT_THAT(WithoutPasswords({"docker", "swarm", "join", "--token", "SWMTKN-1-x", "h:2377"}),
              ElementsAre("docker", "swarm", "join", "--token", "(redacted)", "h:2377"));
  EXPECT_THAT(WithoutPasswords({"podman", "push", "--creds", "u:p", "--creds=u:p", "i"}),
              ElementsAre("podman", "push", "--creds", "(redacted)", "--creds=(redacted)", "i"));
  EXPECT_THAT(WithoutPasswords({"/usr/bin/curl", "-sSu", "u:p", "-uu:p", "--user", "u:p", "--user=u:p", "-so", "u", "http://u:p@h/x"}),
              ElementsAre("/usr/bin/curl", "-sSu", "(redacted)", "-u(redacted)", "--user", "(redacted)", "--user=(redacted)", "-so", "u", "http://(redacted)@h/x"));
}

TEST(WithoutPasswords, HidesHeadersAndJsonThatACommandSends) {
  EXPECT_THAT(WithoutPasswords({"curl", "-H", "X-Registry-Auth: e30=", "-HAuthorization: Basic x y", "-H", "Accept: x"}),
              ElementsAre("curl", "-H", "X-Registry-Auth: (redacted)", "-HAuthorization: (redacted)", "-H", "Accept: x"));
  EXPECT_THAT(WithoutPasswords({"curl", "-d", R"({"username": "u", "password": "p"})", "-d", "a=1&password=p"}), ElementsAre("curl", "-d", "(redacted)", "-d", "(redacted)"));
}

struct Scripted {
  const char *script, *shown;
};

TEST(WithoutPasswords, LooksIntoScripts) {
  const Scripted rows[] = {
      {"docker login -p secret host", "docker login (redacted)"},
      {"echo secret | docker login --password-stdin", "(redacted)"},
      {"docker swarm join --token SWMTKN-1-x h", "docker swarm join --token (redacted) h"},
      {"a; curl -u 'u:p q' \"http://x\"", "a; curl -u (redacted) \"http://x\""},
      {"curl -H 'X-Registry-Auth: e30= x' http://d/x", "curl -H 'X-Registry-Auth: (redacted)' http://d/x"},
      {"curl -H X-Registry-Auth:\\ e30= http://d/x", "curl -H X-Registry-Auth: (redacted) http://d/x"},
      {"curl -d '{\"password\": \"p q\"}' http://d/x", "curl -d (redacted) http://d/x"},
      {"sh -c 'docker login -p x' && b", "sh -c 'docker login (redacted)' && b"},
      {"curl -u \"u:never closed", "curl -u (redacted)"},
      {"exit 7; echo \"$DOCKER_HOST\"", "exit 7; echo \"$DOCKER_HOST\""},
  };
  for (const Scripted& row : rows) EXPECT_THAT(WithoutPasswords({"sh", "-c", row.script}), ElementsAre("sh", "-c", row.shown));
}

TEST(WithoutSecrets, HidesWhatTheCallsCarriedWhereverItStands) {
  EXPECT_THAT(WithoutSecrets({"x", "--key=top secret!", "atop secretly"}, {"top secret"}), ElementsAre("x", "--key=(redacted)!", "a(redacted)ly"));
  EXPECT_THAT(WithoutSecrets({"cat", "a", "-a", "b=a"}, {"a"}), ElementsAre("cat", "(redacted)", "-(redacted)", "b=(redacted)")) << "a short one only alone";
}

}  // namespace
}  // namespace plimsoll::relay
