// Call and Identity: the requests outside of cases.
#include "engine/identity.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/call.h"
#include "testing/fake_engine.h"

namespace plimsoll::engine {
namespace {

using http::Outcome;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using testing::FakeEngine;
using testing::Reply;

TimePoint Patience() { return Now() + std::chrono::seconds(20); }

TEST(Call, BringsAWholeAnswer) {
  FakeEngine fake;
  fake.On("GET /info", Reply::Of(200, {{"Driver", "vfs"}}));
  const Answer answer = Get(fake.endpoint(), "/info", Patience());
  EXPECT_TRUE(answer.ok());
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.json(), Json({{"Driver", "vfs"}}));
  EXPECT_GT(answer.times.connected, 0);
  EXPECT_LE(answer.times.connected, answer.times.ended);
}

TEST(Call, SendsHeadersAndBody) {
  FakeEngine fake;
  Call(fake.endpoint(), {"POST", "/v1.41/volumes/create?x=1", {{"X-Mine", "1"}}, R"({"Name":"v"})"}, Patience());
  const auto seen = fake.Requests("POST /volumes/create");
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].request.target, "/v1.41/volumes/create?x=1");
  EXPECT_EQ(seen[0].request.body, R"({"Name":"v"})");
  EXPECT_EQ(*http::FindHeader(seen[0].request.headers, "X-Mine"), "1");
}

TEST(Call, DescribesAnswersByTheirMessage) {
  FakeEngine fake;
  fake.On("GET /docker", Reply::Error(404, "no such container: \x1b[1mx"));
  fake.On("GET /podman", Reply::Of(500, {{"cause", "no space"}, {"response", 500}}));
  fake.On("GET /text", Reply{400, "bad\n", {}, nullptr});
  EXPECT_EQ(Get(fake.endpoint(), "/docker", Patience()).Describe(), "answered 404: no such container: \\x1b[1mx");
  EXPECT_EQ(Get(fake.endpoint(), "/podman", Patience()).Describe(), "answered 500: no space");
  EXPECT_EQ(Get(fake.endpoint(), "/text", Patience()).Describe(), "answered 400: bad");
}

TEST(Call, EndsAtItsDeadline) {
  FakeEngine fake;
  fake.On("GET /info", Reply::Hang());
  const Answer answer = Get(fake.endpoint(), "/info", Now() + std::chrono::milliseconds(20));
  EXPECT_EQ(answer.outcome, Outcome::kTimedOut);
  EXPECT_FALSE(answer.ok());
  EXPECT_EQ(answer.status(), 0);
  EXPECT_EQ(answer.Describe(), "timed out: no complete answer before the deadline");
}

TEST(Call, SaysThatNobodyIsThere) {
  Endpoint nowhere;
  nowhere.path = "/nonexistent/engine.sock";
  const Answer answer = Get(nowhere, "/info", Patience());
  EXPECT_EQ(answer.outcome, Outcome::kRefused);
  EXPECT_THAT(answer.Describe(), StartsWith("refused: cannot connect to unix:///nonexistent/engine.sock: "));
}

TEST(Call, KeepsNoEndlessAnswer) {
  FakeEngine fake;
  Reply flood;
  flood.takeover = [](testing::Peer& peer) {
    const std::string mebibyte(1 << 20, 'x');
    bool going = peer.Send("HTTP/1.1 200 OK\r\n\r\n");
    while (going) going = peer.Send(mebibyte);
    return false;
  };
  fake.On("GET /flood", std::move(flood));
  const Answer answer = Get(fake.endpoint(), "/flood", Patience());
  EXPECT_EQ(answer.outcome, Outcome::kMalformed);
  EXPECT_EQ(answer.error, "an answer longer than 64 MiB");
  EXPECT_LE(answer.body.size(), kLongestAnswer);
}

// As recorded from Debian's docker.io 20.10.24 and podman 4.3.1, shortened.
constexpr const char* kDockerVersion = R"json({"Platform":{"Name":""},"Components":[
  {"Name":"Engine","Version":"20.10.24+dfsg1","Details":{"ApiVersion":"1.41","MinAPIVersion":"1.12"}},
  {"Name":"containerd","Version":"1.6.20~ds1"},{"Name":"runc","Version":"1.1.5+ds1"},
  {"Name":"docker-init","Version":"0.19.0"}],
  "Version":"20.10.24+dfsg1","ApiVersion":"1.41","MinAPIVersion":"1.12","Os":"linux","Arch":"amd64",
  "KernelVersion":"6.1.0-13-amd64"})json";
