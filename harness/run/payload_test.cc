#include "run/payload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/text.h"
#include "run/labels.h"
#include "testing/temp_folder.h"

namespace plimsoll::run {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using scenario::RequestSpec;

expect::Template T(const std::string& text) { return *expect::Template::Parse(text); }

Json Scope() {
  return {{"box", {{"body", {{"Id", "abc"}}}}}, {"Tty", true},  {"Cmd", {"cat", "-n"}},
          {"gone", expect::AbsentMarker()},     {"odd", "a&b=c d/é"}, {"api", "1.30"}};
}

RequestSpec Spec(const std::string& method, const std::string& path, scenario::Payload payload = {}) {
  RequestSpec spec;
  spec.method = method;
  spec.path = T(path);
  spec.payload = std::move(payload);
  return spec;
}

Result<http::Request> Make(const RequestSpec& spec, const std::optional<std::string>& upgrade = std::nullopt,
                           const std::string& file = "x.yaml") {
  static const Json scope = Scope();
  return MakeRequest(spec, upgrade, {scope, "1.41", "r1", "c1", file});
}

Json BodyOf(const RequestSpec& spec) {
  const auto request = Make(spec);
  return request ? *ParseJson(request->body) : Json(request.error().what);
}

TEST(MakeRequest, PutsTheEnginesVersionBeforePathsThatNameNone) {
  EXPECT_EQ(Make(Spec("GET", "/containers/${box.body.Id}/json"))->target, "/v1.41/containers/abc/json");
  EXPECT_EQ(Make(Spec("GET", "/v1.24/info"))->target, "/v1.24/info");
  EXPECT_EQ(Make(Spec("GET", "/version"))->target, "/v1.41/version") << "begins with v, but names no version";
  EXPECT_EQ(Make(Spec("GET", "/info?x=/v1.2/"))->target, "/v1.41/info?x=/v1.2/");
}

TEST(MakeRequest, TakesTheVersionThatTheStepNames) {
  RequestSpec spec = Spec("GET", "/info");
  for (const auto& [api, target] : std::vector<std::pair<std::string, std::string>>{
           {"1.24", "/v1.24/info"}, {"none", "/info"}, {"${api}", "/v1.30/info"}, {"${gone}", "/info"}}) {
    spec.api = T(api);
    EXPECT_EQ(Make(spec)->target, target) << api;
  }
}

TEST(MakeRequest, EncodesTheQueryAndLeavesOutWhatIsAbsent) {
  RequestSpec spec = Spec("GET", "/logs");
  spec.query = {{"a b", T("${odd}")}, {"gone", T("${gone}")}, {"tty", T("${Tty}")}, {"cmd", T("${Cmd}")}, {"empty", T("")}};
  EXPECT_EQ(Make(spec)->target,
            "/v1.41/logs?a%20b=a%26b%3Dc%20d%2F%C3%A9&tty=true&cmd=%5B%22cat%22%2C%22-n%22%5D&empty=");
}

TEST(MakeRequest, AppendsToAQueryThatThePathHas) {
  RequestSpec spec = Spec("GET", "/logs?stdout=1");
  spec.query = {{"tail", T("5")}};
  EXPECT_EQ(Make(spec)->target, "/v1.41/logs?stdout=1&tail=5");
}

TEST(MakeRequest, LeavesOutOfABodyWhatIsAbsent) {
  const Json body = {{"Image", "x"}, {"Tty", "${Tty}"}, {"Gone", "${gone}"}, {"List", {"a", "${gone}", "${box.body.Id}"}}};
  EXPECT_EQ(BodyOf(Spec("POST", "/containers/x/update", scenario::JsonPayload{body})),
            Json({{"Image", "x"}, {"Tty", true}, {"List", {"a", "abc"}}}));
}

TEST(MakeRequest, LabelsContainersNetworksAndVolumesThatItCreates) {
  for (const char* path : {"/containers/create", "/networks/create", "/volumes/create", "/v1.24/volumes/create?name=x"}) {
    EXPECT_EQ(BodyOf(Spec("POST", path, scenario::JsonPayload{Json::object()})),
              Json({{"Labels", {{"plimsoll.run", "r1"}, {"plimsoll.case", "c1"}}}}))
        << path;
  }
}

TEST(MakeRequest, KeepsTheLabelsThatAreThere) {
  EXPECT_EQ(BodyOf(Spec("POST", "/containers/create", scenario::JsonPayload{{{"Labels", {{"a", "b"}}}}})),
            Json({{"Labels", {{"a", "b"}, {"plimsoll.run", "r1"}, {"plimsoll.case", "c1"}}}}));
  EXPECT_EQ(BodyOf(Spec("POST", "/containers/create", scenario::JsonPayload{{{"Labels", nullptr}}})),
            Json({{"Labels", {{"plimsoll.run", "r1"}, {"plimsoll.case", "c1"}}}}));
}

TEST(MakeRequest, LeavesBodiesAloneThatAreWrongOnPurpose) {
  for (const Json& body : {Json::array({1}), Json("text"), Json(7), Json{{"Labels", "none"}}, Json{{"Labels", {1, 2}}}}) {
    EXPECT_EQ(BodyOf(Spec("POST", "/containers/create", scenario::JsonPayload{body})), body);
  }
}

TEST(MakeRequest, LabelsNothingThatCreatesNothing) {
  for (const char* path : {"/containers/abc/start", "/containers/prune", "/images/create", "/commit", "/exec/x/start"}) {
    EXPECT_EQ(BodyOf(Spec("POST", path, scenario::JsonPayload{Json::object()})), Json::object()) << path;
  }
  EXPECT_EQ(BodyOf(Spec("PUT", "/containers/create", scenario::JsonPayload{Json::object()})), Json::object());
}

TEST(MakeRequest, LeavesRawBodiesUntouched) {
  const auto text = Make(Spec("POST", "/containers/create", scenario::TextPayload{T("{\"Image\": ${Tty},}")}));
  EXPECT_EQ(text->body, "{\"Image\": true,}");
  EXPECT_THAT(text->headers, IsEmpty());
  const std::string bytes("\0\xff{}", 4);
  const auto raw = Make(Spec("POST", "/containers/create", scenario::BytesPayload{bytes}));
  EXPECT_EQ(raw->body, bytes);
  EXPECT_THAT(raw->headers, IsEmpty());
}

TEST(MakeRequest, GivesAJsonBodyItsContentTypeUnlessTheStepDoes) {
  RequestSpec spec = Spec("POST", "/x", scenario::JsonPayload{Json::object()});
  using http::Header;
  EXPECT_THAT(Make(spec)->headers, ElementsAre(Header{"Content-Type", "application/json"}));
  spec.headers = {{"content-TYPE", T("text/${box.body.Id}")}};
  EXPECT_THAT(Make(spec)->headers, ElementsAre(Header{"content-TYPE", "text/abc"}));
  spec.headers = {{"Content-Type", T("${gone}")}, {"X", T("1")}};
  EXPECT_THAT(Make(spec)->headers, ElementsAre(Header{"X", "1"})) << "absent: sent without any";
}

TEST(MakeRequest, SendsNoBodyWhereThereIsNoPayload) {
  const auto request = Make(Spec("POST", "/containers/abc/start"));
  EXPECT_EQ(request->body, "");
  EXPECT_THAT(request->headers, IsEmpty());
}

TEST(MakeRequest, AsksForAWebSocketWithWhatItsStandardWants) {
  RequestSpec spec;
  spec.method = "GET";
  spec.path = *expect::Template::Parse("/ws");
  const auto plain = Make(spec, "websocket");
  ASSERT_TRUE(plain);
  EXPECT_EQ(*http::FindHeader(plain->headers, "Sec-WebSocket-Version"), "13");
  EXPECT_EQ(http::FindHeader(plain->headers, "Sec-WebSocket-Key")->size(), 24u) << "16 bytes in base64";
  spec.headers = {{"Sec-WebSocket-Key", *expect::Template::Parse("mine")}, {"sec-websocket-version", *expect::Template::Parse("8")}};
  const auto odd = Make(spec, "websocket");
  ASSERT_TRUE(odd);
  EXPECT_THAT(odd->headers, ElementsAre(http::Header{"Sec-WebSocket-Key", "mine"}, http::Header{"sec-websocket-version", "8"},
                                        http::Header{"Connection", "Upgrade"}, http::Header{"Upgrade", "websocket"}));
}

TEST(MakeRequest, AsksForAnUpgrade) {
  using http::Header;
  EXPECT_THAT(Make(Spec("POST", "/attach"), "tcp")->headers,
              ElementsAre(Header{"Connection", "Upgrade"}, Header{"Upgrade", "tcp"}));
}

TEST(MakeRequest, NamesWhatHasNoValue) {
  EXPECT_EQ(Make(Spec("GET", "/containers/${lost.body.Id}/json")).error().what, "${lost.body.Id} has no value here");
  RequestSpec query = Spec("GET", "/x");
  query.query = {{"a", T("${lost.status}")}};
  EXPECT_EQ(Make(query).error().what, "${lost.status} has no value here");
  RequestSpec header = Spec("GET", "/x");
  header.headers = {{"a", T("${lost.status}")}};
  EXPECT_EQ(Make(header).error().what, "${lost.status} has no value here");
  EXPECT_THAT(Make(Spec("POST", "/x", scenario::JsonPayload{{{"a", "${lost.x}"}}})).error().what, HasSubstr("${lost.x}"));
}

TEST(MakeRequest, PacksATarOfTextsAndFilesBesideTheScenario) {
  const testing::TempFolder folder;
  folder.Write("data/Dockerfile", "FROM scratch\n");
  scenario::TarPayload tar;
  tar.files.resize(2);
  tar.files[0].path = "a.txt";
  tar.files[0].text = T("id ${box.body.Id}");
  tar.files[1].path = "Dockerfile";
  tar.files[1].from = "data/Dockerfile";
  const auto request = Make(Spec("POST", "/build", tar), std::nullopt, folder.path() + "/x.yaml");
  ASSERT_TRUE(request) << request.error().what;
  EXPECT_THAT(request->body, HasSubstr("id abc"));
  EXPECT_THAT(request->body, HasSubstr("FROM scratch\n"));
  EXPECT_THAT(request->headers, ElementsAre(http::Header{"Content-Type", "application/x-tar"}));
  tar.blocking_factor = 20;
  EXPECT_EQ(Make(Spec("POST", "/build", tar), std::nullopt, folder.path() + "/x.yaml")->body.size(), 10'240u);
  tar.files[1].from = "none";
  EXPECT_THAT(Make(Spec("POST", "/build", tar), std::nullopt, folder.path() + "/x.yaml").error().what,
              HasSubstr(folder.path() + "/none"));
}

TEST(PathOf, IsWithoutVersionAndQuery) {
  EXPECT_EQ(PathOf("/v1.41/containers/create?name=x"), "/containers/create");
  EXPECT_EQ(PathOf("/containers/json"), "/containers/json");
  EXPECT_EQ(PathOf("/version"), "/version");
  EXPECT_EQ(PathOf("/volumes/v1"), "/volumes/v1");
  EXPECT_EQ(PathOf("/v1.41"), "/");
  EXPECT_EQ(PathOf("/v"), "/v");
  EXPECT_EQ(PathOf(""), "");
}

TEST(QueryValue, IsDecoded) {
  EXPECT_EQ(QueryValue("/x?a=1&name=a%20b%2Fc&b", "name"), "a b/c");
  EXPECT_EQ(QueryValue("/x?a=1&b", "b"), "");
  EXPECT_EQ(QueryValue("/x?surname=q", "name"), "");
  EXPECT_EQ(QueryValue("/x", "name"), "");
}

}  // namespace
}  // namespace plimsoll::run
