// What a case made is removed when it ends, whatever became of the answers that told of it.
#include <gmock/gmock.h>

#include <atomic>

#include "base/text.h"
#include "run/test_case.h"

namespace plimsoll::run {
namespace {

using journal::CaseOutcome;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using testing::Reply;
using testing::SeenRequest;

class CleanUp : public CaseTest {};

TEST_F(CleanUp, RemovesWhatTheCaseCreatedInReverseOrder) {
  const auto record = Run(
      "  - {call: POST /networks/create, body: {Name: \"${case.name}\"}}\n"
      "  - {call: POST /volumes/create, body: {Name: \"${case.name}\"}}\n"
      "  - {call: POST /containers/create, body: {}}\n");
  EXPECT_THAT(Targets(record.clean_up),
              ElementsAre("DELETE /containers/" + FakeId(2) + "?force=1&v=1",
                          "DELETE /volumes/" + record.container_name + "?force=1", "DELETE /networks/" + FakeId(1)));
  EXPECT_THAT(record.leftovers, IsEmpty());
}

TEST_F(CleanUp, LeavesToTheCaseWhatTheCaseRemovedItself) {
  const auto record = Run(std::string(kCreate) + "  - call: DELETE /containers/${box.body.Id}\n");
  EXPECT_THAT(record.clean_up, IsEmpty());
  EXPECT_EQ(fake_.Requests("DELETE /containers/*").size(), 1u);
}

TEST_F(CleanUp, TellsWhatCouldNotBeRemoved) {
  fake_.On("DELETE /containers/*", Reply::Error(403, "device busy"));
  const auto record = Run(kCreate);
  EXPECT_EQ(record.outcome, CaseOutcome::kCompleted);
  EXPECT_THAT(record.leftovers, ElementsAre("container " + FakeId(1) + ": 403 {\"message\":\"device busy\"}"));
}

TEST_F(CleanUp, TriesAgainToRemoveWhatTheEngineIsBusyWith) {
  for (const int busy : {409, 500}) {
    std::atomic<int> tries = 0;
    fake_.On("DELETE /containers/*", [&](const SeenRequest&) {
      return ++tries < 3 ? Reply::Error(busy, "removal of container is already in progress") : Reply{204, "", {}, nullptr};
    });
    const auto record = Run(kCreate);
    EXPECT_THAT(record.leftovers, IsEmpty()) << busy;
    EXPECT_EQ(tries, 3) << busy;
    EXPECT_EQ(record.clean_up.size(), 1u) << "the last answer is kept";
  }
}

TEST_F(CleanUp, TakesWhatIsGoneAlreadyForRemoved) {
  fake_.On("DELETE /containers/*", Reply::Error(404, "no such container"));
  EXPECT_THAT(Run(kCreate).leftovers, IsEmpty());
}

// What a request made whose answer never came can only be found by its label.
class LostCreation : public CaseTest {
 protected:
  // `create` gets no answer, and `list` (with the member `array`; "": it is the list) has what it made, as `found` names it, under
  // the labels that are asked for.
  void Lose(const std::string& create, const std::string& list, const Json& found, const std::string& array = "") {
    fake_.On("POST " + create, Reply::CloseAtOnce());
    fake_.On("GET " + list, [=](const SeenRequest& seen) {
      const Json items = Json::array({Labelled(found, seen)});
      return Reply::Of(200, array.empty() ? items : Json{{array, items}});
    });
  }

