// harness/docs/scenario-format.md is true to the loader: its examples load, and no key is left out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>

#include "base/text.h"
#include "scenario/keys.h"
#include "scenario/load_scenario.h"
#include "scenario/views.h"

namespace plimsoll::scenario {
namespace {

const std::string& Page() {
  static const std::string page =
      ReadFile(PLIMSOLL_SOURCE_DIR "/harness/docs/scenario-format.md").value_or("");
  return page;
}

std::vector<std::string> Examples() {
  static constexpr std::string_view kBegin = "```yaml\n";
  std::vector<std::string> examples;
  for (size_t at = Page().find(kBegin); at != std::string::npos; at = Page().find(kBegin, at)) {
    at += kBegin.size();
    examples.push_back(Page().substr(at, Page().find("```", at) - at));
  }
  return examples;
}

// Problems of a file made of the example and what it leaves out; "" where there are none.
std::string ProblemsOf(const std::string& text) {
  std::string all;
  for (const Diagnostic& diagnostic : LoadScenarioText("docs/example.yaml", text).diagnostics) {
    all += Render(diagnostic);
  }
  return all;
}

std::string Indented(const std::string& text) {
  return "  " + std::regex_replace(text, std::regex("\n(?=.)"), "\n  ");
}

constexpr char kHead[] = "title: t\nquestion: q\n";
constexpr char kSteps[] = R"(
steps:
  - call: POST /containers/create?a=${Tty}${StopSignal}${StdinOnce}
    as: box
)";
constexpr char kMatrix[] =
    "matrix: {Tty: [true, false], StopSignal: [SIGTERM], StdinOnce: [true, false]}\n";
constexpr char kObserve[] = "observe: {state: \"${box.status}\", exit code: \"${box.status}\"}\n";

TEST(ScenarioFormatPage, ShowsExamplesThatLoad) {
  size_t whole = 0;
  for (const std::string& example : Examples()) {
    if (example.starts_with("title:")) {
      EXPECT_EQ(ProblemsOf(example), "");
      ++whole;
    } else if (example.starts_with("needs:")) {
      EXPECT_EQ(ProblemsOf(kHead + example + kMatrix + kSteps + kObserve), "");
    } else if (example.starts_with("expect:") || example.starts_with("known-deviations:")) {
      EXPECT_EQ(ProblemsOf(std::string(kHead) + kMatrix + kSteps + kObserve + example), "");
    } else if (example.starts_with("- ") && !example.starts_with("- include:")) {
      EXPECT_EQ(ProblemsOf(std::string(kHead) + kMatrix + kSteps + Indented(example) + kObserve),
                "");
    }
  }
  EXPECT_GE(whole, 1u);
}

TEST(ScenarioFormatPage, ShowsAMatrixThatLoads) {
  for (const std::string& example : Examples()) {
    if (!example.starts_with("matrix:") || example.find("given:") != std::string::npos) continue;
    EXPECT_EQ(ProblemsOf(kHead + example +
                         "steps: [{call: \"GET /?a=${Tty}${StopSignal}${Memory Limits}\"}]\n"
                         "observe: {spoken: \"${engine.api}\"}\n"),
              "");
  }
}

TEST(ScenarioFormatPage, ShowsAGivenThatLoads) {
  size_t shown = 0;
  for (const std::string& example : Examples()) {
    if (example.find("given:") == std::string::npos) continue;
    ++shown;
    EXPECT_EQ(ProblemsOf(kHead + example + "observe: {status: \"${exec.status}\"}\n"), "");
  }
  EXPECT_EQ(shown, 1u);
}

TEST(ScenarioFormatPage, ShowsAnInclusionThatLoads) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "plimsoll-docs";
  std::string including;
  for (const std::string& example : Examples()) {
    if (example.starts_with("- include:")) including = example;
    if (!example.starts_with("# lib/run.yaml")) continue;
    ASSERT_TRUE(WriteFileWhole((folder / "lib/run.yaml").string(), example));
  }
  const Loaded loaded =
      LoadScenarioText((folder / "area/x.yaml").string(),
                       std::string(kHead) + "matrix: {Tty: [true, false]}\nsteps:\n" +
                           "  - {call: POST /networks/create, as: network}\n" +
                           Indented(including) + "observe: {status: \"${box.status}\"}\n");
  std::filesystem::remove_all(folder);
  for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << Render(diagnostic);
}

// Every word within `...` or a code block of the page: "mode", "half-close", "image.probe".
const std::set<std::string>& WordsInCode() {
  static const std::set<std::string> words = [] {
    std::set<std::string> all;
    const std::regex word("[A-Za-z_0-9.-]+");
    bool code = false;
    for (const std::string& span : Split(Page(), '`')) {
      if (code) {
        all.insert(std::sregex_token_iterator(span.begin(), span.end(), word),
                   std::sregex_token_iterator());
      }
      code = !code;
    }
    return all;
  }();
  return words;
}

void ExpectNamed(const Keys& keys) {
  for (const std::string& key : keys) {
    EXPECT_TRUE(WordsInCode().contains(key)) << "the page does not tell of `" << key << "`";
  }
}

TEST(ScenarioFormatPage, TellsOfEveryKey) {
  for (const Keys& keys : {ScenarioKeys(), NeedKeys(), Verbs(), PollingKeys(), ReadUntilKeys(),
                           TarFileKeys(), IncludedFileKeys(), ObservationKeys(), ExpectKeys(),
                           KnownDeviationKeys(), MatrixKeys(), FixedRoots()}) {
    ExpectNamed(keys);
  }
  for (const std::string& verb : Verbs()) ExpectNamed(StepKeys(verb));
}

TEST(ScenarioFormatPage, TellsOfEverythingThatATemplateSees) {
  for (const Keys& keys : {ExchangeView(), ReadingView(), MarkView()}) ExpectNamed(keys);
  for (const std::string& root : FixedRoots()) {
    for (const std::string& key : FixedView(root)) ExpectNamed({root + "." + key});
  }
}

}  // namespace
}  // namespace plimsoll::scenario
