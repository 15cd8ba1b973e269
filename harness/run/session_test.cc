// What an engine of others held before the run: to be left alone.
#include "run/session.h"

#include <gmock/gmock.h>

#include <atomic>

#include "run/test_case.h"

namespace plimsoll::run {
namespace {

using testing::Reply;
using testing::SeenRequest;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class StockTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<EngineSession>> Open() { return EngineSession::Open(EngineForTest(fake_, Harm::kNotOurs), {}, "run1"); }
  const std::string id_ = "sha256:" + std::string(64, 'a');
  testing::FakeEngine fake_;
};

TEST_F(StockTest, HasTheImagesAndVolumesOfOthers) {
  const std::string resumed = "sha256:" + std::string(64, 'b'), labelled = "sha256:" + std::string(64, 'c'), both = "sha256:" + std::string(64, 'd');
  fake_.On("GET /images/json", Reply::Of(200, Json::array({{{"Id", id_}, {"RepoTags", nullptr}},
                                                           {{"Id", resumed}, {"RepoTags", {"plimsoll.test/plimsoll-run1-1:1"}}},
                                                           {{"Id", labelled}, {"Labels", {{"plimsoll.run", "run1"}}}},
                                                           {{"Id", both}, {"RepoTags", {"plimsoll-run1-2:1", "mine:1"}}}})));
  fake_.On("GET /volumes", Reply::Of(200, {{"Volumes", Json::array({{{"Name", "data"}}, {{"Name", "plimsoll-run1-x"}}, {{"Name", "plimsoll-run2-x"}}})}}));
  const auto session = Open();
  ASSERT_TRUE(session) << session.error().Text();
  const auto had = [&](Creates kind, const std::string& id) { return (*session)->WasThere({kind, id}); };
  EXPECT_TRUE(had(Creates::kImage, id_));
  EXPECT_TRUE(had(Creates::kImage, std::string(12, 'a'))) << "as builds tell of them";
  EXPECT_TRUE(had(Creates::kImage, both));
  EXPECT_TRUE(had(Creates::kVolume, "data"));
  EXPECT_TRUE(had(Creates::kVolume, "plimsoll-run2-x"));
  for (const std::string& image : {resumed, labelled}) EXPECT_FALSE(had(Creates::kImage, image)) << "of this run, which was interrupted";
  EXPECT_FALSE(had(Creates::kVolume, "plimsoll-run1-x"));
}

TEST_F(StockTest, IsAskedForAgain) {
  std::atomic<int> asked = 0;
  fake_.On("GET /images/json", [&](const SeenRequest&) {
    return ++asked < 3 ? Reply::Error(500, "locating image with ID") : Reply::Of(200, Json::array({{{"Id", id_}}}));
  });
  const auto session = Open();
  ASSERT_TRUE(session) << session.error().Text();
  EXPECT_TRUE((*session)->WasThere({Creates::kImage, id_}));
}

TEST_F(StockTest, MayBeEmpty) {
  fake_.On("GET /volumes", Reply::Of(200, {{"Volumes", nullptr}}));
  EXPECT_TRUE(Open());
}

TEST_F(StockTest, IsNotTakenForEmptyWhereItCannotBeSeen) {
  fake_.On("GET /volumes", Reply::Of(200, {{"volumes", "none"}}));
  const auto odd = Open();
  ASSERT_FALSE(odd);
  EXPECT_THAT(odd.error().what, HasSubstr("to leave it alone: GET /volumes: there is no list in the answer"));
  fake_.On("GET /volumes", Reply::Of(200, {{"Volumes", nullptr}}));
  fake_.On("GET /images/json", Reply{200, "<html>", {}, nullptr});
  EXPECT_FALSE(Open());
  fake_.On("GET /images/json", Reply::Of(200, nullptr));
  fake_.On("GET /volumes", Reply::Error(403, "not for you"));
  const auto refused = Open();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().what, HasSubstr("GET /volumes: answered 403: not for you"));
  EXPECT_THAT(fake_.Requests("POST *"), IsEmpty());
}

}  // namespace
}  // namespace plimsoll::run
