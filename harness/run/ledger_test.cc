#include "run/ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::run {
namespace {

using http::Outcome;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

const std::string kId = "0123456789abcdef" + std::string(48, '0');

journal::Exchange Made(const std::string& method, const std::string& target, int status, const std::string& body = "") {
  journal::Exchange exchange;
  exchange.method = method;
  exchange.target = target;
  exchange.head = http::ResponseHead{"HTTP/1.1", status, "", {}};
  exchange.response_body.Append(body);
  return exchange;
}

journal::Exchange Unanswered(const std::string& target, Outcome outcome) {
  journal::Exchange exchange;
  exchange.method = "POST";
  exchange.target = target;
  exchange.outcome = outcome;
  return exchange;
}

std::vector<std::string> Open(const ResourceLedger& ledger) {
  std::vector<std::string> open;
  for (const Resource& resource : ledger.open()) {
    open.push_back(std::string(resource.in_passing ? "passing " : "") + std::string(KindName(resource.kind)) + " " + resource.id);
  }
  return open;
}

struct Row {
  std::string method, target;
  int status;
  std::string body;
  std::string open;  // "" for nothing
};

class LedgerNotes : public ::testing::TestWithParam<Row> {};

TEST_P(LedgerNotes, WhatWasCreated) {
  ResourceLedger ledger;
  ledger.Note(Made(GetParam().method, GetParam().target, GetParam().status, GetParam().body));
  const auto open = Open(ledger);
  EXPECT_EQ(open.empty() ? "" : open[0], GetParam().open);
  EXPECT_LE(open.size(), 1u);
  EXPECT_FALSE(ledger.has_lost_creation());
}

INSTANTIATE_TEST_SUITE_P(
    Table, LedgerNotes,
    ::testing::Values(
        Row{"POST", "/v1.41/containers/create?name=x", 201, R"({"Id":"c1"})", "container c1"},
        Row{"POST", "/networks/create", 201, R"({"Id":"n1"})", "network n1"},
        Row{"POST", "/volumes/create", 201, R"({"Name":"v1"})", "volume v1"},
        Row{"POST", "/commit", 201, R"({"Id":"sha256:1"})", "image sha256:1"},
        Row{"POST", "/build?t=x%2Fy:1", 200, "{\"stream\":\"\"}\n", "image x/y:1"},
        Row{"POST", "/images/create?fromSrc=-&repo=r&tag=t", 200, "{}", "image r:t"},
        Row{"POST", "/images/create?fromImage=alpine&tag=3", 200, "{}", "image alpine:3"},
        Row{"POST", "/images/load", 200, R"({"stream":"Loaded image: a/b:1\n"})", "image a/b:1"},
        Row{"POST", "/images/load", 200, R"({"stream":"Loaded image ID: sha256:00ff\n"})", "image sha256:00ff"},
        Row{"POST", "/images/x/y/tag?repo=r&tag=t", 201, "", "image r:t"},
        Row{"POST", "/images/create?fromSrc=-&repo=r:u&tag=t", 200, "{}", "image r:t"},
        Row{"POST", "/images/create?fromSrc=-", 200, R"({"status":"sha256:00112233445566"})", "image sha256:00112233445566"},
        Row{"POST", "/images/create?fromImage=&fromSrc=-", 200, R"({"status":"sha256:00112233445566"})", "image sha256:00112233445566"},
        Row{"POST", "/images/create?fromImage=r&tag=t&repo=heeded-by-none", 200, "{}", "image r:t"},
        Row{"POST", "/images/create?fromImage=r&tag=sha256:00", 200, "{}", "image r@sha256:00"},
        Row{"POST", "/images/create?fromImage=r", 200, R"({"status":"Pulling from r","id":"v1"})", "image r:v1"},
        Row{"POST", "/images/create?fromImage=h:5000/r:2", 200, R"({"status":"Pulling from r","id":"2"})", "image h:5000/r:2"},
        // Nothing was created.
        Row{"POST", "/containers/create", 400, R"({"message":"bad"})", ""},
        Row{"POST", "/containers/create", 404, R"({"Id":"lie"})", ""}, Row{"GET", "/containers/json", 200, "[]", ""},
        Row{"POST", "/containers/x/start", 204, "", ""}, Row{"POST", "/containers/x/exec", 201, R"({"Id":"e1"})", ""}));

TEST(ResourceLedger, NotesAllThatABuildLeaves) {
  ResourceLedger ledger;
  ledger.Note(Made("POST", "/build?t=a:1&t=b:2", 200,
                   R"({"stream":"Step 1/4 : FROM scratch"})" "\n"
                   R"({"stream":" ---\u003e aaaaaaaaaaaa\n"})" "\n"
                   R"({"stream":" ---\u003e bbbbbbbbbbbb\n"})" "\n"
                   R"({"stream":"Step 3/4 : FROM scratch"})" "\n"
                   R"({"stream":" ---\u003e Running in cccccccccccc\n"})" "\n"
                   R"({"stream":"Removing intermediate container cccccccccccc\n"})" "\n"
                   R"({"stream":" ---\u003e Running in dddddddddddd\n"})" "\n"
                   R"({"stream":" ---\u003e eeeeeeeeeeee\n"})" "\n"
                   R"({"aux":{"ID":"sha256:eeeeeeeeeeee0000"}})" "\n"));
  EXPECT_THAT(Open(ledger), ElementsAre("image bbbbbbbbbbbb", "image sha256:eeeeeeeeeeee0000", "image a:1", "image b:2",
                                        "container dddddddddddd"))
      << "the last of each stage";
}

TEST(ResourceLedger, NotesWhatABuildMakesInPassing) {
  ResourceLedger docker, podman;
  docker.Note(Made("POST", "/build?t=a:1", 200,
                   R"({"stream":"Step 1/3 : FROM base"})" "\n" R"({"stream":" ---\u003e aaaaaaaaaaaa\n"})" "\n"
                   R"({"stream":"Step 2/3 : ENV a=b"})" "\n" R"({"stream":" ---\u003e bbbbbbbbbbbb\n"})" "\n"
                   R"({"stream":"Step 3/3 : ENV b=c"})" "\n" R"({"stream":" ---\u003e cccccccccccc\n"})" "\n"
                   R"({"aux":{"ID":"sha256:cccccccccccc0000"}})" "\n"));
  EXPECT_THAT(Open(docker), ElementsAre("passing image bbbbbbbbbbbb", "image sha256:cccccccccccc0000", "image a:1"))
      << "and not what it began with";
  EXPECT_TRUE(docker.Owns({Creates::kImage, "sha256:bbbbbbbbbbbb" + std::string(52, '0')})) << "of which it told the beginning";
  EXPECT_FALSE(docker.Owns({Creates::kImage, "sha256:aaaaaaaaaaaa" + std::string(52, '0')}));
  podman.Note(Made("POST", "/build?t=a:1", 200,
                   R"({"stream":"STEP 1/3: FROM base\n"})" "\n" R"({"stream":"STEP 2/3: ENV a=b\n"})" "\n"
                   R"({"stream":"--\u003e bbbbbbbbbbb\n"})" "\n" R"({"stream":"STEP 3/3: ENV b=c\n"})" "\n"
                   R"({"stream":"--\u003e ccccccccccc\n"})" "\n" R"({"stream":"cccccccccccc0000\n"})" "\n"));
  EXPECT_THAT(Open(podman), ElementsAre("passing image bbbbbbbbbbb", "image cccccccccccc0000", "image a:1"));
}

// The name is removed first, and then the id, if it is there still: the name may have gone to another image, and some engines
// give none.
TEST(ResourceLedger, NotesTheIdOfAnImageBesideItsName) {
  const std::string id = "sha256:00112233445566";
  const struct {
    std::string target, body, name;
  } rows[] = {{"/commit?repo=r&tag=t", R"({"Id":")" + id + R"("})", "r:t"},
              {"/images/create?fromSrc=-&repo=r&tag=t", R"({"status":")" + id + R"("})", "r:t"},
              {"/images/create?fromSrc=-&repo=r", R"({"status":")" + id + R"("})", "r"},
              {"/build?q=1&t=r:t", R"({"stream":")" + id + R"(\n"})", "r:t"}};
  for (const auto& row : rows) {
    ResourceLedger ledger;
    ledger.Note(Made("POST", row.target, 200, row.body));
    EXPECT_THAT(Open(ledger), ElementsAre("image " + id, "image " + row.name)) << row.target;
  }
}

TEST(ResourceLedger, NamesAnImageByItsIdAsEveryEngineTakesIt) {
  ResourceLedger ledger;
  const std::string id(64, 'a');
  ledger.Note(Made("POST", "/commit", 201, R"({"Id":")" + id + R"("})"));
  EXPECT_THAT(Open(ledger), ElementsAre("image sha256:" + id));
  EXPECT_TRUE(ledger.Owns({Creates::kImage, id}));
  EXPECT_TRUE(ledger.Owns({Creates::kImage, "sha256:" + id}));
}

TEST(ResourceLedger, NotesTheVolumesOfItsContainersThatTheEngineNamed) {
  ResourceLedger ledger;
  const std::string name(64, 'b');
  const std::string inspected = R"({"Mounts":[{"Type":"volume","Name":")" + name + R"("},{"Type":"volume","Name":"mine"},{"Type":"bind","Name":")" +
                                std::string(64, 'c') + R"("}]})";
  ledger.Note(Made("GET", "/v1.41/containers/theirs/json", 200, inspected));
  EXPECT_THAT(ledger.open(), IsEmpty());
  ledger.Note(Made("POST", "/containers/create", 201, R"({"Id":"c1"})"));
  ledger.Note(Made("GET", "/v1.41/containers/c1/json", 200, inspected));
  EXPECT_THAT(Open(ledger), ElementsAre("container c1", "passing volume " + name));
  EXPECT_TRUE(ledger.Owns({Creates::kVolume, name})) << "the case may remove it";
  EXPECT_FALSE(ledger.ids().contains(name)) << "events are of what was asked for";
}

