// plimsoll trace, as its users meet it: the command must not notice, and its calls must be told. First with commands of
// no engine's, then with curl and docker before real engines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <filesystem>

#include "base/clock.h"
#include "base/text.h"
#include "e2e/live_engines.h"
#include "e2e/process.h"
#include "e2e/workplace.h"
#include "engine/private_engine.h"
#include "journal/records.h"
#include "testing/fake_engine.h"

namespace plimsoll::e2e {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::StartsWith;

// ---- any command

class AnyCommand : public ::testing::Test {
 protected:
  // Gives status and output.
  std::pair<int, std::string> Traced(std::vector<std::string> command, std::vector<std::string> options = {}) {
    std::vector<std::string> words{PLIMSOLL_PROGRAM, "trace", "--engine", fake_.endpoint().Text()};
    words.insert(words.end(), options.begin(), options.end());
    words.emplace_back("--");
    words.insert(words.end(), command.begin(), command.end());
    Process process(words, {{"DOCKER_CONTEXT", "elsewhere"}, {"DOCKER_TLS_VERIFY", "1"}});
    const int status = process.Wait();
    return {status, process.Output()};
  }
  testing::FakeEngine fake_;
  TemporaryFolder folder_;
};

TEST_F(AnyCommand, KeepsItsExitStatus) {
  EXPECT_EQ(Traced({"true"}).first, 0);
  EXPECT_EQ(Traced({"sh", "-c", "exit 7"}).first, 7);
  EXPECT_EQ(Traced({"sh", "-c", "kill -TERM $$"}).first, 128 + SIGTERM);
  EXPECT_EQ(Traced({"sh", "-c", "kill -INT $$"}).first, 128 + SIGINT);
}

TEST_F(AnyCommand, KeepsItsExitStatusWhereWhoStartedUsIgnoresItsChildren) {
  Process process({"sh", "-c", "trap '' CHLD; exec \"$0\" \"$@\"", PLIMSOLL_PROGRAM, "trace", "--engine", fake_.endpoint().Text(), "--", "sh", "-c", "exit 7"});
  EXPECT_EQ(process.Wait(), 7) << process.Output();
}

TEST_F(AnyCommand, HasNoSignalBlocked) {
  EXPECT_THAT(Traced({"grep", "SigBlk", "/proc/self/status"}).second, StartsWith("SigBlk:\t0000000000000000\n"));
}

TEST_F(AnyCommand, IsToldWhenItCannotBeStarted) {
  const auto [missing, why] = Traced({"/nonexistent/command", "-x"});
  EXPECT_EQ(missing, 127);
  EXPECT_EQ(why, "plimsoll: cannot run /nonexistent/command: No such file or directory\n");
  EXPECT_EQ(Traced({folder_ / ""}).first, 126);
}

TEST_F(AnyCommand, FindsTheEngineInItsEnvironmentAndNothingThatLeadsElsewhere) {
  const auto [status, output] = Traced({"sh", "-c", "echo \"$DOCKER_HOST,$CONTAINER_HOST,$DOCKER_CONTEXT,$DOCKER_TLS_VERIFY,\""});
  EXPECT_EQ(status, 0);
  EXPECT_THAT(output, ::testing::MatchesRegex("unix:///[^,]*/engine.sock,unix:///[^,]*/engine.sock,,,\n0 calls over 0 connections to [^\n]*\n"));
}

TEST_F(AnyCommand, HasOurStandardInput) {
  Process process({"sh", "-c", "printf hello | \"$0\" \"$@\" 2>/dev/null", PLIMSOLL_PROGRAM, "trace", "--engine", fake_.endpoint().Text(), "--", "cat"});
  EXPECT_EQ(process.Wait(), 0);
  EXPECT_EQ(process.Output(), "hello");
}

TEST_F(AnyCommand, GetsTheSignalThatWasMeantForUs) {
  Process process({PLIMSOLL_PROGRAM, "trace", "--engine", fake_.endpoint().Text(), "--", "sh", "-c",
                   "trap 'echo told; kill $!; exit 5' TERM; sleep 60 & echo ready; wait"});
  ASSERT_TRUE(Eventually([&] { return process.Output() == "ready\n"; })) << process.Output();
  process.Signal(SIGTERM);
  EXPECT_EQ(process.Wait(), 5);
  EXPECT_THAT(process.Output(), HasSubstr("told\n"));
}

TEST_F(AnyCommand, DoesNotRunWhereTheJournalCannotBeWritten) {
  const std::string journal = Write(folder_ / "j.jsonl", "{}\n");
  const auto [status, output] = Traced({"sh", "-c", "echo ran"}, {"-o", journal});
  EXPECT_EQ(status, 3);
  EXPECT_EQ(output, "plimsoll: the journal " + journal + " exists already\n  name another file with -o\n");
}

TEST_F(AnyCommand, MakesCallsThatAreKept) {
  const std::string socket = "--unix-socket \"${DOCKER_HOST#unix://}\"";
  const std::string header = Write(folder_ / "header", "X-Registry-Auth: secret\n");
  const auto [status, output] = Traced({"sh", "-c", "curl -s " + socket + " -H @" + header + " http://d/v1.41/_ping"},
                                       {"-o", folder_ / "j.jsonl", "--to-scenario", folder_ / "a/s.yaml", "--markdown", folder_ / "p.md"});
  EXPECT_EQ(status, 0);
  EXPECT_THAT(output, HasSubstr("GET /v1.41/_ping\n"));
  const auto text = ReadFile(folder_ / "j.jsonl");
  ASSERT_TRUE(text);
  EXPECT_THAT(*text, HasSubstr(R"j(["X-Registry-Auth","(redacted)"])j"));
  EXPECT_EQ(text->find("secret"), std::string::npos);
  const auto journal = journal::ReadJournal(folder_ / "j.jsonl");
  ASSERT_TRUE(journal) << journal.error().Text();
  EXPECT_TRUE(journal->finished);
  EXPECT_EQ(journal->cases.at(0).exchanges.at(0).target, "/v1.41/_ping");
  Process show({PLIMSOLL_PROGRAM, "show", folder_ / "j.jsonl", "trace"});
  EXPECT_EQ(show.Wait(), 0);
  EXPECT_THAT(show.Output(), HasSubstr("GET /v1.41/_ping  (as ping)"));
  EXPECT_THAT(ReadFile(folder_ / "p.md").value_or(""), StartsWith("# What `sh -c 'curl -s "));
}

TEST_F(AnyCommand, LeavesItsCallsInTheJournalOfATraceThatIsKilled) {
  const std::string journal = folder_ / "j.jsonl";
  const std::string get = "curl -s --unix-socket \"${DOCKER_HOST#unix://}\" http://d/v1.41/_ping >/dev/null; ";
  Process process({PLIMSOLL_PROGRAM, "trace", "--engine", fake_.endpoint().Text(), "-o", journal, "--", "sh", "-c", get + get + "echo $$; exec sleep 60"},
                  {{"XDG_RUNTIME_DIR", folder_ / ""}});  // its socket stays there
  const auto calls = [&] {
    const auto text = ReadFile(journal).value_or("");
    size_t count = 0;
    for (const std::string& line : Split(text, '\n')) count += line.find("\"record\":\"call\"") != line.npos ? 1 : 0;
    return count;
  };
  ASSERT_TRUE(Eventually([&] { return calls() == 2 && process.Output().ends_with("\n"); })) << process.Output();
  process.Signal(SIGKILL);
  process.Wait();
  kill(std::stoi(process.Output()), SIGKILL);
  const auto read = journal::ReadJournal(journal);
  ASSERT_TRUE(read) << read.error().Text();
  EXPECT_FALSE(read->finished);
  ASSERT_EQ(read->cases.size(), 1u);
  EXPECT_EQ(read->cases[0].outcome, journal::CaseOutcome::kHarnessError);
  ASSERT_EQ(read->cases[0].exchanges.size(), 2u);
  EXPECT_EQ(read->cases[0].exchanges[1].name, "ping2");
  EXPECT_EQ(read->cases[0].exchanges[1].response_body.kept, "OK");
  Process show({PLIMSOLL_PROGRAM, "show", journal, "trace"});
  EXPECT_EQ(show.Wait(), 0);
  EXPECT_THAT(show.Output(), HasSubstr("GET /v1.41/_ping  (as ping2)"));
}

TEST_F(AnyCommand, IsKeptWithoutItsCredentialsAndForItsOwnerAlone) {
  const std::string socket = "--unix-socket \"${DOCKER_HOST#unix://}\"";
  const std::string header = "eyJwYXNzd29yZCI6InRvcHNlY3JldCJ9";  // {"password":"topsecret"}
  const std::string file = Write(folder_ / "header", "X-Registry-Auth: " + header + "\n");
  const std::string journal = folder_ / "j.jsonl", page = folder_ / "p.md", scenario = folder_ / "a/s.yaml";
  const auto [status, output] = Traced({"sh", "-c", ": topsecret; curl -s " + socket + " -H @" + file + " http://d/v1.41/_ping"},
                                       {"-o", journal, "--to-scenario", scenario, "--markdown", page});
  EXPECT_EQ(status, 0) << output;
  for (const std::string& each : {journal, page, scenario}) {
    const std::string text = ReadFile(each).value_or("");
    EXPECT_THAT(text, HasSubstr(": (redacted); curl")) << each;
    EXPECT_EQ(text.find("topsecret"), std::string::npos) << each;
    EXPECT_EQ(std::filesystem::status(each).permissions(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_write) << each;
  }
}

TEST_F(AnyCommand, IsToldWhatWasRefusedAlthoughItEndedWell) {
  const auto [status, output] = Traced({"sh", "-c", "curl -s --unix-socket \"${DOCKER_HOST#unix://}\" http://d/v1.41/no/such/thing >/dev/null"});
  EXPECT_EQ(status, 0);
  EXPECT_THAT(output, HasSubstr("call 1 was refused (404"));
}

// ---- clients before engines

// The docker client that came with Docker 20.10; "" where there is none.
std::string DockerClient() {
  const char* cache = std::getenv("PLIMSOLL_CACHE");
  const std::string path = std::string(cache && *cache ? cache : "/var/cache/plimsoll") + "/roots/bookworm/usr/bin/docker";
  return std::filesystem::exists(path) ? path : "";
}

struct Ran {
  int status = 0;
  std::string output;  // standard output alone
};

class Clients : public LiveTest, public ::testing::WithParamInterface<size_t> {
 protected:
  void SetUp() override {
    LiveTest::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    const Status loaded = LoadLiveImages();
    ASSERT_TRUE(loaded) << loaded.error().Text();
  }
  static bool NoDocker() { return DockerClient().empty(); }
  static const run::EngineUnderTest& Engine() { return TheLiveEngines().list.at(GetParam()); }
  static std::string Image() { return TheLiveEngines().images.front().reference; }

  // `line`: for a shell, with "docker" as the client and $DOCKER_HOST as the engine.
  Ran Shell(const std::string& line, const std::string& host) {
    const std::string output = folder_ / "out";
    Process process({"sh", "-c", "docker() { " + (NoDocker() ? "false" : DockerClient()) + " \"$@\"; }; { " + line + "\n} > " + output},
                    {{"DOCKER_HOST", host}, {"DOCKER_CONFIG", folder_ / "config"}, {"PLIMSOLL", PLIMSOLL_PROGRAM}});
    const int status = process.Wait();
    log_ = process.Output();
    return {status, ReadFile(output).value_or("")};
  }
  Ran Direct(const std::string& client) { return Shell(client, Engine().endpoint.Text()); }
  // The same command, as the command of a trace.
  Ran Traced(const std::string& input, const std::string& client) {
    const std::string name = folder_ / ("trace" + std::to_string(++traces_));
    journal_ = name + ".jsonl";
    scenario_ = folder_ / ("a/trace" + std::to_string(traces_) + ".yaml");
    std::filesystem::create_directories(folder_ / "a");
    std::string words = client;
    if (words.starts_with("docker ")) words = DockerClient() + words.substr(6);
    return Shell(input + "\"$PLIMSOLL\" trace --engine " + Engine().endpoint.Text() + " -o " + journal_ + " --to-scenario " + scenario_ +
                     " --markdown " + name + ".md -- " + words,
                 "unix:///nonexistent");
  }
  // Without and with the proxy: the same output and exit status, and calls that `plimsoll check` takes for a scenario.
  void ExpectSame(const std::string& input, const std::string& client, const std::vector<std::string>& calls) {
    const Ran direct = Direct(input + client);
    const std::string said = log_;
    const Ran traced = Traced(input, client);
    EXPECT_EQ(traced.status, direct.status) << client << "\n" << said << "\n" << log_;
    EXPECT_EQ(traced.output, direct.output) << client;
    EXPECT_THAT(Calls(), IsSupersetOf(calls)) << client << "\n" << log_;
    ExpectGoodScenario();
  }
  // Likewise for a docker client at a terminal of script(1). What is typed before the client has taken the terminal over is
  // kept for it, and echoed or not; so the output is only looked through for `text`.
  void ExpectSameAtTerminal(const std::string& words, const std::string& typed, const std::string& text, const std::vector<std::string>& calls) {
    const std::string input = "printf '" + typed + "' | ", client = "script -qec '" + DockerClient() + " " + words + "' /dev/null";
    const Ran direct = Direct(input + client), traced = Traced(input, client);
    EXPECT_EQ(traced.status, direct.status) << client << "\n" << log_;
    EXPECT_THAT(direct.output, HasSubstr(text));
    EXPECT_THAT(traced.output, HasSubstr(text));
    EXPECT_THAT(Calls(), IsSupersetOf(calls)) << client << "\n" << log_;
    ExpectGoodScenario();
  }
  void ExpectGoodScenario() {
    Process check({PLIMSOLL_PROGRAM, "check", scenario_});
    EXPECT_EQ(check.Wait(), 0) << check.Output() << ReadFile(scenario_).value_or("");
  }
  // "POST /containers/create 201" and so on, ids left out.
  std::vector<std::string> Calls() {
    std::vector<std::string> calls;
    const auto journal = journal::ReadJournal(journal_);
    if (!journal || journal->cases.size() != 1) {
      ADD_FAILURE() << "no journal of the trace: " << log_;
      return calls;
    }
    for (const journal::Exchange& call : journal->cases.front().exchanges) {
      std::string path;
      for (const std::string& part : Split(call.target.substr(0, call.target.find('?')), '/')) {
        const bool version = part.starts_with("v1.");
        if (!part.empty() && !version) path += part.size() == 64 || part == kName ? "/ID" : "/" + part;
      }
      calls.push_back(call.method + " " + path + " " + std::to_string(call.head ? call.head->status : 0));
    }
    return calls;
  }
  static constexpr const char* kName = "traced-box";

  TemporaryFolder folder_;
  std::string journal_, scenario_, log_;
  int traces_ = 0;
};

TEST_P(Clients, CurlGetsTheSameAnswer) {
  const std::string socket = " --unix-socket \"${DOCKER_HOST#unix://}\" ";
  ExpectSame("", "sh -c 'curl -sS" + socket + "http://d/v1.41/version http://d/v1.41/containers/nobody/json'",
             {"GET /version 200", "GET /containers/nobody/json 404"});
}

TEST_P(Clients, DockerRunCarriesInputOutputAndExitCode) {
  if (NoDocker()) GTEST_SKIP() << "no docker client in the engine's root tree";
  ExpectSame("printf 'one\\ntwo\\n' | ", "docker run --rm -i --network host " + Image() + " cat --exit 7",
             {"POST /containers/create 201", "POST /containers/ID/wait 200", "POST /containers/ID/start 204"});
  EXPECT_THAT(Calls(), Contains(StartsWith("POST /containers/ID/attach ")));
  const auto journal = journal::ReadJournal(journal_);
  ASSERT_TRUE(journal);
  for (const journal::Exchange& call : journal->cases.at(0).exchanges) {
    if (!call.stream) continue;
    EXPECT_EQ(call.sent.kept, "one\ntwo\n");
    EXPECT_THAT(call.response_body.kept, HasSubstr("one\ntwo\n"));
  }
}

TEST_P(Clients, DockerExecLogsAndEventsWork) {
  if (NoDocker()) GTEST_SKIP() << "no docker client in the engine's root tree";
  const std::string name = kName;
  const Ran made = Direct("docker run -d --network host --name " + name + " " + Image() + " serve --for 600000");
  ASSERT_EQ(made.status, 0) << log_;
  ExpectSame("printf 'to the exec\\n' | ", "docker exec -i " + name + " cat --exit 3", {"POST /containers/ID/exec 201"});
  // So that the logs have an end.
  EXPECT_EQ(Direct("docker kill " + name).status, 0) << log_;
  ExpectSame("", "docker logs -f " + name, {"GET /containers/ID/logs 200"});
  const std::string now = std::string(Trim(Direct("date +%s").output));
  ExpectSame("", "docker events --since 1 --until " + now + " --filter container=" + name + " --format '{{.Action}}'", {"GET /events 200"});
  EXPECT_EQ(Direct("docker rm -f " + name).status, 0) << log_;
}

TEST_P(Clients, DockerRunAndAttachWorkAtATerminal) {
  if (NoDocker()) GTEST_SKIP() << "no docker client in the engine's root tree";
  ExpectSameAtTerminal("run --rm -it --network host " + Image() + " echo in-the-box", "", "in-the-box\r\n", {"POST /containers/create 201"});
  const std::string name = kName;
  ASSERT_EQ(Direct("docker run -d -it --network host --name " + name + " " + Image() + " serve --for 600000").status, 0) << log_;
  ExpectSameAtTerminal("attach --detach-keys a,b " + name, "ab", "read escape sequence",
                       {"POST /containers/ID/attach 101", "POST /containers/ID/resize 200"});
  EXPECT_EQ(Direct("docker inspect -f '{{.State.Status}}' " + name).output, "running\n") << "detached, not ended";
  EXPECT_EQ(Direct("docker rm -f " + name).status, 0) << log_;
}

TEST_P(Clients, DockerCopyWorks) {
  if (NoDocker()) GTEST_SKIP() << "no docker client in the engine's root tree";
  const std::string name = kName;
  ASSERT_EQ(Direct("docker create --name " + name + " " + Image() + " serve").status, 0) << log_;
  ExpectSame("echo data >" + (folder_ / "file") + "; ", "docker cp " + (folder_ / "file") + " " + name + ":/copied", {"PUT /containers/ID/archive 200"});
  ExpectSame("", "docker cp " + name + ":/copied -", {"GET /containers/ID/archive 200"});
  EXPECT_EQ(Direct("docker rm -f " + name).status, 0) << log_;
}

// BuildKit's session is HTTP/2 over an upgraded connection; Podman has none, and its refusal must get through as well.
TEST_P(Clients, DockerBuildWorksWithAndWithoutBuildKit) {
  if (NoDocker()) GTEST_SKIP() << "no docker client in the engine's root tree";
  const std::string context = folder_ / "context";
  std::filesystem::create_directories(context);
  ASSERT_TRUE(WriteFileWhole(context + "/Dockerfile", "FROM " + Image() + "\nCOPY file /\n"));
  ASSERT_TRUE(WriteFileWhole(context + "/file", "data\n"));
  const bool is_podman = Engine().identity.product == "podman";
  for (const char* kit : {"0", "1"}) {
    const std::string how = std::string("env DOCKER_BUILDKIT=") + kit + " " + DockerClient() + " build -q ";
    const bool session = *kit == '1';
    // The second time from the cache, so that both give one id.
    EXPECT_EQ(Direct(how + context).status == 0, !session || !is_podman) << log_;
    ExpectSame("", how + context, {session ? (is_podman ? "POST /session 404" : "POST /session 101") : "POST /build 200"});
  }
}

// Over its own listener; through the relay the client speaks neither TCP nor TLS.
TEST_P(Clients, AreCarriedOnByTcpAndTls) {
  for (const char* how : {"tcp", "tls"}) {
    const engine::PrivateEngineOptions options{.listener = how};
    // Podman 4.3 has no TLS; e2e/program/endpoints_test.cc looks that it says so.
    if (!engine::PrivateEngine::Lacks(engine::EngineTool(), Engine().private_name, options).empty()) continue;
    const auto listening = engine::PrivateEngine::Start(engine::EngineTool(), Engine().private_name, options);
    ASSERT_TRUE(listening) << listening.error().Text();
    const engine::Endpoint& endpoint = (*listening)->endpoint();
    const std::string url = " http://d/v1.41/version";
    Process process({PLIMSOLL_PROGRAM, "trace", "--engine", endpoint.Text(), "--", "sh", "-c",
                     "curl -sS --unix-socket \"${DOCKER_HOST#unix://}\"" + url + url + "; echo \"[$DOCKER_CERT_PATH]\""},
                    {{"DOCKER_CERT_PATH", std::filesystem::path(endpoint.tls.ca).parent_path().string()}});
    EXPECT_EQ(process.Wait(), 0) << how;
    EXPECT_THAT(process.Output(), HasSubstr("\"ApiVersion\""));
    EXPECT_THAT(process.Output(), HasSubstr("[]\n2 calls over 1 connection to " + Engine().name));
  }
}

std::vector<size_t> EngineNumbers() {
  std::vector<size_t> numbers;
  const char* named = std::getenv("PLIMSOLL_ENGINES");
  const size_t engines = Split(named && *named ? named : "docker-20.10,podman-4.3", ',').size();
  for (size_t i = 0; i < engines; ++i) numbers.push_back(i);
  return numbers;
}

INSTANTIATE_TEST_SUITE_P(Engines, Clients, ::testing::ValuesIn(EngineNumbers()));

}  // namespace
}  // namespace plimsoll::e2e
