// JUnit XML in the dialect that Jenkins, GitLab and GitHub's test reporters read: testsuites >
// testsuite > testcase > failure | error | skipped. No times: the same findings give the same
// bytes.
#include <fmt/format.h>

#include <map>

#include "report/escape.h"
#include "report/pages.h"
#include "report/prose.h"
#include "report/report.h"

namespace plimsoll::report {
namespace {

using analyse::CaseFinding;
using analyse::Judgement;
using analyse::ScenarioFindings;
using analyse::Verdict;

struct Suite {
  size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  std::string cases;
};

// One line: what a list of failed tests shows.
std::string Message(const ScenarioFindings& scenario, const CaseFinding& finding) {
  for (const Judgement& judgement : finding.judgements) {
    if (!analyse::Fails(judgement.verdict)) continue;
    if (judgement.verdict == Verdict::kDeviationGone) {
      return fmt::format("{} conforms now: remove the known deviation", judgement.observation);
    }
    return fmt::format("{} (expected: {})",
                       Statement(judgement.observation, judgement.actual,
                                 IsYesOrNo(scenario, judgement.observation), Markup::kPlain),
                       judgement.expected);
  }
  const std::string_view name = analyse::Name(finding.verdict);
  return finding.reason.empty() ? std::string(name) : fmt::format("{}: {}", name, finding.reason);
}

std::string Outcome(const ScenarioFindings& scenario, const CaseFinding& finding,
                    const journal::Journal& journal, Suite& suite) {
  if (finding.verdict == Verdict::kUnsupported) {
    ++suite.skipped;
    return fmt::format("<skipped message=\"{}\"/>", XmlText(Flat(finding.reason)));
  }
  if (!analyse::Fails(finding.verdict)) return "";
  const bool error = finding.verdict == Verdict::kHarnessError;
  ++(error ? suite.errors : suite.failures);
  const std::string_view element = error ? "error" : "failure";
  return fmt::format("<{} type=\"{}\" message=\"{}\">{}</{}>", element,
                     XmlText(analyse::Name(finding.verdict)),
                     XmlText(Flat(Message(scenario, finding))),
                     XmlText(FailureText(scenario, finding, journal)), element);
}

void Add(const ScenarioFindings& scenario, const CaseFinding& finding,
         const journal::Journal& journal, Suite& suite) {
  ++suite.tests;
  const std::string outcome = Outcome(scenario, finding, journal, suite);
  const std::string parameters = ParametersText(scenario, finding.parameters, Markup::kPlain);
  const std::string title =
      fmt::format("{}{} on {}", Flat(scenario.title),
                  parameters.empty() ? "" : " [" + parameters + "]", finding.engine);
  suite.cases += fmt::format("    <testcase classname=\"{}\" name=\"{}\"", XmlText(scenario.id),
                             XmlText(title));
  suite.cases += outcome.empty() ? "/>\n" : fmt::format(">\n      {}\n    </testcase>\n", outcome);
}

}  // namespace

std::string JunitXml(const analyse::Findings& findings, const journal::Journal& journal) {
  std::map<std::pair<std::string, std::string>, Suite> suites;  // by area and engine
  for (const ScenarioFindings& scenario : findings.scenarios) {
    for (const CaseFinding& finding : scenario.cases) {
      Add(scenario, finding, journal, suites[{scenario.area, finding.engine}]);
    }
  }
  Suite all;
  std::string body;
  for (const auto& [key, suite] : suites) {
    body += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"{}\">\n{}  "
        "</testsuite>\n",
        XmlText(fmt::format("{} on {}", key.first, key.second)), suite.tests, suite.failures,
        suite.errors, suite.skipped, suite.cases);
    all.tests += suite.tests;
    all.failures += suite.failures;
    all.errors += suite.errors;
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuites name=\"plimsoll\" tests=\"{}\" failures=\"{}\" "
      "errors=\"{}\">\n{}</testsuites>\n",
      all.tests, all.failures, all.errors, body);
}

}  // namespace plimsoll::report
