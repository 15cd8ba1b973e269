#include "report/trace_scenario.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "base/text.h"
#include "report/escape.h"
#include "report/trace_steps.h"

namespace plimsoll::report {
namespace {

constexpr size_t kLongestCommand = 200;
constexpr int64_t kNanosOfSecond = 1'000'000'000;
constexpr int64_t kUsualDeadline = 60;  // seconds

// JSON with blanks, as a hand would write it into YAML, of which it is a part.
void AppendFlow(const OrderedJson& value, std::string& out) {
  if (!value.is_structured()) {
    out += value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace);
    return;
  }
  out += value.is_array() ? '[' : '{';
  bool first = true;
  for (const auto& [key, member] : value.items()) {
    if (!std::exchange(first, false)) out += ", ";
    if (value.is_object()) out += OrderedJson(key).dump(-1, ' ', false, OrderedJson::error_handler_t::replace) + ": ";
    AppendFlow(member, out);
  }
  out += value.is_array() ? ']' : '}';
}

std::string Flow(const OrderedJson& value) {
  std::string out;
  AppendFlow(value, out);
  return out;
}

std::string StepText(const TraceStep& step) {
  std::string text;
  for (const std::string& note : step.notes) text += fmt::format("  # {}\n", Printable(note));
  std::string_view before = "  - ";
  for (const auto& [key, value] : step.step.items()) {
    const bool plain = key == "as" || value.is_boolean();
    text += fmt::format("{}{}: {}\n", std::exchange(before, "    "), key, plain && value.is_string() ? value.get<std::string>() : Flow(value));
  }
  return text;
}

// What each call answers, and the exit codes that were waited for.
std::vector<std::pair<std::string, std::string>> Observed(const std::vector<TraceStep>& steps) {
  std::vector<std::pair<std::string, std::string>> observed;
  for (const TraceStep& step : steps) {
    const auto name = step.step.find("as");
    if (name == step.step.end()) continue;
    const std::string as = name->get<std::string>();
    observed.emplace_back(as + " answers", "${" + as + ".status}");
    const auto call = step.step.find("call");
    const bool waits = call != step.step.end() && call->get<std::string>().find("/wait") != std::string::npos;
    if (waits) observed.emplace_back(as + " says", "${" + as + ".body.StatusCode}");
  }
  return observed;
}

// A title is the same in every case, so `${` has no place in it.
std::string TitleOf(const std::vector<std::string>& command) {
  std::string title = "The calls of " + CommandText(command);
  for (size_t at = title.find("${"); at != title.npos; at = title.find("${")) title.insert(at + 1, " ");
  return title;
}

}  // namespace

std::string CommandText(const std::vector<std::string>& command) {
  std::vector<std::string> words;
  for (const std::string& word : command) words.push_back(ShellWord(Printable(word)));
  return Abridged(fmt::format("{}", fmt::join(words, " ")), kLongestCommand);
}

journal::ScenarioRecord ScenarioOfTrace(const journal::CaseRecord& record, const journal::EngineRecord& engine,
                                        const std::vector<std::string>& command) {
  journal::ScenarioRecord scenario;
  scenario.id = record.scenario;
  scenario.title = TitleOf(command);
  scenario.question = "Which calls does this command make?";
  const auto steps = StepsOfTrace(record, engine);
  for (const TraceStep& step : steps) {
    if (!step.step.empty()) scenario.steps.push_back(Json::parse(step.step.dump(-1, ' ', false, OrderedJson::error_handler_t::replace)));
  }
  for (const auto& [name, spec] : Observed(steps)) scenario.observe.emplace_back(name, spec);
  return scenario;
}

std::string TraceScenarioFile(const journal::CaseRecord& record, const journal::EngineRecord& engine,
                              const std::vector<std::string>& command) {
  const auto steps = StepsOfTrace(record, engine);
  std::string text = fmt::format(
      "# Made by `plimsoll trace --to-scenario` of a run on {}: what the client did, in its order, not what it is meant to show.\n"
      "title: {}\nquestion: {}\n",
      Printable(record.engine), Flow(TitleOf(command)), Flow("What does an engine answer to the calls of this command?"));
  const int64_t took = (record.ended - record.started) / kNanosOfSecond;
  if (3 * took > kUsualDeadline) text += fmt::format("deadline: {}s\n", 3 * took);
  const auto observed = Observed(steps);
  if (observed.empty()) {
    // A scenario has at least one step.
    return text + "# No call was traced; this one stands for them.\nsteps:\n  - call: GET /_ping\n    as: ping\nobserve:\n  ping answers: ${ping.status}\n";
  }
  text += "steps:\n";
  for (const TraceStep& step : steps) text += StepText(step);
  text += "observe:\n";
  for (const auto& [name, spec] : observed) text += fmt::format("  {}: {}\n", name, spec);
  return text;
}

}  // namespace plimsoll::report