TEST(ResourceLedger, NotesEachImageThatIsLoaded) {
  ResourceLedger ledger;
  ledger.Note(Made("POST", "/images/load", 200, R"({"stream":"Loaded image: a:1\n"})" "\n" R"({"stream":"Loaded image: b:1,c:1"})"));
  EXPECT_THAT(Open(ledger), ElementsAre("image a:1", "image b:1", "image c:1"));
}

TEST(ResourceLedger, ForgetsWhatTheCaseRemoved) {
  ResourceLedger ledger;
  ledger.Note(Made("POST", "/containers/create", 201, R"({"Id":"c1"})"));
  ledger.Note(Made("POST", "/networks/create", 201, R"({"Id":"n1"})"));
  ledger.Note(Made("DELETE", "/v1.41/containers/c1?force=1", 409));
  EXPECT_THAT(Open(ledger), ElementsAre("container c1", "network n1"));
  ledger.Note(Made("DELETE", "/v1.41/containers/c1?force=1", 204));
  EXPECT_THAT(Open(ledger), ElementsAre("network n1"));
  EXPECT_TRUE(ledger.Owns({Creates::kContainer, "c1"})) << "it was this case's";
}

TEST(ResourceLedger, NotesACreationOnce) {
  ResourceLedger ledger;
  for (int i = 0; i < 2; ++i) ledger.Note(Made("POST", "/containers/create", 201, R"({"Id":"c1"})"));
  EXPECT_THAT(Open(ledger), ElementsAre("container c1"));
}

