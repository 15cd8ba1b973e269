#include "report/probe_pages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "report/escape.h"

namespace plimsoll::report {
namespace {

using mutate::AnswerClass;
using mutate::FoundClass;
using mutate::Probed;

constexpr size_t kLongestScript = 12 * 1024;
constexpr size_t kLongestBodyShown = 4 * 1024;
constexpr int kProbeFormat = 1;

using Group = std::vector<const Probed*>;  // of one operation

std::vector<Group> ByOperation(const std::vector<Probed>& all) {
  std::vector<Group> groups;
  for (const Probed& probed : all) {
    if (groups.empty() || groups.back().front()->operation != probed.operation) groups.emplace_back();
    groups.back().push_back(&probed);
  }
  return groups;
}

std::string CommandOf(const Probed& probed) {
  return fmt::format("plimsoll probe {} --seed {} --budget {} --engine {}", ShellWord(probed.operation), probed.seed, probed.budget,
                     probed.engine);
}

size_t FindingCount(const Probed& probed) {
  return static_cast<size_t>(std::ranges::count_if(probed.classes, &FoundClass::finding));
}

// What the engine sees of the smallest request, as far as it can be shown: the trial's own exchange.
const journal::Exchange* TrialExchange(const FoundClass& found) {
  for (const journal::Exchange& exchange : found.record.exchanges) {
    if (exchange.name == "trial") return &exchange;
  }
  return nullptr;
}

// "" where curl's script would leave the request out.
std::string ScriptOf(const Probed& probed, const FoundClass& found) {
  journal::Journal journal;
  journal::ScenarioRecord scenario;
  scenario.id = "probe";
  scenario.title = fmt::format("{} with {}: {}", probed.operation, mutate::Text(found.smallest), mutate::Text(found.answer));
  scenario.title = Abridged(scenario.title, 300);
  // Whatever is written here is no id that the engine made up.
  const journal::Exchange* trial = TrialExchange(found);
  if (trial == nullptr) return "";
  scenario.steps = Json::array({mutate::Text(found.smallest)});
  if (const Json* body = std::get_if<Json>(&found.smallest.body)) scenario.steps.push_back(*body);
  for (const auto& [name, value] : found.smallest.query) scenario.steps.push_back(value);
  for (const auto& [name, value] : found.smallest.path_values) scenario.steps.push_back(value);
  journal.scenarios.push_back(std::move(scenario));
  journal::CaseRecord record = found.record;
  record.id = "probe@" + probed.engine;
  record.scenario = "probe";
  record.engine = probed.engine;
  std::string script = Reproduction(record, journal);
  const bool whole = script.find("plimsoll run --engine") == std::string::npos && script.size() <= kLongestScript;
  return whole ? script : "";
}

std::string EngineHead(const Probed& probed) {
  std::string out = fmt::format("{} trials, {} requests in all, {} classes of answers, {} findings", probed.trials.size(), probed.requests,
                                probed.classes.size(), FindingCount(probed));
  if (probed.deaths > 0) out += fmt::format("; the engine died {} times", probed.deaths);
  out += ".";
  if (!probed.stopped.empty()) out += " Stopped early: " + MdText(Abridged(probed.stopped, 300)) + ".";
  return out;
}

std::string FindingText(const Probed& probed, const FoundClass& found) {
  std::string out = fmt::format("#### {}\n\n", MdText(Text(found.answer)));
  out += fmt::format("{} of {} trials{}. The smallest request found: {}\n\n", found.count, probed.trials.size(),
                     found.came_again ? "" : "; **not again when sent once more**", MdCode(mutate::Text(found.smallest)));
  if (!found.example.empty()) out += fmt::format("In the engine's words: {}\n\n", MdCode(Abridged(found.example, 500)));
  out += fmt::format("Changed: {}\n\n", MdText(fmt::format("{}", fmt::join(found.changes, " | "))));
  const std::string script = ScriptOf(probed, found);
  if (script.empty()) {
    out += fmt::format("The request does not fit a script; again with {}\n\n", MdCode(CommandOf(probed)));
  } else {
    out += fmt::format("<details><summary>Reproduction</summary>\n\n{}\n</details>\n\n", MdFence("sh", script));
  }
  return out;
}

std::string ClassTable(const Probed& probed) {
  std::string out = "| answer | trials | smallest request |\n|---|---|---|\n";
  for (const FoundClass& found : probed.classes) {
    if (found.finding) continue;
    out += fmt::format("| {} | {} | {} |\n", MdText(Text(found.answer)), found.count, MdCode(mutate::Text(found.smallest)));
  }
  return out + "\n";
}

// Only of engines that were asked the same.
bool SameTrials(const Group& group) {
  const auto changes = [](const Probed& probed) {
    std::vector<std::string> out;
    for (const auto& trial : probed.trials) out.push_back(trial.changes);
    return out;
  };
  return group.size() > 1 && std::ranges::all_of(group, [&](const Probed* probed) { return changes(*probed) == changes(*group.front()); });
}

struct Side {
  std::vector<size_t> classes;  // one of each engine
  size_t count = 0;
  std::string example;  // the shortest
};

std::vector<Side> SideBySide(const Group& group) {
  std::vector<Side> sides;
  for (size_t i = 0; i < group.front()->trials.size(); ++i) {
    std::vector<size_t> classes;
    for (const Probed* probed : group) classes.push_back(probed->trials[i].found);
    auto side = std::ranges::find(sides, classes, &Side::classes);
    if (side == sides.end()) side = sides.insert(sides.end(), Side{classes, 0, group.front()->trials[i].changes});
    ++side->count;
    const std::string& changes = group.front()->trials[i].changes;
    if (changes.size() < side->example.size()) side->example = changes;
  }
  std::ranges::stable_sort(sides, std::greater(), &Side::count);
  return sides;
}

std::string SideTable(const Group& group) {
  if (!SameTrials(group)) {
    return group.size() > 1 ? "The engines speak different versions of the API, or one was not asked everything: their trials are not the same.\n\n" : "";
  }
  std::string out = "## Side by side\n\nThe same trials to each engine.\n\n| trials |";
  std::string line = "|---|";
  for (const Probed* probed : group) {
    out += " " + MdText(probed->engine) + " |";
    line += "---|";
  }
  out += " for instance |\n" + line + "---|\n";
  for (const Side& side : SideBySide(group)) {
    out += fmt::format("| {} |", side.count);
    for (size_t i = 0; i < group.size(); ++i) out += " " + MdText(Text(group[i]->classes[side.classes[i]].answer)) + " |";
    out += " " + MdCode(side.example) + " |\n";
  }
  return out + "\n";
}

std::string PageOf(const Group& group) {
  const Probed& first = *group.front();
  std::string out = fmt::format("# {}\n\n`{}`, probed with the seed {} and a budget of {}.\n\n", MdText(first.operation), first.id, first.seed, first.budget);
  for (const Probed* probed : group) {
    out += fmt::format("## {}\n\n{}\n\n", MdText(probed->engine), EngineHead(*probed));
    if (FindingCount(*probed) > 0) out += "### Findings\n\n";
    for (const FoundClass& found : probed->classes) {
      if (found.finding) out += FindingText(*probed, found);
    }
    out += "### Other answers\n\n" + ClassTable(*probed);
  }
  return out + SideTable(group);
}

std::string FrontPage(const std::vector<Group>& groups) {
  std::string out = "# What odd requests show\n\nMade by `plimsoll probe`. A finding is a 5xx, no answer, a closed connection, no HTTP, or the end of the engine.\n\n";
  out += "| operation | engine | trials | classes | findings |\n|---|---|---|---|---|\n";
  for (const Group& group : groups) {
    for (const Probed* probed : group) {
      const std::string stopped = probed->stopped.empty() ? "" : " (stopped: " + MdText(Abridged(probed->stopped, 120)) + ")";
      out += fmt::format("| [{}]({}.md) | {} | {}{} | {} | {} |\n", MdText(probed->operation), FileName(probed->id), MdText(probed->engine),
                         probed->trials.size(), stopped, probed->classes.size(), FindingCount(*probed));
    }
  }
  return out;
}

Json RequestJson(const FoundClass& found) {
  const journal::Exchange* trial = TrialExchange(found);
  if (trial == nullptr) return Json();
  Json headers = Json::array();
  for (const http::Header& header : trial->request_headers) headers.push_back({header.name, header.value});
  Json request = {{"text", mutate::Text(found.smallest)}, {"method", trial->method}, {"target", found.smallest.path}, {"headers", headers}};
  request["query"] = found.smallest.query;
  const std::string& body = trial->request_body.kept;
  request["body_size"] = trial->request_body.size;
  if (body.size() > kLongestBodyShown) return request;
  if (const Json* json = std::get_if<Json>(&found.smallest.body)) request["body"] = *json;
  else request["body_base64"] = Base64(body);
  return request;
}

Json ClassJson(const Probed& probed, const FoundClass& found) {
  Json json = {{"answer", Text(found.answer)}, {"status", found.answer.status}, {"message", found.answer.message}, {"finding", found.finding},
               {"trials", found.count},        {"came_again", found.came_again}, {"changes", found.changes}, {"request", RequestJson(found)}};
  if (!found.answer.after.empty()) json["after"] = found.answer.after;
  if (found.finding) json["reproduction"] = ScriptOf(probed, found);
  return json;
}

Json ProbeJson(const std::vector<Probed>& all) {
  Json list = Json::array();
  for (const Probed& probed : all) {
    Json classes = Json::array();
    for (const FoundClass& found : probed.classes) classes.push_back(ClassJson(probed, found));
    list.push_back({{"operation", probed.operation}, {"id", probed.id}, {"engine", probed.engine}, {"api", probed.api}, {"seed", probed.seed},
                    {"budget", probed.budget}, {"trials", probed.trials.size()}, {"requests", probed.requests}, {"engine_died", probed.deaths},
                    {"stopped", probed.stopped}, {"classes", classes}});
  }
  return {{"format", kProbeFormat}, {"probed", list}};
}

}  // namespace

Files ProbePages(const std::vector<Probed>& all) {
  Files files;
  const std::vector<Group> groups = ByOperation(all);
  files["README.md"] = FrontPage(groups);
  for (const Group& group : groups) files[FileName(group.front()->id) + ".md"] = PageOf(group);
  files["probe.json"] = PrettyJson(ProbeJson(all));
  return files;
}

std::string ProbeText(const Probed& probed, ProbeShown shown) {
  std::string out = fmt::format("{} on {}: {} trials, {} requests, {} classes of answers, {} findings{}\n", probed.operation, probed.engine,
                                probed.trials.size(), probed.requests, probed.classes.size(), FindingCount(probed),
                                probed.stopped.empty() ? "" : "; stopped: " + Abridged(probed.stopped, 200));
  for (const FoundClass& found : probed.classes) {
    if (shown == ProbeShown::kFindings && !found.finding) continue;
    out += fmt::format("  {} {:4} {}\n            {}{}\n", found.finding ? "FINDING" : "       ", found.count, Printable(Text(found.answer)),
                       Printable(mutate::Text(found.smallest)), found.came_again ? "" : "  (not again when sent once more)");
  }
  return out;
}

}  // namespace plimsoll::report
