#include "run/clean.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "run/labels.h"
#include "testing/fake_engine.h"

namespace plimsoll::run {
namespace {

using testing::FakeEngine;
using testing::Reply;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

const Json kOurs = {{"plimsoll.run", "00c0ffee"}, {"plimsoll.case", "c"}};

// An engine on which a run was killed, and on which other people work too.
class CleanLeftoversTest : public ::testing::Test {
 protected:
  CleanLeftoversTest() {
    fake_.On("GET /containers/json",
             Reply::Of(200, Json::array({{{"Id", "ours"}, {"Names", {"/happy_name"}}, {"Labels", kOurs}},
                                         {{"Id", "named"}, {"Names", {"/plimsoll-00c0ffee-1"}}, {"Labels", Json::object()}},
                                         {{"Id", "theirs"}, {"Names", {"/my-plimsoll-shoe"}}, {"Labels", {{"a", "plimsoll.run"}}}},
                                         {{"Id", "project"}, {"Names", {"/plimsoll-web-1"}}, {"Labels", Json::object()}},
                                         {{"Id", "bare"}, {"Names", nullptr}, {"Labels", nullptr}}})));
    fake_.On("GET /networks", Reply::Of(200, Json::array({{{"Id", "bridge"}, {"Name", "bridge"}, {"Labels", Json::object()}},
                                                          {{"Id", "net"}, {"Name", "plimsoll-00c0ffee-net"}, {"Labels", nullptr}}})));
    fake_.On("GET /volumes", Reply::Of(200, {{"Volumes", Json::array({{{"Name", "data"}, {"Labels", nullptr}},
                                                                      {{"Name", "marked"}, {"Labels", kOurs}}})}}));
    fake_.On("GET /images/json", Reply::Of(200, Json::array({{{"Id", "sha256:1"}, {"Labels", kOurs}},
                                                             {{"Id", "sha256:2"}, {"Labels", {{"plimsoll", "x"}}}},
                                                             {{"Id", "sha256:3"}, {"RepoTags", {"mine:1", "plimsoll.test/plimsoll-00c0ffee-1:2"}}},
                                                             {{"Id", "sha256:5"}, {"RepoTags", {"plimsoll-web:1"}}},
                                                             {{"Id", "sha256:4"}, {"RepoTags", {"a/my-plimsoll-00c0ffee:1"}}}})));
  }
  FakeEngine fake_;
};

TEST_F(CleanLeftoversTest, RemovesWhatIsMarkedOrNamedAsOursAndNothingElse) {
  const auto cleaned = CleanLeftovers(fake_.endpoint(), {});
  ASSERT_TRUE(cleaned) << cleaned.error().Text();
  EXPECT_THAT(cleaned->removed,
              ElementsAre("container ours", "container named", "network net", "volume marked", "image sha256:1",
                          "image plimsoll.test/plimsoll-00c0ffee-1:2"));
  EXPECT_THAT(cleaned->failed, IsEmpty());
  std::vector<std::string> removals;
  for (const auto& seen : fake_.Requests("DELETE *")) removals.push_back(seen.request.target);
  EXPECT_THAT(removals, ElementsAre("/containers/ours?force=1&v=1", "/containers/named?force=1&v=1", "/networks/net",
                                    "/volumes/marked?force=1", "/images/sha256:1?force=1",
                                    "/images/plimsoll.test/plimsoll-00c0ffee-1:2?force=1"));
  EXPECT_THAT(fake_.Requests("POST *"), IsEmpty());
}

TEST_F(CleanLeftoversTest, LeavesOtherRunsAloneWhenItIsForOne) {
  const auto cleaned = CleanLeftovers(fake_.endpoint(), {.dry = true, .run_id = "00c0ffee"});
  ASSERT_TRUE(cleaned) << cleaned.error().Text();
  EXPECT_THAT(cleaned->removed,
              ElementsAre("container ours", "container named", "network net", "volume marked", "image sha256:1",
                          "image plimsoll.test/plimsoll-00c0ffee-1:2"));
  const auto none = CleanLeftovers(fake_.endpoint(), {.dry = true, .run_id = "r1"});
  ASSERT_TRUE(none) << none.error().Text();
  EXPECT_THAT(none->removed, IsEmpty());
}

TEST_F(CleanLeftoversTest, OnlySaysWhatItWouldRemoveWhenAskedTo) {
  const auto cleaned = CleanLeftovers(fake_.endpoint(), {.dry = true});
  ASSERT_TRUE(cleaned);
  EXPECT_EQ(cleaned->removed.size(), 6u);
  EXPECT_THAT(fake_.Requests("DELETE *"), IsEmpty());
}

TEST_F(CleanLeftoversTest, TellsWhatTheEngineWouldNotRemove) {
  fake_.On("DELETE /networks/*", Reply::Error(403, "has active endpoints"));
  fake_.On("DELETE /containers/*", Reply::Error(404, "gone meanwhile"));
  const auto cleaned = CleanLeftovers(fake_.endpoint(), {});
  ASSERT_TRUE(cleaned);
  EXPECT_THAT(cleaned->failed, ElementsAre("network net: answered 403: has active endpoints"));
  EXPECT_EQ(cleaned->removed.size(), 5u) << "what is gone is removed";
}

TEST_F(CleanLeftoversTest, AsksAgainWhileTheEngineIsBusy) {
  std::atomic<int> tries = 0;
  fake_.On("DELETE /containers/ours", [&](const auto&) { return ++tries < 3 ? Reply::Error(500, "container state improper") : Reply::Of(200, {}); });
  const auto cleaned = CleanLeftovers(fake_.endpoint(), {});
  ASSERT_TRUE(cleaned);
  EXPECT_THAT(cleaned->failed, IsEmpty());
  EXPECT_EQ(tries, 3);
}

TEST_F(CleanLeftoversTest, GoesOnAfterOneThatHasNoAnswer) {
  fake_.On("DELETE /containers/ours", Reply::CloseAtOnce());
  const auto cleaned = CleanLeftovers(fake_.endpoint(), {});
  ASSERT_TRUE(cleaned);
  EXPECT_THAT(cleaned->failed, ElementsAre(StartsWith("container ours: closed")));
  EXPECT_EQ(cleaned->removed.size(), 5u);
}

TEST_F(CleanLeftoversTest, AsksNoMoreOnceTheEngineIsSilent) {
  fake_.On("DELETE /containers/*", Reply::CloseAtOnce());
  fake_.On("GET /_ping", Reply::CloseAtOnce());
  const auto cleaned = CleanLeftovers(fake_.endpoint(), {});
  ASSERT_TRUE(cleaned);
  EXPECT_EQ(fake_.Requests("DELETE *").size(), 1u);
  EXPECT_THAT(cleaned->failed, ElementsAre(StartsWith("container ours: closed"), "container named: not tried, the engine had fallen silent",
                                           "networks: not looked for, the engine had fallen silent",
                                           "volumes: not looked for, the engine had fallen silent",
                                           "images: not looked for, the engine had fallen silent"));
}

TEST_F(CleanLeftoversTest, FailsWhereTheEngineDoesNotList) {
  fake_.On("GET /networks", Reply::Error(500, "broken"));
  const auto cleaned = CleanLeftovers(fake_.endpoint(), {.dry = true});
  ASSERT_FALSE(cleaned);
  EXPECT_EQ(cleaned.error().what, "GET /networks at " + fake_.endpoint().Text() + ": answered 500: broken");
}

TEST_F(CleanLeftoversTest, FailsWhereNoEngineIs) {
  engine::Endpoint nowhere;
  nowhere.path = "/nonexistent/engine.sock";
  EXPECT_FALSE(CleanLeftovers(nowhere, {}));
}

}  // namespace
}  // namespace plimsoll::run
