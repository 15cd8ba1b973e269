#include "report/clients_pages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "report/escape.h"
#include "report/prose.h"
#include "report/trace_page.h"

namespace plimsoll::report {
namespace {

using analyse::Done;
using analyse::OperationOutcome;
using analyse::Rightness;
using analyse::TaskOutcome;
using analyse::TaskWay;

constexpr size_t kMostCallsShown = 40;
constexpr size_t kLongestSaw = 160;

std::string_view Word(Done done) {
  switch (done) {
    case Done::kWorks: return "works";
    case Done::kPartly: return "partly";
    case Done::kFails: return "fails";
    case Done::kCannot: return "no way";
    case Done::kVaries: return "varies";
  }
  return "?";
}

std::string PageOf(const std::string& client) { return "clients/" + FileName(client) + ".md"; }

std::vector<const TaskOutcome*> OutcomesOf(const ClientReport& report, const std::string& client, const std::string& task) {
  std::vector<const TaskOutcome*> outcomes;
  for (const TaskOutcome& outcome : report.findings.tasks) {
    if (outcome.client == client && (task.empty() || outcome.task == task)) outcomes.push_back(&outcome);
  }
  return outcomes;
}

std::string WithoutName(std::string text, const TaskWay& way) { return analyse::WithoutMadeUpName(std::move(text), *way.record); }

bool HasOutcomes(const ClientReport& report, const notes::StudiedClient& client) { return !OutcomesOf(report, client.name, "").empty(); }

// "works", or "works on docker-20.10, fails on podman-4.3".
std::string Cell(const std::vector<const TaskOutcome*>& outcomes) {
  std::vector<std::string> parts;
  for (const TaskOutcome* outcome : outcomes) {
    if (std::ranges::all_of(outcomes, [&](const TaskOutcome* other) { return other->done == outcomes.front()->done; })) return std::string(Word(outcome->done));
    parts.push_back(fmt::format("{} on {}", Word(outcome->done), outcome->engine));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string MatrixTable(const ClientReport& report) {
  std::string head = "| task |", rule = "|---|", rows;
  for (const notes::StudiedClient& client : report.study.clients) {
    if (!HasOutcomes(report, client)) continue;
    head += fmt::format(" [{}]({}) |", MdText(client.name), PageOf(client.name));
    rule += "---|";
  }
  for (const notes::ClientTask& task : report.study.tasks) {
    rows += fmt::format("| {} |", MdText(task.title));
    for (const notes::StudiedClient& client : report.study.clients) {
      if (!HasOutcomes(report, client)) continue;
      const auto outcomes = OutcomesOf(report, client.name, task.name);
      rows += outcomes.empty() ? " |" : fmt::format(" [{}]({}#{}) |", MdText(Cell(outcomes)), PageOf(client.name), MdAnchor(task.title));
    }
    rows += "\n";
  }
  return head + "\n" + rule + "\n" + rows;
}

std::string CountsTable(const ClientReport& report) {
  std::string text = "| client | version | engine | works | partly | fails | no way | varies | calls that are not as described |\n|---|---|---|--:|--:|--:|--:|--:|--:|\n";
  for (const notes::StudiedClient& client : report.study.clients) {
    for (const std::string& engine : report.findings.engines) {
      std::map<Done, size_t> counts;
      size_t odd = 0;
      for (const TaskOutcome* outcome : OutcomesOf(report, client.name, "")) {
        if (outcome->engine != engine) continue;
        ++counts[outcome->done];
        for (const TaskWay& way : outcome->ways) odd += way.requests.list.size();
      }
      if (counts.empty()) continue;
      const auto version = report.versions.find(client.name);
      text += fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} | {} |\n", MdText(client.name), MdText(version == report.versions.end() ? "" : version->second), MdText(engine),
                          counts[Done::kWorks], counts[Done::kPartly], counts[Done::kFails], counts[Done::kCannot], counts[Done::kVaries], odd);
    }
  }
  return text;
}

// "exit code is `3`, not as wanted (is `7`)".
std::string PartText(const analyse::Part& part) {
  if (!part.saw) {
    return part.cannot.empty() ? fmt::format("{}: the program got no answer to it; wanted: {}", MdText(part.name), MdInline(part.wanted))
                               : fmt::format("{}: cannot be expressed: {}", MdText(part.name), MdText(part.cannot));
  }
  const std::string saw = MdCode(Abridged(CompactJson(*part.saw), kLongestSaw));
  return part.held ? fmt::format("{}: {}", MdText(part.name), saw) : fmt::format("**{}: {}**; wanted: {}", MdText(part.name), saw, MdInline(part.wanted));
}

// What went wrong, in a sentence.
std::string WhatFailed(const TaskWay& way) {
  if (!way.why.empty()) return MdText(Abridged(Flat(WithoutName(way.why, way)), 300));
  std::vector<std::string> parts;
  for (const analyse::Part& part : way.parts) {
    if (!part.held && (part.saw || part.cannot.empty())) parts.push_back(PartText(part));
  }
  return WithoutName(fmt::format("{}", fmt::join(parts, "; ")), way);
}

// "works 2 of 3 times"; where it is always the same, the word alone.
std::string HowOften(const TaskWay& way, const TaskOutcome& outcome) {
  return std::string(Word(way.done)) + (outcome.ways.size() == 1 ? "" : fmt::format(" {} of {} times", way.times, outcome.times));
}

// Of one client, tasks with which it goes the same way together.
std::string DifferencesList(const ClientReport& report) {
  std::string text;
  for (const notes::StudiedClient& client : report.study.clients) {
    std::vector<std::pair<std::string, std::vector<std::string>>> alike;
    for (const notes::ClientTask& task : report.study.tasks) {
      const auto outcomes = OutcomesOf(report, client.name, task.name);
      if (outcomes.empty() || std::ranges::all_of(outcomes, [&](const TaskOutcome* other) { return other->done == outcomes.front()->done; })) continue;
      std::string how = MdText(Cell(outcomes)) + ".";
      for (const TaskOutcome* outcome : outcomes) {
        if (outcome->done == Done::kFails) how += fmt::format(" On {}: {}", MdText(outcome->engine), Stopped(WhatFailed(outcome->ways.front())));
      }
      auto found = std::ranges::find(alike, how, &std::pair<std::string, std::vector<std::string>>::first);
      if (found == alike.end()) found = alike.insert(alike.end(), {how, {}});
      found->second.push_back(fmt::format("[{}]({}#{})", MdText(task.name), PageOf(client.name), MdAnchor(task.title)));
    }
    for (const auto& [how, tasks] : alike) text += fmt::format("- {}, {}: {}\n", MdText(client.name), Listed(tasks), how);
  }
  return text.empty() ? "Nothing: what works with a client on one engine works with it on the others.\n" : text;
}

// Of one client, tasks that fail for the same reason together.
std::string FailuresList(const ClientReport& report) {
  std::string text;
  for (const notes::StudiedClient& client : report.study.clients) {
    std::vector<std::pair<std::string, std::vector<std::string>>> by_reason;
    for (const notes::ClientTask& task : report.study.tasks) {
      const auto outcomes = OutcomesOf(report, client.name, task.name);
      if (outcomes.empty() || !std::ranges::all_of(outcomes, [](const TaskOutcome* outcome) { return outcome->done == Done::kFails; })) continue;
      const std::string reason = WhatFailed(outcomes.front()->ways.front());
      auto alike = std::ranges::find(by_reason, reason, &std::pair<std::string, std::vector<std::string>>::first);
      if (alike == by_reason.end()) alike = by_reason.insert(by_reason.end(), {reason, {}});
      alike->second.push_back(fmt::format("[{}]({}#{})", MdText(task.name), PageOf(client.name), MdAnchor(task.title)));
    }
    for (const auto& [reason, tasks] : by_reason) text += fmt::format("- {}, {}: {}\n", MdText(client.name), Listed(tasks), Stopped(reason));
  }
  return text.empty() ? "Nothing.\n" : text;
}

// What was not the same each time, with what went wrong when it did.
std::string VariesList(const ClientReport& report) {
  std::string text;
  for (const TaskOutcome& outcome : report.findings.tasks) {
    if (outcome.ways.size() == 1) continue;
    const auto task = std::ranges::find(report.study.tasks, outcome.task, &notes::ClientTask::name);
    std::vector<std::string> ways;
    for (const TaskWay& way : outcome.ways) ways.push_back(MdText(HowOften(way, outcome)) + (way.done == Done::kFails ? ": " + WhatFailed(way) : ""));
    text += fmt::format("- {}, [{}]({}#{}) on {}: {}\n", MdText(outcome.client), MdText(outcome.task), PageOf(outcome.client), MdAnchor(task->title), MdText(outcome.engine),
                        Stopped(fmt::format("{}", fmt::join(ways, "; "))));
  }
  return text.empty() ? "Nothing.\n" : text;
}

// For whom each task is no trouble: worked out, so it says no more than the matrix.
std::string AdviceList(const ClientReport& report) {
  std::string text;
  for (const notes::ClientTask& task : report.study.tasks) {
    std::vector<std::string> good, bad, none;
    for (const notes::StudiedClient& client : report.study.clients) {
      const auto outcomes = OutcomesOf(report, client.name, task.name);
      if (outcomes.empty()) continue;
      const auto all = [&](Done done) { return std::ranges::all_of(outcomes, [&](const TaskOutcome* outcome) { return outcome->done == done; }); };
      if (all(Done::kWorks)) good.push_back(MdText(client.name));
      else if (all(Done::kCannot)) none.push_back(MdText(client.name));
      else bad.push_back(fmt::format("[{}]({}#{})", MdText(client.name), PageOf(client.name), MdAnchor(task.title)));
    }
    text += fmt::format("- {}: {}", MdText(Capitalised(task.title)), good.empty() ? "no client does all of it on each engine" : "take " + Listed(good));
    if (!bad.empty()) text += "; see first what to mind with " + Listed(bad);
    if (!none.empty()) text += fmt::format("; {} no way to do it", Listed(none) + (none.size() == 1 ? " has" : " have"));
    text += ".\n";
  }
  return text;
}

// A path without what an engine made up.
std::string PathOf(const journal::Exchange& exchange) {
  std::string path;
  for (const std::string& segment : Split(exchange.target.substr(0, exchange.target.find('?')), '/')) {
    const bool id = segment.size() >= 12 && segment.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!segment.empty()) path += "/" + (id ? "{id}" : segment);
  }
  return exchange.method + " " + path;
}

std::vector<const TaskWay*> WaysOf(const ClientReport& report, const std::string& client) {
  std::vector<const TaskWay*> ways;
  for (const TaskOutcome* outcome : OutcomesOf(report, client, "")) {
    for (const TaskWay& way : outcome->ways) ways.push_back(&way);
  }
  return ways;
}

// What the client's requests have and the description has not, an operation and kind a row, with the number of calls.
std::string DriftsTable(const ClientReport& report) {
  std::string rows;
  for (const notes::StudiedClient& client : report.study.clients) {
    struct Row {
      std::set<std::string> places;
      std::set<std::pair<const journal::CaseRecord*, size_t>> calls;
    };
    std::map<std::pair<std::string, std::string>, Row> drifts;
    for (const TaskWay* way : WaysOf(report, client.name)) {
      for (const analyse::RequestFinding& finding : way->requests.list) {
        const std::string operation = finding.operation.empty() ? WithoutName(PathOf(way->record->exchanges[finding.exchange]), *way) : finding.operation;
        if (finding.operation.empty()) drifts[{operation, "no such path in the description"}].calls.emplace(way->record, finding.exchange);
        for (const openapi::Drift& drift : finding.drifts) {
          Row& row = drifts[{operation, std::string(openapi::Name(drift.kind))}];
          if (!drift.place.empty()) row.places.insert(drift.place);
          row.calls.emplace(way->record, finding.exchange);
        }
      }
    }
    for (const auto& [what, row] : drifts) {
      rows += fmt::format("| {} | {} | {}{} | {} |\n", MdText(client.name), MdCode(Abridged(what.first, 80)), MdText(what.second), row.places.empty() ? "" : " " + MdText(fmt::format("{}", fmt::join(row.places, ", "))),
                          row.calls.size());
    }
  }
  return rows.empty() ? "Nothing.\n" : "| client | operation | what | calls |\n|---|---|---|--:|\n" + rows;
}

std::vector<std::string> ModulesOf(const ClientReport& report) {
  std::vector<std::string> modules;
  for (const notes::StudiedClient& client : report.study.clients) {
    if (std::ranges::any_of(report.findings.operations, [&](const OperationOutcome& outcome) { return outcome.client == client.name; })) modules.push_back(client.name);
  }
  return modules;
}

std::string ModuleCounts(const ClientReport& report) {
  std::string text = "| module | rightly | with extras | wrongly | no function | operations |\n|---|--:|--:|--:|--:|--:|\n";
  for (const std::string& module : ModulesOf(report)) {
    std::map<Rightness, size_t> counts;
    size_t all = 0;
    for (const OperationOutcome& outcome : report.findings.operations) {
      if (outcome.client != module) continue;
      ++counts[outcome.rightness];
      ++all;
    }
    text += fmt::format("| {} | {} | {} | {} | {} | {} |\n", MdText(module), counts[Rightness::kRightly], counts[Rightness::kWithExtras], counts[Rightness::kWrongly],
                        counts[Rightness::kNoFunction], all);
  }
  return text;
}

std::string EngineNames(const ClientReport& report) { return EnginesListed(report.findings.engines, Markup::kMarkdown); }

// How often each task was done at most: an interrupted run did some less often.
size_t TimesOf(const ClientReport& report) {
  size_t times = 0;
  for (const TaskOutcome& outcome : report.findings.tasks) times = std::max(times, outcome.times);
  return times;
}

std::string FrontOfClients(const ClientReport& report) {
  const size_t times = TimesOf(report);
  std::string text = fmt::format(
      "# Clients of the API, and what they really do\n\n"
      "Each client was given the same {}{} by a small program of real use, before {}, with plimsoll's recording proxy between the two. What the program got to know is\n"
      "compared with what is true of the task. A cell leads to what was seen and to the calls on the wire.\n\n"
      "*works*: all that the task wants to know came, and is right. *partly*: some of it has no expression in this client, the rest is right. *fails*: something came\n"
      "wrong, or not at all. *no way*: the client has no way to do it.{}\n\n",
      Counted(report.study.tasks.size(), "task"), times > 1 ? fmt::format(", {} times,", times) : "", EngineNames(report), times > 1 ? " *varies*: it was not the same each time." : "");
  text += MatrixTable(report) + "\n" + CountsTable(report);
  text += "\n## What to take\n\nWorked out from the table: who does all of a task on each engine.\n\n" + AdviceList(report);
  text += "\n## Where the engine makes the difference\n\n" + DifferencesList(report);
  text += "\n## What fails on every engine\n\n" + FailuresList(report);
  if (times > 1) text += "\n## What comes by chance\n\n" + VariesList(report);
  if (!ModulesOf(report).empty()) {
    text += "\n## Which npm module implements which operation\n\nEach module's own function for each operation of the API was called once. *Rightly*: the request is as the API describes it, and what "
            "the function\ntold its caller is what the engine answered. *With extras*: the same, but the request has parameters, fields or a body that the API does not describe (an\n"
            "option that the engine does not know is lost so). *Wrongly*: something is missing or of another type, another call was made, or the caller was told something else than\n"
            "the engine answered. [All operations](clients/operations.md).\n\n" +
            ModuleCounts(report);
  }
  text += "\n## What clients send that the API does not describe\n\nBeside the Swagger file of the version that the client speaks; a null counts as left out.\n\n" + DriftsTable(report);
  return text;
}

// One after the other, equal ones on one line.
std::string CallsBlock(const TaskWay& way) {
  std::vector<std::pair<std::string, size_t>> lines;
  for (const journal::Exchange& exchange : way.record->exchanges) {
    const std::string line = Printable(WithoutName(CallLine(exchange), way));
    if (!lines.empty() && lines.back().first == line) ++lines.back().second;
    else lines.emplace_back(line, 1);
  }
  std::string text;
  for (size_t i = 0; i < std::min(lines.size(), kMostCallsShown); ++i)
    text += lines[i].first + (lines[i].second > 1 ? fmt::format("  ({} times)", lines[i].second) : "") + "\n";
  if (lines.size() > kMostCallsShown) text += fmt::format("and {} more\n", lines.size() - kMostCallsShown);
  return text.empty() ? "No call was made.\n" : MdFence("text", text);
}

// What is to be told of a task's calls besides, each thing once, with how many calls it is true of.
class CallNotes {
 public:
  void Add(const std::string& note) {
    auto known = std::ranges::find(notes_, note, &std::pair<std::string, size_t>::first);
    if (known == notes_.end()) known = notes_.insert(notes_.end(), {note, 0});
    ++known->second;
  }
  std::string Text() const {
    std::string text;
    for (const auto& [note, count] : notes_) text += fmt::format("- {}{}\n", note, count > 1 ? fmt::format(" ({} times)", count) : "");
    return text;
  }

