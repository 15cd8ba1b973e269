// The tool is played by shell scripts here; that the real one starts real engines is shown by e2e.
#include "engine/private_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/text.h"
#include "testing/temp_folder.h"

namespace plimsoll::engine {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

class PrivateEngineTest : public ::testing::Test {
 protected:
  // A tool that does what these lines of shell say.
  std::string Tool(const std::string& lines) {
    const std::string path = folder_.Write("tool", "#!/bin/sh\n" + lines);
    chmod(path.c_str(), 0755);
    return path;
  }
  testing::TempFolder folder_;
};

TEST_F(PrivateEngineTest, IsReadyWhenTheToolSaysSo) {
  const auto engine = PrivateEngine::Start(Tool("echo ready unix:///run/x.sock; read line\n"), "docker-20.10");
  ASSERT_TRUE(engine) << engine.error().Text();
  EXPECT_EQ((*engine)->endpoint().Text(), "unix:///run/x.sock");
  EXPECT_EQ((*engine)->name(), "docker-20.10");
}

TEST_F(PrivateEngineTest, IsReachedThroughTheListenerThatWasAskedFor) {
  const std::string asked = folder_.path() + "/asked";
  const std::string tool = Tool("echo \"$@\" > " + asked + "\necho listening https://127.0.0.1:2376 " + folder_.path() +
                                "\necho ready unix:///run/x.sock; read line\n");
  for (const char* name : {"ca.pem", "cert.pem", "key.pem"}) folder_.Write(name, "x");
  const auto engine = PrivateEngine::Start(tool, "docker-20.10", {.listener = "tls"});
  ASSERT_TRUE(engine) << engine.error().Text();
  EXPECT_EQ((*engine)->endpoint().kind, Endpoint::Kind::kTls);
  EXPECT_EQ((*engine)->endpoint().port, 2376);
  EXPECT_EQ((*engine)->endpoint().tls.certificate, folder_.path() + "/cert.pem");
  EXPECT_THAT(*ReadFile(asked), HasSubstr(" --listen tls --events-file 64m --env GOGC=400\n"));
}

TEST_F(PrivateEngineTest, HasItsUsersSettingsWhereNoneAreGiven) {
  const std::string asked = folder_.path() + "/asked";
  const std::string tool = Tool("echo \"$@\" > " + asked + "; echo ready unix:///x; read line\n");
  ASSERT_TRUE(PrivateEngine::Start(tool, "docker-20.10", {.gogc = 0, .events_file = ""}));
  EXPECT_THAT(*ReadFile(asked), MatchesRegex("run docker-20.10\\.[0-9]+-[0-9]+\n"));
}

TEST_F(PrivateEngineTest, SaysNothingOfItsUsageWhereItHasNoCgroup) {
  const auto engine = PrivateEngine::Start(Tool("echo ready unix:///run/x.sock; read line\n"), "docker-20.10");
  ASSERT_TRUE(engine) << engine.error().Text();
  EXPECT_FALSE((*engine)->ReadUsage());
  EXPECT_FALSE((*engine)->ForgetPeak());
}

TEST_F(PrivateEngineTest, TellsWhyAListenerCannotBeHad) {
  EXPECT_EQ(PrivateEngine::Lacks(Tool("[ \"$*\" = 'can p --listen tls' ]\n"), "p", {.listener = "tls"}), "");
  EXPECT_EQ(PrivateEngine::Lacks(Tool("echo p has no TLS; exit 1\n"), "p", {.listener = "tls"}), "p has no TLS");
  EXPECT_EQ(PrivateEngine::Lacks(Tool("exit 1\n"), "p", {.listener = "tls"}),
            "p cannot be asked whether it runs with --listen tls");
  EXPECT_EQ(PrivateEngine::Lacks(Tool("echo \"$5\"; exit 1\n"), "p", {.listener = "tcp", .daemon_json = "{}"}), "--daemon-json");
  EXPECT_THAT(PrivateEngine::Lacks("/nonexistent/engine", "p", {.listener = "tls"}), HasSubstr("cannot start"));
}

TEST_F(PrivateEngineTest, AsksForAnInstanceOfItsOwnEveryTime) {
  const std::string tool = Tool("echo \"$@\" >> " + folder_.path() + "/asked; echo ready unix:///x; read line\n");
  ASSERT_TRUE(PrivateEngine::Start(tool, "docker-20.10"));
  ASSERT_TRUE(PrivateEngine::Start(tool, "docker-20.10"));
  const auto asked = Split(*ReadFile(folder_.path() + "/asked"), '\n');
  ASSERT_GE(asked.size(), 2u);
  EXPECT_THAT(asked[0], MatchesRegex("run docker-20.10\\.[0-9]+-[0-9]+ --events-file 64m --env GOGC=400"));
  EXPECT_NE(asked[0], asked[1]);
}

// The tool ends the engine when its standard input ends: so it does not outlive this process either.
TEST_F(PrivateEngineTest, EndsWithItsLifelineAndIsWaitedFor) {
  const std::string mark = folder_.path() + "/ended";
  {
    const auto engine = PrivateEngine::Start(Tool("echo ready unix:///x\ncat\necho over > " + mark + "\n"), "x");
    ASSERT_TRUE(engine);
    EXPECT_FALSE(ReadFile(mark));
  }
  EXPECT_EQ(*ReadFile(mark), "over\n");
}

constexpr const char* kTold =
    "case $1 in\n"
    "run) echo ready unix:///x; cat;;\n"
    "start) echo did not start >&2; exit 1;;\n"
    "restart) sleep 60;;\n"
    "*) echo \"$@\" >> \"$0.told\";;\nesac\n";

TEST_F(PrivateEngineTest, ToldSomethingHasTheToolDoItToThisInstance) {
  const std::string tool = Tool(kTold);
  const auto engine = PrivateEngine::Start(tool, "docker-20.10", {.keep = true});
  ASSERT_TRUE(engine);
  const Bell never;
  const auto told = (*engine)->Tell({"end", "KILL"}, Now() + std::chrono::seconds(20), never);
  ASSERT_TRUE(told) << told.error().Text();
  EXPECT_EQ(*told, PrivateEngine::Told::kDone);
  EXPECT_THAT(*ReadFile(tool + ".told"), MatchesRegex("end docker-20.10\\.[0-9]+-[0-9]+ KILL\n"));
}

TEST_F(PrivateEngineTest, WhatTheToolCannotDoIsAnErrorInItsOwnWords) {
  const auto engine = PrivateEngine::Start(Tool(kTold), "docker-20.10");
  ASSERT_TRUE(engine);
  const Bell never;
  const auto told = (*engine)->Tell({"start"}, Now() + std::chrono::seconds(20), never);
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().what, "did not start");
}

