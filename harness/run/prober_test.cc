#include "run/prober.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "testing/fake_engine.h"

namespace plimsoll::run {
namespace {

using testing::FakeEngine;
using testing::Reply;
using testing::SeenRequest;
using ::testing::HasSubstr;

constexpr const char* kFile = R"(
swagger: "2.0"
info: {version: "1.41"}
paths:
  /volumes/create:
    post:
      operationId: VolumeCreate
      parameters:
        - {name: config, in: body, schema: {type: object, properties: {Name: {type: string}, Driver: {type: string}, Labels: {type: object, additionalProperties: {type: string}}}}}
      responses: {201: {description: made}, 500: {description: error}}
  /containers/{id}/update:
    post:
      operationId: ContainerUpdate
      parameters:
        - {name: id, in: path, required: true, type: string}
        - {name: update, in: body, schema: {type: object, properties: {Memory: {type: integer}}}}
      responses: {200: {description: ok}}
)";

// What the body has at `member`.
Json Member(const SeenRequest& seen, const char* member) {
  const Json body = TryParseJson(seen.request.body).value_or(Json());
  const Json* found = Find(body, member);
  return found ? *found : Json("(none)");
}

class ProberTest : public ::testing::Test {
 protected:
  // An engine that does what `handler` says with the operation, and nothing wrong otherwise.
  std::unique_ptr<FakeEngine> Engine(const std::string& route, const testing::Handler& handler) {
    auto fake = std::make_unique<FakeEngine>();
    fake->On(route, handler);
    // A dead engine: every connection is closed until it is replaced.
    fake->OnConnect([this](testing::Peer&) { return !dead_; });
    return fake;
  }

  mutate::Probed Probe(const char* id, const std::string& route, const testing::Handler& handler, size_t budget = 60) {
    auto fake = Engine(route, handler);
    std::vector<std::unique_ptr<FakeEngine>> replaced;
    ProbedEngine engine{"fake-1.0", "localhost/plimsoll/probe:1", fake->endpoint(), [&]() -> Result<engine::Endpoint> {
                          dead_ = false;
                          ++renewed_;
                          replaced.push_back(std::move(fake));
                          fake = Engine(route, handler);
                          return fake->endpoint();
                        }};
    ProbeOptions options;
    options.budget = budget;
    options.patience = patience_;
    const auto description = openapi::Description::Parse(kFile);
    auto probed = ProbeOperation(*description, *description->Named(id), engine, options);
    EXPECT_TRUE(probed) << probed.error().Text();
    seen_ = fake->requests();
    return probed ? *probed : mutate::Probed();
  }

  // "FINDING 500: broken: POST /volumes/create {...}"
  static std::vector<std::string> Lines(const mutate::Probed& probed) {
    std::vector<std::string> lines;
    for (const auto& found : probed.classes) {
      if (found.finding) lines.push_back(Text(found.answer) + ": " + Text(found.smallest) + (found.came_again ? "" : " (once)"));
    }
    return lines;
  }