 private:
  std::vector<std::pair<std::string, size_t>> notes_;
};

std::string WayText(const TaskWay& way, const TaskOutcome& outcome) {
  std::string text = fmt::format("\n**{}: {}**\n\n", MdText(outcome.engine), HowOften(way, outcome));
  if (!way.why.empty()) text += Stopped(MdText(Abridged(Flat(WithoutName(way.why, way)), 600))) + "\n";
  for (const analyse::Part& part : way.parts) text += "- " + WithoutName(PartText(part), way) + "\n";
  text += "\n" + CallsBlock(way);
  CallNotes notes;
  for (const analyse::Refusal& refusal : way.refusals) {
    const auto& exchange = way.record->exchanges[refusal.exchange];
    notes.Add(fmt::format("{} was refused: {} {}{}", MdCode(Abridged(WithoutName(PathOf(exchange), way), 80)), refusal.status, MdText(Abridged(WithoutName(refusal.message, way), 200)),
                          refusal.status < 400 ? " (within a stream that began well)" : ""));
  }
  for (const analyse::RequestFinding& finding : way.requests.list) {
    const std::string call = finding.operation.empty() ? WithoutName(PathOf(way.record->exchanges[finding.exchange]), way) : finding.operation;
    for (const std::string& drift : DriftTexts(finding)) notes.Add(fmt::format("{} is not as described: {}", MdCode(Abridged(call, 80)), MdText(Abridged(WithoutName(drift, way), 160))));
  }
  for (const std::string& left : way.record->leftovers) notes.Add(fmt::format("was left behind: {}", MdText(Abridged(left, 160))));
  const std::string more = notes.Text();
  return more.empty() ? text : text + "\n" + more;
}

std::string PageOfClient(const ClientReport& report, const notes::StudiedClient& client) {
  const auto version = report.versions.find(client.name);
  std::string text = fmt::format("# {}\n\n{}{} [All clients](../clients.md).\n", MdText(client.name), Stopped(Capitalised(MdProse(client.about))),
                                 version == report.versions.end() ? "" : fmt::format(" Here: {}.", MdText(version->second)));
  for (const notes::ClientTask& task : report.study.tasks) {
    const auto outcomes = OutcomesOf(report, client.name, task.name);
    if (outcomes.empty()) continue;
    text += fmt::format("\n## {}\n\n{}\n", MdText(task.title), MdProse(Flat(task.does)));
    for (const TaskOutcome* outcome : outcomes) {
      for (const TaskWay& way : outcome->ways) text += WayText(way, *outcome);
    }
  }
  return text;
}

std::string OperationCell(const OperationOutcome& outcome) {
  const std::string why = MdText(Abridged(Flat(fmt::format("{}", fmt::join(outcome.why, "; "))), 200));
  switch (outcome.rightness) {
    case Rightness::kRightly: return outcome.status >= 400 ? fmt::format("rightly (refused with {})", outcome.status) : "rightly";
    case Rightness::kWithExtras: return fmt::format("with extras{}: {}", outcome.status >= 400 ? fmt::format(" (refused with {})", outcome.status) : "", why);
    case Rightness::kWrongly: return "**wrongly**: " + why;
    case Rightness::kNoFunction: return "no function";
  }
  return "";
}

std::string OperationsPage(const ClientReport& report) {
  const auto modules = ModulesOf(report);
  std::string text =
      "# Operations of the API in npm modules\n\n"
      "Each module's own function for an operation was called once, on an engine made for it. *Rightly*: the request is as the API describes it, and what the function told its caller (success,\n"
      "an error, a status) is what the engine answered; where that was a refusal, the status stands beside it. *With extras*: the same, but the request has more than the API describes.\n"
      "*Wrongly*: something is missing or of another type, another call was made, or something else was told than answered. [All clients](../clients.md).\n\n";
  text += ModuleCounts(report) + "\n| operation |";
  for (const std::string& module : modules) text += fmt::format(" {} |", MdText(module));
  text += "\n|---|" + std::string();
  for (size_t i = 0; i < modules.size(); ++i) text += "---|";
  text += "\n";
  std::vector<std::string> names;
  for (const OperationOutcome& outcome : report.findings.operations) {
    if (std::ranges::find(names, outcome.operation) == names.end()) names.push_back(outcome.operation);
  }
  for (const std::string& name : names) {
    text += fmt::format("| {} |", MdCode(name));
    for (const std::string& module : modules) {
      const auto found = std::ranges::find_if(report.findings.operations, [&](const OperationOutcome& outcome) { return outcome.operation == name && outcome.client == module; });
      text += found == report.findings.operations.end() ? " |" : fmt::format(" {} |", OperationCell(*found));
    }
    text += "\n";
  }
  return text;
}

std::string_view Word(Rightness rightness) {
  switch (rightness) {
    case Rightness::kRightly: return "rightly";
    case Rightness::kWithExtras: return "with extras";
    case Rightness::kWrongly: return "wrongly";
    case Rightness::kNoFunction: return "no function";
  }
  return "?";
}

Json WayJson(const TaskWay& way) {
  Json saw = Json::object(), cannot = Json::object();
  for (const analyse::Part& part : way.parts) {
    if (part.saw) saw[part.name] = {{"value", *part.saw}, {"wanted", part.wanted}, {"as wanted", part.held}};
    if (!part.cannot.empty()) cannot[part.name] = part.cannot;
  }
  return {{"outcome", Word(way.done)}, {"times", way.times}, {"saw", saw}, {"cannot", cannot}, {"why", WithoutName(way.why, way)}, {"calls", way.record->exchanges.size()}};
}

Json JsonPage(const ClientReport& report) {
  Json tasks = Json::array(), operations = Json::array();
  for (const TaskOutcome& outcome : report.findings.tasks) {
    Json ways = Json::array();
    for (const TaskWay& way : outcome.ways) ways.push_back(WayJson(way));
    tasks.push_back({{"client", outcome.client}, {"task", outcome.task}, {"engine", outcome.engine}, {"outcome", Word(outcome.done)}, {"times", outcome.times}, {"ways", ways}});
  }
  for (const OperationOutcome& outcome : report.findings.operations)
    operations.push_back({{"client", outcome.client}, {"operation", outcome.operation}, {"outcome", Word(outcome.rightness)}, {"status", outcome.status}, {"why", outcome.why}});
  return {{"versions", report.versions}, {"engines", report.findings.engines}, {"tasks", tasks}, {"operations", operations}};
}

}  // namespace