TEST_F(PrivateEngineTest, WhatTakesTooLongIsNotWaitedFor) {
  const auto engine = PrivateEngine::Start(Tool(kTold), "docker-20.10");
  ASSERT_TRUE(engine);
  const Bell stop;
  const auto begun = Now();
  const auto late = (*engine)->Tell({"restart"}, Now() + std::chrono::milliseconds(20), stop);
  ASSERT_TRUE(late) << late.error().Text();
  EXPECT_EQ(*late, PrivateEngine::Told::kNotDone);
  stop.Ring();
  const auto stopped = (*engine)->Tell({"restart"}, Now() + std::chrono::seconds(60), stop);
  ASSERT_TRUE(stopped) << stopped.error().Text();
  EXPECT_EQ(*stopped, PrivateEngine::Told::kNotDone);
  EXPECT_LT(Now() - begun, std::chrono::seconds(30));
}

TEST_F(PrivateEngineTest, WithoutTheToolSaysHowToNameIt) {
  const auto engine = PrivateEngine::Start("/nonexistent/engine", "docker-20.10");
  ASSERT_FALSE(engine);
  EXPECT_EQ(engine.error().what, "cannot start /nonexistent/engine: No such file or directory");
  EXPECT_EQ(engine.error().hint,
            "private engines need the checkout's fixtures/engines/engine; set PLIMSOLL_ENGINE_TOOL to its path");
}

TEST_F(PrivateEngineTest, ThatDoesNotStartSaysWhatItNeeds) {
  for (const char* lines : {"exit 1\n", "echo cannot\n", "echo ready nonsense\n", "printf ready\n"}) {
    const auto engine = PrivateEngine::Start(Tool(lines), "podman-4.3");
    ASSERT_FALSE(engine) << lines;
    EXPECT_EQ(engine.error().what, "the private engine podman-4.3 did not start");
    EXPECT_THAT(engine.error().hint, HasSubstr("`sudo fixtures/bootstrap engines` prepares them"));
  }
}

TEST(IsPrivateEngineName, TellsNamesFromAddresses) {
  EXPECT_TRUE(IsPrivateEngineName("docker-20.10"));
  for (const char* text : {"", "unix:///x", "/run/x", "host:2375"}) EXPECT_FALSE(IsPrivateEngineName(text)) << text;
}

}  // namespace
}  // namespace plimsoll::engine