  static Json Labelled(Json item, const SeenRequest& seen) {
    const auto filters = ParseJson(QueryValue(seen.request.target, "filters"));
    if (!filters) return item;
    for (const auto& label : (*filters)["label"]) {
      const auto pair = Split(label.get<std::string>(), '=');
      item["Labels"][pair.at(0)] = pair.at(1);
    }
    return item;
  }
};

TEST_F(LostCreation, OfAContainerIsFoundByItsLabelAndRemoved) {
  Lose("/containers/create", "/containers/json", {{"Id", FakeId(77)}});
  const auto record = Run(kCreate);
  EXPECT_EQ(Named(record, "box").outcome, http::Outcome::kClosed);
  EXPECT_THAT(Targets(record.clean_up), ElementsAre("DELETE /containers/" + FakeId(77) + "?force=1&v=1"));
  const auto asked = fake_.Requests("GET /containers/json");
  ASSERT_EQ(asked.size(), 1u);
  const std::string token = record.container_name.substr(record.container_name.rfind('-') + 1);
  EXPECT_THAT(http::PercentDecode(asked[0].request.target), HasSubstr("{\"label\":[\"plimsoll.run=run1\",\"plimsoll.case=" + token + "\"]}"));
}

// Of another run of the same case, say; or the engine does not heed the filter.
TEST_F(LostCreation, IsNotTakenForWhatAnotherMade) {
  fake_.On("POST /containers/create", Reply::CloseAtOnce());
  const Json theirs = {{"Id", FakeId(80)}, {"Labels", {{"plimsoll.run", "run2"}, {"plimsoll.case", "9f91de14"}}}};
  fake_.On("GET /containers/json", Reply::Of(200, Json::array({theirs, {{"Id", FakeId(81)}}})));
  EXPECT_THAT(Run(kCreate).clean_up, IsEmpty());
}

TEST_F(LostCreation, IsToldOfWhereItCannotBeLookedFor) {
  Lose("/networks/create", "/networks", {});
  fake_.On("GET /networks", Reply::Error(403, "not for you"));
  EXPECT_THAT(Run("  - {call: POST /networks/create, body: {}}\n").leftovers,
              ElementsAre("networks: what a request made that failed, had no answer or told nothing of it cannot be looked for: answered 403: not for you"));
}

TEST_F(LostCreation, OfANetworkIsFoundByItsLabelAndRemoved) {
  Lose("/networks/create", "/networks", {{"Id", FakeId(78)}});
  const auto record = Run("  - {call: POST /networks/create, body: {}}\n");
  EXPECT_THAT(Targets(record.clean_up), ElementsAre("DELETE /networks/" + FakeId(78)));
  ASSERT_EQ(fake_.Requests("GET /networks").size(), 1u);
  EXPECT_THAT(http::PercentDecode(fake_.Requests("GET /networks")[0].request.target), HasSubstr("plimsoll.case="));
}

TEST_F(LostCreation, OfAVolumeIsFoundByItsLabelAndRemoved) {
  Lose("/volumes/create", "/volumes", {{"Name", "v1"}}, "Volumes");
  const auto record = Run("  - {call: POST /volumes/create, body: {Name: v1}}\n");
  EXPECT_THAT(Targets(record.clean_up), ElementsAre("DELETE /volumes/v1?force=1"));
}

TEST_F(LostCreation, OfAnImageIsFoundByTheCasesNameAndRemoved) {
  const std::string run = "  - {call: \"POST /build?t=x.test/${case.name}:1\", as: build}\n";
  const std::string name = "x.test/" + Run(run).container_name;
  fake_.On("POST /build", Reply::CloseAtOnce());
  fake_.On("GET /images/json", [&](const SeenRequest& seen) {
    if (seen.request.target.find("filters=") != std::string::npos) return Reply::Of(200, Json::array());
    return Reply::Of(200, Json::array({{{"Id", "i"}, {"RepoTags", {"theirs:1", name + ":1"}}}, {{"Id", "j"}, {"RepoTags", nullptr}}}));
  });
  EXPECT_THAT(Targets(Run(run).clean_up), ElementsAre("DELETE /images/" + name + ":1?force=1"));
}

// Docker commits, and then refuses the name.
TEST_F(LostCreation, OfACommitThatFailedIsFoundByTheContainersLabel) {
  const std::string id = "sha256:" + std::string(64, 'a');
  fake_.On("POST /commit", Reply::Error(500, "repository name must be lowercase"));
  fake_.On("GET /images/json", [&](const SeenRequest& seen) {
    const bool asked = seen.request.target.find("filters=") != std::string::npos;
    return Reply::Of(200, asked ? Json::array({Labelled({{"Id", id}}, seen)}) : Json::array());
  });
  fake_.On("GET /images/*/json", Reply::Of(200, {{"Id", id}, {"RepoTags", nullptr}}));
  EXPECT_THAT(Targets(Run("  - {call: \"POST /commit?container=x&repo=UPPER\", body: {}}\n").clean_up), ElementsAre("DELETE /images/" + id + "?force=1"));
}

TEST_F(CleanUp, AsksAgainWhoseAnImageIs) {
  const std::string id = "sha256:" + std::string(64, 'a');
  fake_.On("POST /images/create", Reply::Of(200, {{"status", id}}));
  std::atomic<int> asked = 0;
  fake_.On("GET /images/*/json", [&](const SeenRequest&) {
    return ++asked < 3 ? Reply::Error(500, "locating image with ID") : Reply::Of(200, {{"Id", id}, {"RepoTags", Json::array()}});
  });
  EXPECT_THAT(Targets(Run("  - call: POST /images/create?fromSrc=-\n").clean_up), ElementsAre("DELETE /images/" + id + "?force=1"));
}

TEST_F(CleanUp, RemovesAnImageThatHasNoNameButTheCases) {
  const std::string id = "sha256:" + std::string(64, 'a');
  fake_.On("POST /images/create", Reply::Of(200, {{"status", id}}));
  const std::string run = "  - call: POST /images/create?fromSrc=-&repo=x.test/${case.name}&tag=1\n";
  const std::string name = "x.test/" + Run(run).container_name;
  fake_.On("GET /images/*/json", Reply::Of(200, {{"Id", id}, {"RepoTags", {name + ":latest"}}}));
  EXPECT_THAT(Targets(Run(run).clean_up), ElementsAre("DELETE /images/" + name + ":1?force=1", "DELETE /images/" + id + "?force=1"))
      << "podman gives another tag";
  fake_.On("GET /images/*/json", Reply::Of(200, {{"Id", id}, {"RepoTags", {name + ":1", "theirs:1"}}}));
  EXPECT_THAT(Targets(Run(run).clean_up), ElementsAre("DELETE /images/" + name + ":1?force=1"));
}

TEST_F(CleanUp, RemovesWhatABuildMadeInPassingFromAnEngineThatStays) {
  fake_.On("POST /build", Reply{200, R"({"stream":"STEP 1/3: FROM scratch\n"})" "\n" R"({"stream":"STEP 2/3: ENV a=b\n"})" "\n"
                                     R"({"stream":"--\u003e bbbbbbbbbbb\n"})" "\n" R"({"stream":"STEP 3/3: ENV b=c\n"})" "\n"
                                     R"({"stream":"--\u003e ccccccccccc\n"})" "\n" R"({"aux":{"ID":"sha256:cccccccccccc"}})" "\n", {}, nullptr});
  fake_.On("GET /images/*/json", Reply::Of(200, {{"RepoTags", Json::array()}}));
  fake_.On("DELETE /images/*", Reply::Error(409, "image has dependent child images"));
  fake_.On("DELETE /images/sha256:cccccccccccc", Reply::Of(200, Json::array()));
  const std::string run = "  - {call: POST /build, tar: []}\n";
  EXPECT_THAT(Run(run).leftovers, IsEmpty());
  EXPECT_EQ(fake_.Requests("DELETE /images/bbbbbbbbbbb").size(), 0u) << "it goes with the engine";
  harm_ = Harm::kNotOurs;
  EXPECT_THAT(Run(run).leftovers, IsEmpty()) << "who else needs it removes it";
  EXPECT_EQ(fake_.Requests("DELETE /images/bbbbbbbbbbb").size(), 1u);
}

// It has no name that would tell whose it is: pulled by its digest, or left by a build of theirs.
TEST_F(CleanUp, KeepsAnImageThatWasThereBefore) {
  const std::string id = "sha256:" + std::string(64, 'a');
  fake_.On("GET /images/json", Reply::Of(200, Json::array({{{"Id", id}}})));
  fake_.On("GET /images/*/json", Reply::Of(200, {{"Id", id}, {"RepoTags", Json::array()}}));
  fake_.On("POST /build", Reply::Of(200, {{"aux", {{"ID", id}}}}));
  harm_ = Harm::kNotOurs;
  EXPECT_THAT(Run("  - {call: POST /build, tar: []}\n").clean_up, IsEmpty());
}

TEST_F(CleanUp, RemovesTheVolumesOfAContainerThatTheCaseRemovedWithoutThem) {
  const std::string name(64, 'b'), theirs(64, 'c');
  fake_.On("GET /containers/*/json",
           Reply::Of(200, {{"Mounts", {{{"Type", "volume"}, {"Name", name}}, {{"Type", "volume"}, {"Name", theirs}}}}}));
  fake_.On("GET /volumes", Reply::Of(200, {{"Volumes", Json::array({{{"Name", theirs}}})}}));
  harm_ = Harm::kNotOurs;
  const auto record = Run(std::string(kCreate) + "  - call: DELETE /containers/${box.body.Id}\n");
  EXPECT_EQ(record.exchanges.size(), 2u) << "looking for them is no part of the case";
  EXPECT_EQ(fake_.Requests("DELETE /volumes/" + name).size(), 1u);
  EXPECT_EQ(fake_.Requests("DELETE /volumes/" + theirs).size(), 0u);
}

TEST_F(CleanUp, RemovesTheVolumesThatAContainerWasToMountFromAnEngineThatStays) {
  harm_ = Harm::kNotOurs;
  const std::string run = "  - {call: POST /containers/create, body: {Image: x, HostConfig: {Binds: [\"${case.name}-v:/v\"]}}}\n";
  std::atomic<int> tries = 0;
  fake_.On("DELETE /volumes/*", [&](const SeenRequest&) { return ++tries < 3 ? Reply::Error(409, "volume is in use") : Reply{204, "", {}, nullptr}; });
  EXPECT_THAT(Run(run).leftovers, IsEmpty());
  EXPECT_EQ(tries, 3);
  fake_.On("DELETE /volumes/*", Reply::Error(403, "it stays"));
  const auto record = Run(run);
  EXPECT_THAT(record.leftovers, ElementsAre("volume " + record.container_name + "-v: 403 {\"message\":\"it stays\"}"));
}

// Docker says 201 to the second, and gives the volume no label.
TEST_F(CleanUp, RemovesAVolumeThatAContainerHadMadeBefore) {
  harm_ = Harm::kNotOurs;
  fake_.On("GET /volumes/*", [](const SeenRequest& seen) { return Reply::Of(200, {{"Name", seen.Part(2)}, {"Labels", nullptr}}); });
  const auto record = Run("  - {call: POST /containers/create, body: {Image: x, HostConfig: {Binds: [\"${case.name}-v:/v\"]}}}\n"
                          "  - {call: POST /volumes/create, body: {Name: \"${case.name}-v\"}}\n");
  EXPECT_EQ(record.outcome, CaseOutcome::kCompleted) << record.reason;
  EXPECT_THAT(record.leftovers, IsEmpty());
  EXPECT_THAT(fake_.Requests("DELETE /volumes/" + record.container_name + "-v"), SizeIs(1));
}

TEST_F(CleanUp, LooksAtTheMountsOfAContainerThatIsBusyAgain) {
  harm_ = Harm::kNotOurs;
  const std::string name(64, 'b');
  std::atomic<int> asked = 0;
  fake_.On("GET /containers/*/json", [&](const SeenRequest&) {
    return ++asked < 3 ? Reply::Error(500, "container state improper") : Reply::Of(200, {{"Mounts", {{{"Type", "volume"}, {"Name", name}}}}});
  });
  const std::string run = std::string(kCreate) + "  - call: DELETE /containers/${box.body.Id}\n";
  Run(run);
  EXPECT_THAT(fake_.Requests("DELETE /volumes/" + name), SizeIs(1));
  fake_.On("GET /containers/*/json", Reply::Error(403, "not for you"));
  EXPECT_THAT(Run(run).leftovers, ElementsAre(HasSubstr("cannot be looked at: answered 403: not for you")));
  const size_t looks = fake_.Requests("GET /containers/*/json").size();
  Run(std::string(kCreate) + "  - call: DELETE /containers/${box.body.Id}?v=1\n");
  EXPECT_THAT(fake_.Requests("GET /containers/*/json"), SizeIs(looks)) << "it takes them along";
  Run(std::string(kCreate) + "  - call: DELETE /libpod/containers/${box.body.Id}?v=1\n");
  EXPECT_THAT(fake_.Requests("GET /containers/*/json"), SizeIs(looks + 1)) << "libpod does not know `v`";
}

TEST_F(CleanUp, RemovesTheNetworksThatTheCaseMadeUnlabelled) {
  harm_ = Harm::kNotOurs;
  fake_.On("GET /networks/" + FakeId(1), Reply::Of(200, {{"Id", FakeId(1)}, {"Labels", Json::object()}}));
  EXPECT_THAT(Targets(Run("  - {call: POST /networks/create, body: {Name: n, Labels: 5}}\n").clean_up), ElementsAre("DELETE /networks/" + FakeId(1)));
}

TEST_F(CleanUp, RemovesAVolumeThatTheEngineNamed) {
  const std::string name(64, 'b');
  fake_.On("POST /volumes/create", Reply::Of(201, {{"Name", name}}));
  fake_.On("GET /volumes/*", Reply::Of(200, {{"Name", name}, {"Labels", nullptr}}));
  harm_ = Harm::kNotOurs;
  EXPECT_THAT(Targets(Run("  - {call: POST /volumes/create, body: \"null\"}\n").clean_up), ElementsAre("DELETE /volumes/" + name + "?force=1"));
}

TEST_F(CleanUp, TriesAgainWhereTheEngineIsGoneForAMoment) {
  std::atomic<int> tries = 0;
  fake_.On("DELETE /containers/*", [&](const SeenRequest&) { return ++tries < 3 ? Reply::CloseAtOnce() : Reply{204, "", {}, nullptr}; });
  EXPECT_THAT(Run(kCreate).leftovers, SizeIs(1)) << "it goes with the engine, which may be dead";
  EXPECT_EQ(tries, 1);
  harm_ = Harm::kNotOurs;
  EXPECT_THAT(Run(kCreate).leftovers, IsEmpty());
  EXPECT_EQ(tries, 3);
}

TEST_F(CleanUp, RemovesAnImageThatItKnowsByItsIdOnlyWhereItHasNoName) {
  const std::string id = "sha256:" + std::string(64, 'a');
  fake_.On("POST /images/create", Reply::Of(200, {{"status", id}}));
  const std::string run = "  - call: POST /images/create?fromSrc=-\n";
  fake_.On("GET /images/*/json", Reply::Of(200, {{"Id", id}, {"RepoTags", {"theirs:1"}}}));
  EXPECT_THAT(Targets(Run(run).clean_up), IsEmpty()) << "it was there before, under this name";
  fake_.On("GET /images/*/json", Reply::Of(200, {{"Id", id}, {"RepoTags", Json::array()}}));
  EXPECT_THAT(Targets(Run(run).clean_up), ElementsAre("DELETE /images/" + id + "?force=1"));
}

TEST_F(LostCreation, IsNotLookedForWhereEveryCreationWasAnswered) {
  Run(kCreate);
  EXPECT_THAT(fake_.Requests("GET /containers/json"), IsEmpty());
}

TEST_F(LostCreation, InTheBackgroundIsLookedForToo) {
  Lose("/containers/create", "/containers/json", {{"Id", FakeId(79)}});
  fake_.On("POST /containers/create", Reply::Hang());
  const auto record = Run("  - {call: POST /containers/create, as: box, body: {}, background: true}\n");
  EXPECT_EQ(Named(record, "box").outcome, http::Outcome::kTimedOut);
  EXPECT_EQ(Named(record, "box").error, "no complete answer when the case ended");
  EXPECT_EQ(fake_.Requests("DELETE /containers/*").size(), 1u);
}

}  // namespace
}  // namespace plimsoll::run