TEST(ResourceLedger, KnowsItsOwnByIdByItsBeginningAndByName) {
  ResourceLedger ledger;
  ledger.Note(Made("POST", "/containers/create?name=my%2Dbox", 201, R"({"Id":")" + kId + R"("})"));
  const auto owns = [&](const std::string& id) { return ledger.Owns({Creates::kContainer, id}); };
  EXPECT_TRUE(owns(kId));
  EXPECT_TRUE(owns(kId.substr(0, 12)));
  EXPECT_TRUE(owns("my-box"));
  EXPECT_FALSE(owns(kId.substr(0, 11))) << "so short it could be anybody's";
  EXPECT_FALSE(owns("my"));
  EXPECT_FALSE(owns(""));
  EXPECT_FALSE(owns("0123456789aa"));
}

TEST(ResourceLedger, TellsAContainerFromAVolumeOfTheSameName) {
  ResourceLedger ledger;
  ledger.Note(Made("POST", "/volumes/create", 201, R"({"Name":"web"})"));
  ledger.Note(Made("POST", "/containers/create?name=web", 201, R"({"Id":"c1"})"));
  ledger.Note(Made("POST", "/commit?container=c1&repo=web", 201, R"({"Id":"sha256:1"})"));
  EXPECT_THAT(Open(ledger), ElementsAre("volume web", "container c1", "image sha256:1", "image web"));
  ledger.Note(Made("DELETE", "/containers/web?force=1", 204));
  EXPECT_THAT(Open(ledger), ElementsAre("volume web", "container c1", "image sha256:1", "image web"));
  ledger.Note(Made("DELETE", "/images/web", 200));
  EXPECT_THAT(Open(ledger), ElementsAre("volume web", "container c1", "image sha256:1"));
  EXPECT_FALSE(ledger.Owns({Creates::kNetwork, "web"}));
  EXPECT_FALSE(ledger.Owns({Creates::kVolume, "c1"}));
}