std::string ClientsText(const ClientReport& report) {
  std::string text;
  for (const TaskOutcome& outcome : report.findings.tasks) {
    for (const TaskWay& way : outcome.ways) {
      text += fmt::format("{:<8} {:<14} {:<18} {}", HowOften(way, outcome), outcome.task, Printable(outcome.client), outcome.engine);
      if (!way.why.empty()) text += ": " + Abridged(Flat(way.why), 200);
      for (const analyse::Part& part : way.parts) {
        if (part.held) continue;
        text += fmt::format("\n         {}: {}; wanted: {}", Printable(part.name),
                            part.saw ? Abridged(CompactJson(*part.saw), kLongestSaw) : part.cannot.empty() ? "nothing" : "cannot be expressed: " + Printable(part.cannot), part.wanted);
      }
      text += "\n";
    }
  }
  for (const OperationOutcome& outcome : report.findings.operations) {
    text += fmt::format("{:<11} {:<18} {}", Word(outcome.rightness), Printable(outcome.client), outcome.operation);
    if (outcome.status != 0) text += fmt::format(" ({})", outcome.status);
    for (const std::string& why : outcome.why) text += ": " + Abridged(Flat(why), 200);
    text += "\n";
  }
  return text;
}

std::map<std::string, std::string> ClientPages(const ClientReport& report) {
  std::map<std::string, std::string> pages;
  pages["clients.md"] = FrontOfClients(report);
  pages["clients.json"] = PrettyJson(JsonPage(report));
  for (const notes::StudiedClient& client : report.study.clients) {
    if (HasOutcomes(report, client)) pages[PageOf(client.name)] = PageOfClient(report, client);
  }
  if (!report.findings.operations.empty()) pages["clients/operations.md"] = OperationsPage(report);
  return pages;
}

}  // namespace plimsoll::report
