#include "cli/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "analyse/analyse.h"
#include "base/text.h"

namespace plimsoll::cli {
namespace {

constexpr auto kRedraw = std::chrono::milliseconds(200);
constexpr auto kPlainEvery = std::chrono::seconds(5);

// The scenario and engine records that one case needs to be judged.
journal::Journal Alone(const journal::Journal& skeleton, const journal::CaseRecord& record) {
  journal::Journal journal;
  journal.run = skeleton.run;
  if (const auto* engine = skeleton.FindEngine(record.engine)) journal.engines.push_back(*engine);
  if (const auto* scenario = skeleton.FindScenario(record.scenario))
    journal.scenarios.push_back(*scenario);
  journal.cases.push_back(record);
  return journal;
}

}  // namespace

Progress::Progress(journal::Journal skeleton)
    : skeleton_(std::move(skeleton)),
      terminal_(isatty(STDERR_FILENO) != 0),
      started_(Now()),
      drawn_(started_) {
  for (journal::ScenarioRecord& scenario : skeleton_.scenarios) scenario.sweep.clear();  // no single case settles one
}

Progress::~Progress() { Draw(true); }

void Progress::CaseStarted(const plan::Case& plan_case) {
  running_.insert(plan_case.id);
  put_off_.erase(plan_case.id);
  Draw(false);
}

void Progress::CasePutOff(const plan::Case& plan_case) {
  running_.erase(plan_case.id);
  put_off_.insert(plan_case.id);
  Draw(false);
}

void Progress::CaseEnded(const plan::Case& plan_case, const journal::CaseRecord& record) {
  running_.erase(plan_case.id);
  ++done_;
  if (const auto findings = analyse::Analyse(Alone(skeleton_, record));
      findings && !findings->scenarios.empty()) {
    ++verdicts_[std::string(analyse::Name(findings->scenarios[0].verdict))];
  }
  Draw(false);
}

std::string Progress::Line() const {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(Now() - started_).count();
  std::string line =
      fmt::format("{}/{} cases, {} running, {} s", done_, total_, running_.size(), seconds);
  if (!put_off_.empty()) line += fmt::format(", {} to be run again", put_off_.size());
  for (const auto& [name, count] : verdicts_) line += fmt::format(", {} {}", count, name);
  return line;
}

void Progress::Draw(bool last) {
  const auto now = Now();
  if (!last && now - drawn_ < (terminal_ ? Duration(kRedraw) : Duration(kPlainEvery))) return;
  drawn_ = now;
  if (!terminal_) {
    fmt::print(stderr, "{}\n", Line());
    return;
  }
  std::string line = Line();
  if (!last && !running_.empty()) line += ": " + Abridged(*running_.begin(), 40);
  fmt::print(stderr, "\r\x1b[K{}{}", line, last ? "\n" : "");
  std::fflush(stderr);
}

}  // namespace plimsoll::cli
