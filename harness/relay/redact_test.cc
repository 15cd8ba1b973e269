#include "relay/redact.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::relay {
namespace {

using ::testing::ElementsAre;

journal::Exchange Call(const std::string& method, const std::string& target, const std::string& body) {
  journal::Exchange exchange;
  exchange.method = method;
  exchange.target = target;
  exchange.request_body.Append(body);
  return exchange;
}

std::string Kept(const std::string& method, const std::string& target, const std::string& body) {
  journal::Exchange exchange = Call(method, target, body);
  Redact(exchange);
  journal::Bytes same;
  same.Append(exchange.request_body.kept);
  EXPECT_EQ(exchange.request_body.fnv1a, same.fnv1a) << "the checksum of the real body would help to guess";
  EXPECT_EQ(exchange.request_body.size, same.size);
  return exchange.request_body.kept;
}

TEST(Redact, TakesTheValuesOfHeadersThatAreCredentials) {
  journal::Exchange exchange = Call("POST", "/images/create?fromImage=x", "");
  exchange.request_headers = {{"x-registry-auth", "eyJ1"}, {"X-Registry-Config", "eyJ2"}, {"Authorization", "Basic x"}, {"User-Agent", "d"}};
  Redact(exchange);
  std::vector<std::string> values;
  for (const http::Header& header : exchange.request_headers) values.push_back(header.value);
  EXPECT_THAT(values, ElementsAre("(redacted)", "(redacted)", "(redacted)", "d"));
}

TEST(Redact, TakesSecretMembersOfBodiesAndLeavesTheRest) {
  EXPECT_EQ(Kept("POST", "/v1.41/auth", R"({"username":"u","password":"p","serveraddress":"s"})"),
            R"j({"username":"u","password":"(redacted)","serveraddress":"s"})j");
  EXPECT_EQ(Kept("POST", "/auth", R"({"Z":1,"IdentityToken":"p","a":[{"registrytoken":"q"}]})"),
            R"j({"Z":1,"IdentityToken":"(redacted)","a":[{"registrytoken":"(redacted)"}]})j");
  EXPECT_EQ(Kept("POST", "/swarm/join", R"j({"JoinToken":"t","RemoteAddrs":["a"]})j"), R"j({"JoinToken":"(redacted)","RemoteAddrs":["a"]})j");
  EXPECT_EQ(Kept("POST", "/secrets/create", R"j({"Name":"n","Data":"aGk="})j"), R"j({"Name":"n","Data":"(redacted)"})j");
  const std::string untouched = R"({"Env": ["PASSWORD=x"],  "Password": "",  "Data": "d"})";
  EXPECT_EQ(Kept("POST", "/containers/create", untouched), untouched) << "byte for byte";
}

TEST(Redact, TakesALoginThatIsNoJsonAsAWhole) {
  EXPECT_EQ(Kept("POST", "/v1.24/auth", "user=u&password=p"), "(redacted)");
  EXPECT_EQ(Kept("POST", "/auth", "{\"password\":\"p"), "(redacted)");
  EXPECT_EQ(Kept("POST", "/auth", ""), "");
}

TEST(Redact, TakesWhatALoginIsAnswered) {
  journal::Exchange exchange = Call("POST", "/auth", "{}");
  exchange.response_body.Append(R"({"Status":"Login Succeeded","IdentityToken":"t"})");
  Redact(exchange);
  EXPECT_EQ(exchange.response_body.kept, R"j({"Status":"Login Succeeded","IdentityToken":"(redacted)"})j");
}

TEST(Redact, TakesWhatAParserQuoted) {
  journal::Exchange exchange = Call("", "", "");
  exchange.error = "the request: a header line holds a control character: \"X-Registry-Auth: eyJ1\"";
  Redact(exchange);
  EXPECT_EQ(exchange.error, "the request: a header line holds a control character: (redacted)");
}

struct Unreadable {
  const char* what;
  std::string target, body;
  bool hidden;
};

TEST(Redact, TakesWhatNobodyCanTakeApartAsAWholeWhereItMayHoldASecret) {
  std::string deep;
  for (int i = 0; i < 600; ++i) deep += "{\"a\":";
  const Unreadable rows[] = {
      {"the raw secret that podman sends", "/v4.0.0/libpod/secrets/create?name=n", "correct horse", true},
      {"JSON that was cut off", "/secrets/create", R"({"Name":"n","Data":"c2Vj)", true},
      {"cut off on another path", "/swarm/join", R"({"JoinToken":"SWMTKN-1)", true},
      {"nested too deep", "/swarm/join", deep + "{\"unlockkey\":\"x\"", true},
      {"JSON in a text in JSON that was cut off", "/x", R"(["{\"password\": \"x\"}")", true},
      {"a form", "/x", "username=u&password=p", true},
      {"a Secret in YAML", "/v4.0.0/libpod/play/kube", "kind: Secret\ndata: {a: c2Vj}\n", true},
      {"YAML without one", "/v4.0.0/libpod/play/kube", "kind: Pod\n", false},
      {"words that only sound like it", "/build", "the author of a password", false},
  };
  for (const Unreadable& row : rows) EXPECT_EQ(Kept("POST", row.target, row.body), row.hidden ? "(redacted)" : row.body) << row.what;
}

TEST(Redact, TakesABodyOfWhichOnlyTheBeginningWasKept) {
  journal::Exchange exchange = Call("POST", "/swarm/join", "");
  exchange.request_body.Append(R"({"JoinToken":"SWMTKN-1"})", 20);
  Redact(exchange);
  EXPECT_EQ(exchange.request_body.kept, "(redacted)");
}

TEST(Redact, TakesTheContentsOfSecretsBothWays) {
  EXPECT_EQ(Kept("POST", "/v1.41/secrets/abc/update?version=1", R"j({"Name":"n","Data":"aGk="})j"), R"j({"Name":"n","Data":"(redacted)"})j");
  journal::Exchange exchange = Call("GET", "/v4.0.0/libpod/secrets/n/json?showsecret=true", "");
  exchange.response_body.Append(R"({"ID":"1","SecretData":"hi"})");
  Redact(exchange);
  EXPECT_EQ(exchange.response_body.kept, R"j({"ID":"1","SecretData":"(redacted)"})j");
}

TEST(Redact, GivesWhatItTookAndWhatThatSays) {
  journal::Exchange exchange = Call("POST", "/secrets/create", R"({"Name":"n","Data":"dG9wIHNlY3JldAo="})");
  exchange.request_headers = {{"X-Registry-Auth", "eyJwYXNzd29yZCI6ImIifQ=="}, {"Authorization", "Basic dXNlcjpjYw=="}};
  EXPECT_THAT(Redact(exchange), ElementsAre("eyJwYXNzd29yZCI6ImIifQ==", "b", "Basic dXNlcjpjYw==", "user:cc", "cc", "dG9wIHNlY3JldAo=", "top secret"));
}

}  // namespace
}  // namespace plimsoll::relay