TEST(ResourceLedger, NotesVolumesThatItsContainersMountByTheCasesName) {
  auto creation = Made("POST", "/containers/create", 409);
  creation.request_body.Append(R"({"HostConfig":{"Binds":["a-case-1:/x:ro","/a-case-1:/y","data:/z",7],
                                   "Mounts":[{"Type":"volume","Source":"a-case-2"},{"Source":"data"},{}]}})");
  ResourceLedger ledger("case");
  ledger.Note(creation);
  EXPECT_THAT(Open(ledger), ElementsAre("passing volume a-case-1", "passing volume a-case-2"));
}

TEST(ResourceLedger, TakesAnImageWhoseAnswerWasNotKeptWholeForLost) {
  auto creation = Made("POST", "/images/create?fromSrc=-", 200);
  creation.response_body.Append("{}\n", 1);
  ResourceLedger ledger;
  ledger.Note(creation);
  EXPECT_TRUE(ledger.has_lost_creation());
}

TEST(ResourceLedger, KnowsThatACreationWasLost) {
  struct {
    Outcome outcome;
    bool lost;
  } const rows[] = {{Outcome::kTimedOut, true},  {Outcome::kClosed, true},   {Outcome::kMalformed, true},
                    {Outcome::kCancelled, true}, {Outcome::kRefused, false}, {Outcome::kOpen, true}};
  for (const auto& row : rows) {
    ResourceLedger ledger;
    ledger.Note(Unanswered("/containers/create", row.outcome));
    EXPECT_EQ(ledger.has_lost_creation(), row.lost) << http::Name(row.outcome);
    EXPECT_THAT(ledger.open(), IsEmpty());
  }
}

TEST(ResourceLedger, TakesAnImageThatAnEngineFailedToMakeForLost) {
  ResourceLedger ledger;
  ledger.Note(Made("POST", "/commit?repo=UPPER", 404, R"({"message":"no such container"})"));
  EXPECT_FALSE(ledger.has_lost_creation());
  ledger.Note(Made("POST", "/commit?repo=UPPER", 500, R"({"message":"invalid reference format"})"));
  EXPECT_TRUE(ledger.has_lost_creation());
}

TEST(ResourceLedger, TakesACreationThatGaveNoIdForLost) {
  ResourceLedger ledger;
  ledger.Note(Made("POST", "/containers/create", 201, "{}"));
  EXPECT_TRUE(ledger.has_lost_creation());
}

TEST(ResourceOf, NamesWhatAPathIsAbout) {
  const struct {
    std::string path;
    Creates kind;
    std::string id;
  } rows[] = {{"/containers/c1/stop", Creates::kContainer, "c1"}, {"/containers/c1", Creates::kContainer, "c1"},
              {"/networks/n%201/connect", Creates::kNetwork, "n 1"}, {"/volumes/v", Creates::kVolume, "v"},
              {"/images/a/b:1/push", Creates::kImage, "a/b:1"},   {"/images/h:5000/push", Creates::kImage, "h:5000"},
              {"/images/a/b:1", Creates::kImage, "a/b:1"}};
  for (const auto& row : rows) {
    const auto about = ResourceOf(row.path);
    ASSERT_TRUE(about) << row.path;
    EXPECT_EQ(about->kind, row.kind) << row.path;
    EXPECT_EQ(about->id, row.id);
  }
  for (const char* path : {"", "/", "/containers", "/containers/", "/exec/e/start", "/swarm/init", "/build"}) EXPECT_FALSE(ResourceOf(path)) << path;
}

TEST(RemovalTarget, AsksForWhatIsNeededToRemoveEvenWhatRuns) {
  EXPECT_EQ(RemovalTarget({Creates::kContainer, "c"}), "/containers/c?force=1&v=1");
  EXPECT_EQ(RemovalTarget({Creates::kNetwork, "n"}), "/networks/n");
  EXPECT_EQ(RemovalTarget({Creates::kVolume, "v"}), "/volumes/v?force=1");
  EXPECT_EQ(RemovalTarget({Creates::kImage, "a/b:1"}), "/images/a/b:1?force=1");
  EXPECT_EQ(RemovalTarget({Creates::kContainer, "../x HTTP/1.1\r\n"}), "/containers/..%2Fx%20HTTP%2F1.1%0D%0A?force=1&v=1");
}

// A volume that the container was to mount, and that the case creates itself afterwards.
TEST(Ledger, KnowsBestWhatWasAskedFor) {
  ResourceLedger ledger;
  ledger.Add({Creates::kVolume, "v", true});
  ledger.Add({Creates::kVolume, "v"});
  ledger.Add({Creates::kVolume, "v", true});
  EXPECT_THAT(Open(ledger), ::testing::ElementsAre("volume v"));
}

}  // namespace
}  // namespace plimsoll::run