constexpr const char* kDockerInfo = R"json({"ID":"AAAA","Driver":"overlay2","CgroupDriver":"cgroupfs","CgroupVersion":"1",
  "KernelVersion":"6.1.0-13-amd64","OperatingSystem":"Debian GNU/Linux 12 (bookworm)","DefaultRuntime":"runc"})json";
constexpr const char* kPodmanVersion = R"json({"Platform":{"Name":"linux/amd64/debian-12"},"Components":[
  {"Name":"Podman Engine","Version":"4.3.1","Details":{"APIVersion":"4.3.1","MinAPIVersion":"4.0.0"}},
  {"Name":"Conmon","Version":"conmon version 2.1.6, commit: unknown"},
  {"Name":"OCI Runtime (crun)","Version":"crun version 1.8.1\ncommit: f8a096b\nspec: 1.0.0"}],
  "Version":"4.3.1","ApiVersion":"1.41","MinAPIVersion":"1.24","Arch":"amd64","KernelVersion":"6.1.0"})json";
constexpr const char* kPodmanInfo = R"json({"Driver":"vfs","CgroupDriver":"cgroupfs","CgroupVersion":"2",
  "OperatingSystem":"debian","DefaultRuntime":"crun"})json";

class IdentifyTest : public ::testing::Test {
 protected:
  Result<Identity> Of(const std::string& version, const std::string& info) {
    fake_.On("GET /version", Reply{200, version, {}, nullptr});
    fake_.On("GET /info", Reply{200, info, {}, nullptr});
    return Identify(fake_.endpoint(), Patience());
  }
  FakeEngine fake_;
};

TEST_F(IdentifyTest, KnowsDocker) {
  const auto identity = Of(kDockerVersion, kDockerInfo);
  ASSERT_TRUE(identity) << identity.error().Text();
  EXPECT_EQ(identity->Name(), "docker-20.10");
  EXPECT_EQ(identity->ToJson(), Json({{"product", "docker"},
                                      {"version", "20.10.24+dfsg1"},
                                      {"api", "1.41"},
                                      {"api_min", "1.12"},
                                      {"runtime", "runc 1.1.5+ds1"},
                                      {"storage_driver", "overlay2"},
                                      {"cgroup_version", "1"},
                                      {"cgroup_driver", "cgroupfs"},
                                      {"kernel", "6.1.0-13-amd64"},
                                      {"operating_system", "Debian GNU/Linux 12 (bookworm)"},
                                      {"architecture", "amd64"}}));
}

TEST_F(IdentifyTest, KnowsPodmanByItsComponentAlthoughItSpeaksDockersApi) {
  const auto identity = Of(kPodmanVersion, kPodmanInfo);
  ASSERT_TRUE(identity) << identity.error().Text();
  EXPECT_EQ(identity->Name(), "podman-4.3");
  EXPECT_EQ(identity->product, "podman");
  EXPECT_EQ(identity->api, "1.41");
  EXPECT_EQ(identity->runtime, "crun 1.8.1");
  EXPECT_EQ(identity->cgroup_version, "2");
}

TEST_F(IdentifyTest, CallsAStrangerByItsFirstWord) {
  const auto stranger =
      Of(R"({"Platform":{"Name":"Nerdctl Engine"},"Version":"2.0-beta.1","ApiVersion":"1.43"})", "{}");
  EXPECT_EQ(stranger->Name(), "nerdctl-2.0");
  Identity terse;
  terse.product = "x";
  terse.version = "7";
  EXPECT_EQ(terse.Name(), "x-7");
}

TEST_F(IdentifyTest, SaysWhatWasAnsweredInsteadOfAVersion) {
  fake_.On("GET /version", Reply::Error(503, "starting"));
  const auto identity = Identify(fake_.endpoint(), Patience());
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().what, "GET /version at " + fake_.endpoint().Text() + ": answered 503: starting");
}

TEST_F(IdentifyTest, RefusesWhatIsNoEngine) {
  const auto page = Of("<html>", "{}");
  ASSERT_FALSE(page);
  EXPECT_THAT(page.error().what, HasSubstr("GET /version at "));
  EXPECT_THAT(page.error().what, HasSubstr("the answer is no JSON object"));
}

TEST_F(IdentifyTest, RefusesAnAnswerWithoutAnApiVersion) {
  const auto identity = Of("{}", "{}");
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().what, fake_.endpoint().Text() + " does not say which API version it speaks");
  EXPECT_EQ(identity.error().hint, "is it a container engine?");
}

}  // namespace
}  // namespace plimsoll::engine
