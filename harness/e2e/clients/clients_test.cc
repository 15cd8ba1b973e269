// plimsoll clients, as its users meet it: a study of shell programs that do well, badly and not at all, and the docker command line
// with its own program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/live_engines.h"
#include "e2e/process.h"
#include "e2e/workplace.h"
#include "journal/records.h"

namespace plimsoll::e2e {
namespace {

using ::testing::HasSubstr;

constexpr const char* kStudy = R"(
clients:
  - {name: a shell, command: [sh, client.sh], about: curl in a shell}
tasks:
  - {name: ping, title: A ping, does: Asks., saw: {answer: OK}}
  - {name: wrong, title: A wrong word, does: Asks., saw: {answer: OK}}
  - {name: none, title: Nothing, does: Nothing., saw: {answer: OK}}
  - {name: once, title: One time alone, does: Remembers., saw: {answer: OK}}
  - {name: silent, title: Silence, does: Nothing., saw: {answer: OK}}
  - {name: leaves, title: Leaves a volume, does: Creates one., saw: {answer: 201}}
)";

constexpr const char* kProgram = R"(
ask() { curl -s --unix-socket "${DOCKER_HOST#unix://}" "$@"; }
case $1 in
--version) echo "a shell 1.0" ;;
ping) echo "words before"; echo "{\"saw\": {\"answer\": \"$(ask http://engine/_ping)\"}}" ;;
wrong) echo "{\"saw\": {\"answer\": \"$(ask http://engine/_ping | tr O o)\"}}" ;;
none) echo '{"cannot": "no way"}' ;;
once) mkdir "$0.done" 2>/dev/null && echo '{"saw": {"answer": "OK"}}' || echo '{"saw": {"answer": "no more"}}' ;;
silent) ask http://engine/nothing; exit 3 ;;
leaves) echo "{\"saw\": {\"answer\": $(ask -o /dev/null -w '%{http_code}' -d "{\"Name\": \"$PLIMSOLL_NAME-vol\"}" -H 'Content-Type: application/json' http://engine/volumes/create)}}" ;;
esac
)";

class ClientStudies : public LiveTest {
 protected:
  std::pair<int, std::string> Study(std::vector<std::string> options, const std::map<std::string, std::string>& variables = {}) {
    std::vector<std::string> words{PLIMSOLL_PROGRAM, "clients"};
    words.insert(words.end(), options.begin(), options.end());
    Process process(words, variables);
    const int status = process.Wait();
    return {status, process.Output()};
  }
  std::string WriteStudy() {
    Write(folder_ / "client.sh", kProgram);
    return Write(folder_ / "clients.yaml", kStudy);
  }
  TemporaryFolder folder_;
};

TEST_F(ClientStudies, TellWhatEachProgramSaw) {
  const std::string journal = folder_ / "j.jsonl";
  const auto [status, output] = Study({"--engine", "docker-20.10", "--study", WriteStudy(), "-o", journal});
  EXPECT_EQ(status, 0) << output;
  EXPECT_THAT(output, HasSubstr("works    ping           a shell            docker-20.10\n"));
  EXPECT_THAT(output, HasSubstr("fails    wrong          a shell            docker-20.10\n         answer: \"oK\"; wanted: is `OK`\n"));
  EXPECT_THAT(output, HasSubstr("no way   none           a shell            docker-20.10: no way\n"));
  EXPECT_THAT(output, HasSubstr("fails    silent         a shell            docker-20.10: it ended without a word on what it saw\n"));
  EXPECT_THAT(output, HasSubstr("works    leaves         a shell            docker-20.10\n"));
  const auto kept = journal::ReadJournal(journal);
  ASSERT_TRUE(kept) << kept.error().Text();
  EXPECT_TRUE(kept->finished);
  const auto leaves = std::ranges::find(kept->cases, "clients/leaves", &journal::CaseRecord::scenario);
  ASSERT_NE(leaves, kept->cases.end());
  EXPECT_THAT(leaves->leftovers, ::testing::ElementsAre("volume {name}-vol"));
  // The pages come of the journal alone.
  const auto [again, pages] = Study({"--from", journal, "--study", folder_ / "clients.yaml", "--reports", folder_ / "reports"});
  EXPECT_EQ(again, 0) << pages;
  EXPECT_THAT(ReadFile(folder_ / "reports/clients.md").value_or(""), HasSubstr("| A ping | [works](clients/a_shell.md#a-ping) |"));
  EXPECT_THAT(ReadFile(folder_ / "reports/clients/a_shell.md").value_or(""), HasSubstr("GET /_ping -> 200\n"));
  Process show({PLIMSOLL_PROGRAM, "show", journal, "clients/ping[client=\"a shell\"]@docker-20.10"});
  EXPECT_EQ(show.Wait(), 0);
  EXPECT_THAT(show.Output(), HasSubstr("GET /_ping"));
}

TEST_F(ClientStudies, TellWhatIsNotTheSameEachTime) {
  const std::string journal = folder_ / "j.jsonl";
  const auto [status, output] = Study({"--engine", "docker-20.10", "--study", WriteStudy(), "--task", "once", "--task", "ping", "--repeat", "3", "-o", journal});
  EXPECT_EQ(status, 0) << output;
  EXPECT_THAT(output, HasSubstr("fails 2 of 3 times once           a shell            docker-20.10\n         answer: \"no more\"; wanted: is `OK`\n"
                                "works 1 of 3 times once           a shell            docker-20.10\n"));
  EXPECT_THAT(output, HasSubstr("works    ping           a shell            docker-20.10\n"));
  const auto [again, same] = Study({"--from", journal, "--study", folder_ / "clients.yaml"});
  EXPECT_EQ(again, 0) << same;
  EXPECT_THAT(output, HasSubstr(same)) << "all repetitions are kept";
}

TEST_F(ClientStudies, GiveTheDockerCommandLineItsTasks) {
  const char* cache = std::getenv("PLIMSOLL_CACHE");
  const std::string tree = std::string(cache && *cache ? cache : "/var/cache/plimsoll") + "/roots/bookworm/usr/bin";
  const auto [status, output] = Study({"--engine", "docker-20.10,podman-4.3", "--study", PLIMSOLL_SOURCE_DIR "/fixtures/clients/clients.yaml", "--client",
                                       "docker CLI", "--task", "exit-code", "--task", "exec-stdin"},
                                      {{"PATH", std::string(std::getenv("PATH")) + ":" + tree}});
  EXPECT_EQ(status, 0) << output;
  for (const char* engine : {"docker-20.10", "podman-4.3"}) {
    EXPECT_THAT(output, HasSubstr(std::string("works    exec-stdin     docker CLI         ") + engine));
    EXPECT_THAT(output, HasSubstr(std::string("works    exit-code      docker CLI         ") + engine));
  }
}

TEST_F(ClientStudies, RefuseWhatMakesNoSense) {
  const std::string study = WriteStudy();
  EXPECT_EQ(Study({"--engine", "unix:///run/docker.sock", "--study", study}),
            std::pair(2, std::string("plimsoll: clients does not touch unix:///run/docker.sock: what clients do may change anything there\n"
                                     "  name a private engine, which is thrown away: --engine docker-20.10\n")));
  EXPECT_EQ(Study({"--engine", "docker-20.10", "--study", study, "--task", "pong"}),
            std::pair(2, std::string("plimsoll: there is no task called pong\n  there are: ping, wrong, none, once, silent and leaves\n")));
}

}  // namespace
}  // namespace plimsoll::e2e
