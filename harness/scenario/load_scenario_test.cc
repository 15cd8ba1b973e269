#include "scenario/load_scenario.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <regex>

#include "base/text.h"

namespace plimsoll::scenario {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kTestData = PLIMSOLL_SOURCE_DIR "/harness/scenario/testdata/";

std::string Rendered(const Loaded& loaded) {
  std::string all;
  for (const Diagnostic& diagnostic : loaded.diagnostics) all += Render(diagnostic) + "\n";
  for (size_t at = all.find(kTestData); at != all.npos; at = all.find(kTestData)) {
    all.erase(at, kTestData.size());
  }
  return all;
}

// What a reader of a failed test wants to see: the lines that differ, in order, and no others. By
// the longest common subsequence; these files are short.
std::string Difference(const std::string& expected, const std::string& actual) {
  const auto left = Split(expected, '\n');
  const auto right = Split(actual, '\n');
  std::vector<std::vector<size_t>> common(left.size() + 1, std::vector<size_t>(right.size() + 1));
  for (size_t i = left.size(); i-- > 0;) {
    for (size_t j = right.size(); j-- > 0;) {
      common[i][j] = left[i] == right[j] ? common[i + 1][j + 1] + 1
                                         : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::string text = "\n";
  size_t i = 0;
  size_t j = 0;
  while (i < left.size() || j < right.size()) {
    if (i < left.size() && j < right.size() && left[i] == right[j]) {
      ++i;
      ++j;
    } else if (j == right.size() || (i < left.size() && common[i + 1][j] >= common[i][j + 1])) {
      text += fmt::format("-{:>4} {}\n", i + 1, left[i]);
      ++i;
    } else {
      text += fmt::format("+{:>4} {}\n", j + 1, right[j]);
      ++j;
    }
  }
  return text;
}

std::vector<std::string> BadFiles() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(kTestData + "bad")) {
    if (entry.path().extension() == ".yaml") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

class BadFile : public ::testing::TestWithParam<std::string> {};

TEST_P(BadFile, GetsTheDiagnosticsThatWereApproved) {
  const std::string path = kTestData + "bad/" + GetParam();
  const Loaded loaded = LoadScenario(path + ".yaml");
  EXPECT_EQ(loaded.scenario, nullptr);
  const std::string actual = Rendered(loaded);
  if (std::getenv("PLIMSOLL_APPROVE")) {
    ASSERT_TRUE(WriteFileWhole(path + ".txt", actual));
    return;
  }
  const std::string expected = ReadFile(path + ".txt").value_or("");
  EXPECT_TRUE(expected == actual) << Difference(expected, actual)
                                  << "PLIMSOLL_APPROVE=1 takes this over into " << path << ".txt";
}

INSTANTIATE_TEST_SUITE_P(LoadScenario, BadFile, ::testing::ValuesIn(BadFiles()), [](const auto& p) {
  return std::regex_replace(p.param, std::regex("[^A-Za-z0-9]"), "_");
});

std::shared_ptr<const Scenario> LoadGood(const std::string& name) {
  const Loaded loaded = LoadScenario(kTestData + "good/" + name);
  EXPECT_EQ(Rendered(loaded), "");
  return loaded.scenario;
}

// A scenario around `steps`, for what is said in one line.
std::string WithSteps(const std::string& steps) {
  return "title: t\nquestion: q\nobserve: {spoken: \"${engine.api}\"}\nsteps:\n" + steps;
}

Loaded LoadSteps(const std::string& steps) {
  return LoadScenarioText(kTestData + "good/text.yaml", WithSteps(steps));
}

TEST(LoadScenario, ReadsTheExampleOfTheDesign) {
  const auto scenario = LoadGood("standard-input.yaml");
  ASSERT_NE(scenario, nullptr);
  EXPECT_EQ(scenario->id, "good/standard-input");
  EXPECT_EQ(scenario->area, "good");
  EXPECT_EQ(scenario->title, "The four standard-input flags of create");
  EXPECT_THAT(scenario->question, HasSubstr("still reach the client?"));
  EXPECT_EQ(scenario->matrix.parameters.size(), 4u);
  EXPECT_EQ(scenario->steps.size(), 7u);
  EXPECT_EQ(scenario->observe.size(), 5u);
  EXPECT_EQ(scenario->observe_source[4].first, "exit code");
  EXPECT_EQ(scenario->deadline, 120s);
  ASSERT_EQ(scenario->expect.size(), 1u);
  EXPECT_EQ(scenario->expect[0].values.size(), 2u);
  EXPECT_FALSE(scenario->wants_events);
}

TEST(LoadScenario, KeepsTheTypesOfABodysValues) {
  const auto scenario = LoadGood("standard-input.yaml");
  ASSERT_NE(scenario, nullptr);
  const auto& create = std::get<CallStep>(scenario->steps[0].action);
  EXPECT_EQ(create.request.method, "POST");
  EXPECT_EQ(std::get<JsonPayload>(create.request.payload).body["Cmd"],
            Json({"cat", "--announce-eof"}));
  const auto& read = std::get<ReadStep>(scenario->steps[5].action);
  EXPECT_TRUE(std::holds_alternative<ReadStep::UntilEnd>(read.until));
  EXPECT_EQ(read.within, 2s);
  EXPECT_EQ(scenario->expect_source[0]["exit code"], 0);
}

TEST(LoadScenario, ReadsWhatCasesShare) {
  const auto scenario = LoadGood("given.yaml");
  ASSERT_NE(scenario, nullptr);
  ASSERT_EQ(scenario->given.size(), 4u);
  ASSERT_EQ(scenario->steps.size(), 1u);
  EXPECT_EQ(scenario->given[1].where, "given[1]");
  EXPECT_EQ(scenario->steps[0].where, "steps[0]");
  EXPECT_EQ(scenario->given_parameters, (std::vector<std::string>{"kind", "ready"})) << "used in a template, asked about by a `when`";
  EXPECT_EQ(scenario->steps_source.size(), 5u) << "those of `given` first";
}

TEST(LoadScenario, ReadsNeedsAndHead) {
  const auto scenario = LoadGood("everything.yaml");
  ASSERT_NE(scenario, nullptr);
  EXPECT_EQ(scenario->alone, Scenario::Alone::kOnMachine);
  EXPECT_EQ(scenario->deadline, 90s);
  EXPECT_EQ(scenario->through->EvaluateText({}).value(), "tcp");
  ASSERT_EQ(scenario->needs.size(), 5u);
  EXPECT_EQ(scenario->needs[0].kind, Need::Kind::kApi);
  EXPECT_EQ(scenario->needs[0].api->Describe(), "1.41 or later");
  EXPECT_EQ(scenario->needs[1].text, "docker");
  EXPECT_EQ(scenario->needs[1].reason, "only there");
  EXPECT_EQ(scenario->needs[2].kind, Need::Kind::kDisposable);
  EXPECT_EQ(scenario->needs[3].kind, Need::Kind::kRegistry);
  EXPECT_EQ(scenario->needs[4].method, "GET");
  EXPECT_EQ(scenario->needs[4].path, "/swarm");
  EXPECT_EQ(scenario->needs[4].status, 200);
}

TEST(LoadScenario, ReadsAMatrixOfAnyValues) {
  const auto scenario = LoadGood("everything.yaml");
  ASSERT_NE(scenario, nullptr);
  const Matrix& matrix = scenario->matrix;
  ASSERT_EQ(matrix.parameters.size(), 4u);
  EXPECT_EQ(matrix.parameters[1].name, "Stop Signal");
  EXPECT_EQ(Json(matrix.parameters[1].values), Json({"SIGTERM", 15, nullptr, "absent"}));
  EXPECT_EQ(matrix.parameters[2].values[0], Json({{"Memory", 1}, {"Swap", 2.5}}));
  EXPECT_EQ(matrix.parameters[2].values[2], 16);
  EXPECT_EQ(matrix.combine, Matrix::Combine::kAll);
  EXPECT_EQ(LoadGood("standard-input.yaml")->matrix.combine, Matrix::Combine::kPairs);
  ASSERT_EQ(matrix.include.size(), 1u);
  EXPECT_EQ(matrix.include[0]["Stop Signal"], "SIGUSR1");
  ASSERT_EQ(matrix.exclude.size(), 2u);
}

TEST(LoadScenario, TakesAListForOneValueWhereTheMatrixHasIt) {
  const auto scenario = LoadGood("everything.yaml");
  ASSERT_NE(scenario, nullptr);
  const auto& exclude = scenario->matrix.exclude;
  EXPECT_EQ(exclude[0].parameters[1].second.size(), 2u);  // [15, null]: either
  EXPECT_EQ(Json(exclude[1].parameters[0].second), Json::parse("[[1, 2]]"));
}

const Step& StepNamed(const Scenario& scenario, std::string_view name) {
  for (const Step& step : scenario.steps) {
    if (step.name == name) return step;
  }
  ADD_FAILURE() << "no step " << name;
  return scenario.steps.front();
}

TEST(LoadScenario, ReadsWhatIsDoneToTheDaemonAndHowItIsStarted) {
  const auto scenario = LoadGood("everything.yaml");
  ASSERT_NE(scenario, nullptr);
  EXPECT_EQ(scenario->daemon, Json::parse(R"({"live-restore": true, "log-${Wait}": "${Limits}"})"));
  const auto& killed = std::get<EngineStep>(StepNamed(*scenario, "killed").action);
  EXPECT_EQ(killed.act.EvaluateText({}).value(), "kill");
  EXPECT_EQ(killed.within, 7s);
}

TEST(LoadScenario, TakesTheParameterForWhatIsDoneToTheDaemon) {
  const std::string head = "title: t\nquestion: q\nneeds: [{disposable: true}]\nobserve: {x: \"${engine.api}\"}\n";
  EXPECT_NE(LoadScenarioText("a/b.yaml", head + "matrix: {act: [kill, freeze]}\nsteps: [{engine: \"${act}\"}]\n").scenario, nullptr);
  EXPECT_EQ(LoadScenarioText("a/b.yaml", head + "matrix: {act: [kill, 1]}\nsteps: [{engine: \"${act}\"}]\n").scenario, nullptr);
}

std::string Text(const expect::Template& text) {
  return text.EvaluateText(Json::object()).value_or("(not a literal)");
}

TEST(LoadScenario, ReadsRequests) {
  const auto scenario = LoadGood("everything.yaml");
  ASSERT_NE(scenario, nullptr);
  const auto& create = std::get<CallStep>(StepNamed(*scenario, "box").action);
  EXPECT_EQ(create.within, 3s);
  ASSERT_EQ(create.request.query.size(), 5u);
  EXPECT_EQ(Text(create.request.query[1].second), "2");
  EXPECT_EQ(Text(create.request.query[2].second), "false");
  EXPECT_EQ(Text(create.request.query[3].second), "1.40");  // as written, not as a number
  EXPECT_EQ(create.request.headers[0].first, "X-Registry-Auth");
  EXPECT_EQ(Text(*create.request.api), "1.41");
  const auto& waiting = std::get<CallStep>(StepNamed(*scenario, "waiting").action);
  EXPECT_TRUE(waiting.background);
  EXPECT_EQ(Text(*waiting.request.api), "none");
  EXPECT_EQ(waiting.within, 60s);
}

TEST(LoadScenario, PollsWhatTheCallsOwnAnswerShows) {
  const auto scenario = LoadGood("everything.yaml");
  ASSERT_NE(scenario, nullptr);
  const auto& after = std::get<CallStep>(StepNamed(*scenario, "after").action);
  ASSERT_TRUE(after.until.has_value());
  EXPECT_EQ(after.until->value.text(), "after.body.State.Status");
  EXPECT_EQ(after.until->every, 100ms);
  EXPECT_TRUE(after.until->predicate.Holds(Json("dead")));
  EXPECT_FALSE(after.until->predicate.Holds(Json("running")));
}

TEST(LoadScenario, UpgradesWhatIsPostedUnlessToldOtherwise) {
  const auto scenario = LoadGood("everything.yaml");
  ASSERT_NE(scenario, nullptr);
  EXPECT_EQ(Text(*std::get<OpenStep>(StepNamed(*scenario, "client").action).upgrade), "tcp");
  const auto& watcher = std::get<OpenStep>(StepNamed(*scenario, "watcher").action);
  EXPECT_FALSE(watcher.upgrade.has_value());
  EXPECT_TRUE(watcher.background);
  EXPECT_EQ(watcher.within, 1s);
  EXPECT_TRUE(std::get<OpenStep>(StepNamed(*scenario, "odd").action).upgrade->whole());
  const Loaded get = LoadSteps("  - {open: GET /events, as: e}\n");
  ASSERT_NE(get.scenario, nullptr);
  EXPECT_FALSE(std::get<OpenStep>(get.scenario->steps[0].action).upgrade.has_value());
}

TEST(LoadScenario, ReadsArchives) {
  const auto scenario = LoadGood("everything.yaml");
  ASSERT_NE(scenario, nullptr);
  const auto found =
      std::find_if(scenario->steps.rbegin(), scenario->steps.rend(), [](const Step& step) {
        const auto* call = std::get_if<CallStep>(&step.action);
        return call && std::holds_alternative<TarPayload>(call->request.payload);
      });
  ASSERT_NE(found, scenario->steps.rend());
  const auto& tar = std::get<TarPayload>(std::get<CallStep>(found->action).request.payload);
  EXPECT_EQ(tar.blocking_factor, 20);
  const auto& files = tar.files;
  ASSERT_EQ(files.size(), 4u);
  EXPECT_EQ(files[0].mode, 0600);
  EXPECT_TRUE(files[1].folder);
  EXPECT_EQ(files[1].mode, 0755);
  EXPECT_EQ(files[2].from, "files/small.txt");
  EXPECT_EQ(files[3].link, "copy");
  EXPECT_EQ(files[3].mode, 0644);
}

TEST(LoadScenario, ReadsTheOtherSteps) {
  const auto scenario = LoadGood("everything.yaml");
  ASSERT_NE(scenario, nullptr);
  const auto& death = std::get<AwaitEventStep>(StepNamed(*scenario, "death").action);
  EXPECT_EQ(death.action, "die");
  EXPECT_EQ(death.count, 2);
  EXPECT_EQ(death.within, 4s);
  EXPECT_EQ(std::get<SleepStep>(StepNamed(*scenario, "pause").action).duration.whole()->text(),
            "Wait");
  const auto& steps = scenario->steps;
  const auto group = std::find_if(steps.begin(), steps.end(), [](const Step& step) {
    return std::holds_alternative<ConcurrentlyStep>(step.action);
  });
  ASSERT_NE(group, steps.end());
  const auto& calls = std::get<ConcurrentlyStep>(group->action).steps;
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].name, "left");
  EXPECT_EQ(calls[1].where, group->where + ".concurrently[1]");
  EXPECT_TRUE(calls[1].when.has_value());
  EXPECT_EQ(std::get<BytesPayload>(std::get<CallStep>(calls[1].action).request.payload).bytes,
            std::string("\0\1\2", 3));
  EXPECT_TRUE(scenario->wants_events);
}

TEST(LoadScenario, ReadsWhatIsKnownToVary) {
  const auto scenario = LoadGood("everything.yaml");
  ASSERT_NE(scenario, nullptr);
  ASSERT_EQ(scenario->varies.size(), 1u);
  const KnownToVary& row = scenario->varies[0];
  EXPECT_EQ(row.on, std::vector<std::string>{"podman"});
  EXPECT_TRUE(row.when.Matches({{"Tty", false}}));
  EXPECT_FALSE(row.when.Matches({{"Tty", true}}));
  EXPECT_EQ(row.of, (std::vector<std::string>{"order", "lines"}));
  EXPECT_EQ(Json(row.values), Json::parse(R"([["start", "die"], ["die", "start"]])"));
  EXPECT_EQ(row.because, "it tells of both from different processes");
}

TEST(LoadScenario, SplicesIncludedStepsWithTheirParameters) {
  const auto scenario = LoadGood("everything.yaml");
  ASSERT_NE(scenario, nullptr);
  const Step& start = StepNamed(*scenario, "started");
  EXPECT_EQ(start.where, "lib/run.yaml: steps[0]");
  const auto& call = std::get<CallStep>(start.action);
  EXPECT_EQ(call.within, 250ms);
  EXPECT_EQ(call.request.path.paths()[0]->text(), "box.body.Id");
  EXPECT_EQ(std::get<JsonPayload>(call.request.payload).body,
            Json::parse(R"({"Labels": {"a": ["b"]}, "First": "b", "Kept": "$${name}",
                            "Text": "labels {\"a\":[\"b\"]} at started"})"));
  const Step* next = &start + 1;
  EXPECT_EQ(std::get<CallStep>(next->action).request.path.paths()[0]->text(), "started.status");
  const auto& files =
      std::get<TarPayload>(std::get<CallStep>((next + 1)->action).request.payload).files;
  EXPECT_EQ(files[0].from, "files/small.txt");  // lib/../files, as the executor looks for it
}

TEST(LoadScenario, GivesTheConditionOfAnInclusionToEachOfItsSteps) {
  const auto scenario = LoadGood("everything.yaml");
  ASSERT_NE(scenario, nullptr);
  const Step& start = StepNamed(*scenario, "started");
  const Step& next = *(&start + 1);
  EXPECT_TRUE(start.when->Matches({{"Tty", false}, {"Wait", "1s"}}));
  EXPECT_FALSE(next.when->Matches({{"Tty", false}, {"Wait", "1s"}}));
  EXPECT_TRUE(next.when->Matches({{"Tty", true}, {"Wait", "1s"}}));
  const auto index = static_cast<size_t>(&next - scenario->steps.data());
  EXPECT_EQ(scenario->steps_source[index]["when"], Json({{"Tty", true}, {"Wait", "1s"}}));
  EXPECT_EQ(scenario->steps_source.size(), scenario->steps.size());
}

TEST(LoadScenario, HashesTheFileAndWhatItIncludes) {
  const fs::path folder = fs::path(::testing::TempDir()) / "plimsoll-hash";
  const auto hash = [&](const std::string& steps, const std::string& included) {
    EXPECT_TRUE(WriteFileWhole((folder / "inc.yaml").string(), included));
    const Loaded loaded = LoadScenarioText((folder / "main.yaml").string(), WithSteps(steps));
    EXPECT_EQ(Rendered(loaded), "");
    return loaded.scenario ? loaded.scenario->source_hash : "";
  };
  const std::string steps = "  - include: inc.yaml\n";
  const std::string included = "steps: [{call: GET /info}]\n";
  const std::string first = hash(steps, included);
  EXPECT_EQ(first.size(), 16u);
  EXPECT_EQ(hash(steps, included), first);
  EXPECT_NE(hash(steps + "# more\n", included), first);
  EXPECT_NE(hash(steps, included + "# more\n"), first);
  fs::remove_all(folder);
}

TEST(LoadScenario, FollowsAnchorsAliasesAndMergeKeys) {
  const auto scenario = LoadGood("anchors.yaml");
  ASSERT_NE(scenario, nullptr);
  const auto& second = std::get<CallStep>(scenario->steps[1].action);
  EXPECT_EQ(std::get<JsonPayload>(second.request.payload).body,
            Json::parse(R"({"Image": "${image.probe}", "Tty": true,
                            "Labels": {"a": "1", "b": "3", "<<": "quoted"}})"));
}

TEST(LoadScenario, ReadsJsonWithItsOwnEscapes) {
  const auto scenario = LoadGood("plain.json");
  ASSERT_NE(scenario, nullptr);
  EXPECT_EQ(scenario->title, "JSON is YAML: \xf0\x9f\x90\xb3 and \\ud83d\\udc33");
  EXPECT_EQ(scenario->id, "good/plain");
}

TEST(LoadScenario, SkipsAByteOrderMarkAndWindowsLineEnds) {
  std::string text = "\xef\xbb\xbf" + WithSteps("  - call: GET /info\n    as: info\n");
  text = std::regex_replace(text, std::regex("\n"), "\r\n");
  const Loaded loaded = LoadScenarioText("area/file.yaml", text);
  EXPECT_EQ(Rendered(loaded), "");
  ASSERT_NE(loaded.scenario, nullptr);
  EXPECT_EQ(loaded.scenario->steps[0].name, "info");
  EXPECT_EQ(loaded.scenario->area, "area");
}

TEST(LoadScenario, TypesScalarsAsTheCoreSchemaOfYaml12Does) {
  const Loaded loaded = LoadSteps(R"(
  - call: POST /x
    body:
      texts: [yes, no, on, off, "1", 'true', 1.2.3, 0b1, 1_000, 12:30, "", -, .5.]
      numbers: [0, -1, +7, 0o17, 0x1F, 1.5, -.5, 1e3, 2., 18446744073709551615, 012]
      booleans: [true, False, TRUE]
      nulls: [null, ~, Null, ]
      nothing: {a: }
)");
  EXPECT_EQ(Rendered(loaded), "");
  ASSERT_NE(loaded.scenario, nullptr);
  const auto& call = std::get<CallStep>(loaded.scenario->steps[0].action);
  const Json& body = std::get<JsonPayload>(call.request.payload).body;
  for (const Json& text : body["texts"]) EXPECT_TRUE(text.is_string()) << text;
  EXPECT_EQ(body["numbers"], Json::parse("[0, -1, 7, 15, 31, 1.5, -0.5, 1000.0, 2.0, "
                                         "18446744073709551615, 12]"));
  EXPECT_EQ(body["booleans"], Json({true, false, true}));
  EXPECT_EQ(body["nulls"], Json({nullptr, nullptr, nullptr}));
  EXPECT_EQ(body["nothing"]["a"], nullptr);
}

TEST(LoadScenario, NamesTheAreaAfterTheFolderEvenWhereThePathHasNone) {
  const Loaded loaded = LoadScenarioText("file.yaml", WithSteps("  - call: GET /info\n"));
  ASSERT_NE(loaded.scenario, nullptr);
  EXPECT_EQ(loaded.scenario->area, fs::current_path().filename().string());
}

TEST(LoadScenario, TellsWhyAFileCannotBeRead) {
  EXPECT_THAT(Rendered(LoadScenario(kTestData + "bad")),
              "bad: error: this is a folder, not a file\n\n");
  EXPECT_THAT(Rendered(LoadScenario(kTestData + "none.yaml")),
              "none.yaml: error: this file does not exist\n\n");
  EXPECT_THAT(Rendered(LoadScenario("/dev/zero")),
              "/dev/zero: error: this is not a regular file\n\n");
}

TEST(LoadScenario, WantsEventsWhereAnObservationLooksAtThem) {
  const std::string text =
      "title: t\nquestion: q\nsteps: [{call: GET /info}]\nobserve: {e: \"${events.actions}\"}\n";
  const Loaded loaded = LoadScenarioText("a/b.yaml", text);
  ASSERT_NE(loaded.scenario, nullptr);
  EXPECT_TRUE(loaded.scenario->wants_events);
}

TEST(LoadScenario, RefusesInclusionsThatAreTooDeep) {
  const fs::path folder = fs::path(::testing::TempDir()) / "plimsoll-deep-includes";
  for (int i = 1; i <= 10; ++i) {
    ASSERT_TRUE(WriteFileWhole((folder / fmt::format("{}.yaml", i)).string(),
                               fmt::format("steps: [{{include: {}.yaml}}]\n", i + 1)));
  }
  const Loaded loaded =
      LoadScenarioText((folder / "main.yaml").string(), WithSteps("  - include: 1.yaml\n"));
  fs::remove_all(folder);
  ASSERT_EQ(loaded.diagnostics.size(), 1u);
  EXPECT_EQ(loaded.diagnostics[0].message, "inclusions go at most 8 files deep");
  EXPECT_THAT(loaded.diagnostics[0].place.source->name(), HasSubstr("8.yaml"));
}

TEST(LoadScenario, RefusesInclusionsThatMultiply) {
  const fs::path folder = fs::path(::testing::TempDir()) / "plimsoll-many-includes";
  std::string steps;
  for (int i = 0; i < 20; ++i) steps += "  - include: next.yaml\n    with: {x: \"${x}${x}${x}\"}\n";
  const auto file = [&](int i) { return (folder / fmt::format("{}.yaml", i)).string(); };
  for (int i = 0; i < 8; ++i) {
    const std::string next =
        std::regex_replace(steps, std::regex("next"), fmt::format("{}", i + 1));
    ASSERT_TRUE(WriteFileWhole(
        file(i), "parameters: [x]\nsteps:\n" + (i < 7 ? next : "  - call: GET /${x}\n")));
  }
  const auto start = std::chrono::steady_clock::now();
  const Loaded loaded = LoadScenarioText((folder / "main.yaml").string(),
                                         WithSteps("  - include: 0.yaml\n    with: {x: 123}\n"));
  EXPECT_LT(std::chrono::steady_clock::now() - start, 20s);
  fs::remove_all(folder);
  EXPECT_EQ(loaded.scenario, nullptr);
}

TEST(LoadScenario, SurvivesTextThatIsBuiltToHurt) {
  const std::string deep_flow(100'000, '[');
  std::string deep_block;
  for (int i = 0; i < 3000; ++i) deep_block += "- ";
  std::string anchors = "a0: &a0 [x]\n";
  for (int i = 1; i < 300; ++i) anchors += fmt::format("a{}: &a{} [*a{}]\n", i, i, i - 1);
  std::string keys;
  for (int i = 0; i < 2000; ++i) keys += fmt::format("k{}: 1\n", i);
  for (const std::string& text :
       {deep_flow, deep_block, anchors, keys, std::string("&a [*a]"), std::string("\"\\"),
        std::string("? "), std::string("{"), std::string("!!!"), std::string("%YAML 9.9\n---\n"),
        std::string("'"), std::string("a: |99\n x"), std::string("- -\n-")}) {
    const Loaded loaded = LoadScenarioText("x/hurt.yaml", text);
    EXPECT_EQ(loaded.scenario, nullptr);
    EXPECT_THAT(loaded.diagnostics, ::testing::Not(IsEmpty())) << text.substr(0, 40);
  }
}

TEST(When, MatchesByEqualityOfJsonValues) {
  const When when{{{"Tty", {true}}, {"Stop", {"absent", 15}}}};
  EXPECT_TRUE(when.Matches({{"Tty", true}, {"Stop", 15.0}, {"Other", 1}}));
  EXPECT_TRUE(when.Matches({{"Tty", true}, {"Stop", "absent"}}));
  EXPECT_TRUE(when.Matches({{"Tty", true}, {"Stop", expect::AbsentMarker()}}));
  EXPECT_FALSE(when.Matches({{"Tty", "true"}, {"Stop", 15}}));
  EXPECT_FALSE(when.Matches({{"Tty", true}}));
  EXPECT_TRUE(When().Matches(Json::object()));
}

TEST(FindScenarioFiles, FindsThemSortedAndSkipsLib) {
  const auto found = FindScenarioFiles({kTestData + "good", kTestData + "good/anchors.yaml"});
  ASSERT_TRUE(found);
  std::vector<std::string> names;
  for (const std::string& path : *found) names.push_back(path.substr(kTestData.size()));
  EXPECT_THAT(names, ElementsAre("good/anchors.yaml", "good/everything.yaml", "good/given.yaml", "good/plain.json",
                                 "good/standard-input.yaml"));
}

TEST(FindScenarioFiles, TakesANamedFileWhateverItIsCalled) {
  const auto found = FindScenarioFiles({kTestData + "good/lib/run.yaml"});
  ASSERT_TRUE(found);
  EXPECT_THAT(*found, ElementsAre(kTestData + "good/lib/run.yaml"));
}

TEST(FindScenarioFiles, FailsForAPathThatIsNotThere) {
  const auto found = FindScenarioFiles({"nowhere/at/all"});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().what, "nowhere/at/all does not exist");
}

}  // namespace
}  // namespace plimsoll::scenario
