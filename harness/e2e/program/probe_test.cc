// plimsoll probe, as its users meet it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "e2e/process.h"
#include "e2e/workplace.h"

namespace plimsoll::e2e {
namespace {

using ::testing::HasSubstr;

TEST(ProbeProgram, RefusesAnEngineThatItDidNotStart) {
  Process probe({PLIMSOLL_PROGRAM, "probe", "all", "--engine", "unix:///var/run/docker.sock"});
  EXPECT_EQ(probe.Wait(), 2);
  EXPECT_THAT(probe.Output(), HasSubstr("plimsoll: probe does not touch unix:///var/run/docker.sock: what it sends may spoil an engine\n"));
}

class ProbeTest : public LiveTest {};

TEST_F(ProbeTest, FindsTheSameClassesWithTheSameSeed) {
  TemporaryFolder folder;
  const auto classes = [&](const std::string& name) {
    Process probe({PLIMSOLL_PROGRAM, "probe", "VolumeCreate", "--seed", "5", "--budget", "12", "--shrink", "4", "--engine",
                   "docker-20.10,podman-4.3", "-o", folder / name});
    const int status = probe.Wait();
    EXPECT_TRUE(status == 0 || status == 1) << probe.Output();
    EXPECT_THAT(probe.Output(), HasSubstr("seed: 5\n"));
    EXPECT_THAT(probe.Output(), HasSubstr("POST /volumes/create on podman-4.3: 12 trials"));
    const auto json = ReadFile(folder / (name + "/probe.json"));
    EXPECT_TRUE(json);
    const Json report = Json::parse(json.value_or("{}"));
    std::vector<std::string> answers;
    for (const Json& probed : report.at("probed")) {
      for (const Json& found : probed["classes"]) answers.push_back(probed["engine"].get<std::string>() + found["answer"].get<std::string>());
    }
    return answers;
  };
  const auto first = classes("first");
  EXPECT_GT(first.size(), 4u);
  EXPECT_EQ(first, classes("second"));
}

TEST_F(ProbeTest, KnowsWhatWasMeant) {
  Process probe({PLIMSOLL_PROGRAM, "probe", "ContainerCreat", "--engine", "podman-4.3"});
  EXPECT_EQ(probe.Wait(), 2);
  EXPECT_THAT(probe.Output(), HasSubstr("API 1.41 has no operation \"ContainerCreat\"\n  did you mean \"ContainerCreate\"?\n"));
}

}  // namespace
}  // namespace plimsoll::e2e
