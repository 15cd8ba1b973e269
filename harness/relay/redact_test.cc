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

TEST(WithoutPasswords, HidesThoseOfALoginAndNoPort) {
  EXPECT_THAT(WithoutPasswords({"docker", "login", "-u", "u", "-p", "secret", "host"}), ElementsAre("docker", "login", "-u", "u", "-p", "(redacted)", "host"));
  EXPECT_THAT(WithoutPasswords({"docker", "login", "-psecret"}), ElementsAre("docker", "login", "-p(redacted)"));
  EXPECT_THAT(WithoutPasswords({"x", "--password=secret", "--password", "secret"}), ElementsAre("x", "--password=(redacted)", "--password", "(redacted)"));
  EXPECT_THAT(WithoutPasswords({"docker", "run", "-p", "80:80"}), ElementsAre("docker", "run", "-p", "80:80"));
}

}  // namespace
}  // namespace plimsoll::relay