  // Short only where the engine hangs: a machine that is busy must not look like one.
  Duration patience_ = std::chrono::seconds(20);
  std::atomic<bool> dead_ = false;
  int renewed_ = 0;
  std::vector<SeenRequest> seen_;
};

Reply Made() { return Reply::Of(201, {{"Name", "v"}}); }

TEST_F(ProberTest, ReportsEachClassWithItsSmallestRequest) {
  const auto probed = Probe("VolumeCreate", "POST /volumes/create", [](const SeenRequest& seen) {
    if (!TryParseJson(seen.request.body)) return Reply::Error(400, "invalid JSON");
    return Member(seen, "Driver").is_null() ? Reply::Error(500, "nil driver") : Made();
  }, 200);
  EXPECT_THAT(Lines(probed), ::testing::ElementsAre("500: nil driver: POST /volumes/create {\"Driver\":null}"));
  ASSERT_EQ(probed.classes.size(), 3u);
  EXPECT_TRUE(probed.any_finding());
  EXPECT_EQ(Text(probed.classes[1].answer), "201");
  EXPECT_EQ(probed.trials.size(), 200u);
  EXPECT_EQ(probed.deaths, 0u);
  EXPECT_EQ(renewed_, 0);
}

TEST_F(ProberTest, NamesTheRequestThatKilledTheEngineAndGoesOnWithANewOne) {
  const auto probed = Probe("VolumeCreate", "POST /volumes/create", [this](const SeenRequest& seen) {
    if (!Member(seen, "Labels").is_array()) return Made();
    dead_ = true;
    return Reply::CloseAtOnce();
  });
  EXPECT_THAT(Lines(probed), ::testing::ElementsAre(::testing::StartsWith("the engine died: POST /volumes/create {\"Labels\":[")));
  EXPECT_GT(probed.deaths, 0u);
  EXPECT_EQ(static_cast<int>(probed.deaths), renewed_);
  EXPECT_EQ(probed.trials.size(), 60u);
}

TEST_F(ProberTest, TellsAClosedConnectionOfAnEngineThatLivesOn) {
  const auto probed = Probe("VolumeCreate", "POST /volumes/create",
                            [](const SeenRequest& seen) { return Member(seen, "Name") == "" ? Reply::CloseAtOnce() : Made(); }, 250);
  EXPECT_THAT(Lines(probed), ::testing::ElementsAre(::testing::AllOf(HasSubstr("connection closed"), HasSubstr("{\"Name\":\"\"}"))));
  EXPECT_EQ(probed.deaths, 0u);
}

TEST_F(ProberTest, TellsAHangAndReplacesTheEngine) {
  patience_ = std::chrono::milliseconds(300);
  const auto probed = Probe("VolumeCreate", "POST /volumes/create",
                            [](const SeenRequest& seen) { return Member(seen, "Labels").is_array() ? Reply::Hang() : Made(); }, 40);
  EXPECT_THAT(Lines(probed), ::testing::ElementsAre(::testing::StartsWith("no answer: POST /volumes/create {\"Labels\":[")));
  EXPECT_GT(renewed_, 0);
}

TEST_F(ProberTest, LooksAtWhatWasMade) {
  auto route = [](const SeenRequest&) { return Made(); };
  auto fake = Engine("POST /volumes/create", route);
  fake->On("GET /volumes/v", Reply::Error(500, "cannot read it"));
  ProbedEngine engine{"fake-1.0", "image", fake->endpoint(), [&]() -> Result<engine::Endpoint> { return Fail("no more"); }};
  ProbeOptions options;
  options.budget = 3;
  const auto description = openapi::Description::Parse(kFile);
  const auto probed = ProbeOperation(*description, *description->Named("VolumeCreate"), engine, options);
  ASSERT_TRUE(probed) << probed.error().Text();
  ASSERT_FALSE(probed->classes.empty());
  EXPECT_EQ(Text(probed->classes[0].answer), "then GET /volumes/${new}: 500: cannot read it");
  EXPECT_TRUE(probed->classes[0].finding);
}

TEST_F(ProberTest, MakesWhatThePathNeedsAndAnewAfterEachSuccess) {
  const auto probed = Probe("ContainerUpdate", "POST /containers/*/update", [](const SeenRequest& seen) {
    return Member(seen, "Memory").is_number() ? Reply::Of(200, Json::object()) : Reply::Error(400, "wants Memory");
  }, 30);
  EXPECT_EQ(probed.stopped, "");
  size_t created = 0, succeeded = 0, removed = 0;
  for (const SeenRequest& seen : seen_) {
    created += seen.route == "POST /containers/create";
    removed += seen.route.starts_with("DELETE /containers/");
    succeeded += seen.route.ends_with("/update") && Member(seen, "Memory").is_number();
  }
  EXPECT_GE(created, succeeded);
  EXPECT_EQ(created, removed) << "nothing is left";
}

TEST_F(ProberTest, SaysWhyWhatThePathNeedsCannotBeMade) {
  FakeEngine fake;
  fake.On("POST /containers/create", Reply::Error(503, "not here"));
  ProbedEngine engine{"fake-1.0", "image", fake.endpoint(), [&]() -> Result<engine::Endpoint> { return fake.endpoint(); }};
  const auto description = openapi::Description::Parse(kFile);
  const auto probed = ProbeOperation(*description, *description->Named("ContainerUpdate"), engine, {});
  ASSERT_TRUE(probed) << probed.error().Text();
  EXPECT_THAT(probed->stopped, HasSubstr("POST /containers/create?name=plimsoll-probed answered 503: not here"));
  EXPECT_TRUE(probed->trials.empty());
}

}  // namespace
}  // namespace plimsoll::run
