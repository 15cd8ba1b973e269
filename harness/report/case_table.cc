// The table of all cases of a scenario: parameters, then what was seen, a column for each group of
// engines that agree throughout.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "report/escape.h"
#include "report/pages.h"
#include "report/prose.h"

namespace plimsoll::report {
namespace {

using analyse::CaseFinding;
using analyse::ScenarioFindings;
using analyse::Verdict;

constexpr size_t kLongestValue = 60;
constexpr std::string_view kUnsupported = "*unsupported*";
constexpr std::string_view kNotRun = "*not run*";

struct Column {
  std::string observation;
  std::vector<std::string> engines;  // empty: all of them
  std::vector<std::string> cells;    // parallel to the rows
  std::vector<std::vector<std::string>> silent;  // engines that could not run it, parallel to the rows
};

std::string Mark(const CaseFinding& finding, const std::string& observation) {
  for (const analyse::Judgement& judgement : finding.judgements) {
    if (judgement.observation != observation) continue;
    if (judgement.verdict == Verdict::kDeviates) return " ✗";
    if (judgement.verdict == Verdict::kKnownDeviation) return " (known)";
  }
  return "";
}

std::string CellText(const ScenarioFindings& scenario, const CaseFinding* finding,
                     size_t observation) {
  if (!finding) return std::string(kNotRun);
  if (finding->verdict == Verdict::kUnsupported) return std::string(kUnsupported);
  if (observation >= finding->cells.size())
    return fmt::format("*{}*", analyse::Name(finding->verdict));
  const analyse::Cell& cell = finding->cells[observation];
  if (!cell.stable()) return "*varies*";
  const analyse::ObservationInfo& info = scenario.observations[observation];
  const std::string mark = Mark(*finding, info.name);
  if (info.is_yes_or_no && cell.value.is_boolean())
    return (cell.value.get<bool>() ? "yes" : "no") + mark;
  return ValueText(cell.value, Markup::kMarkdown, kLongestValue) + mark;
}

// Engines that could run nothing of this have no column; the page says so elsewhere.
std::vector<std::string> EnginesWithValues(const ScenarioFindings& scenario) {
  std::set<std::string> engines;
  for (const CaseFinding& finding : scenario.cases) {
    if (finding.verdict != Verdict::kUnsupported) engines.insert(finding.engine);
  }
  return {engines.begin(), engines.end()};
}

bool SaysNothing(const std::string& cell) { return cell == kUnsupported || cell == kNotRun; }

// Where one of two could not be run they do not disagree.
bool Agree(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const std::string& x, const std::string& y) {
    return x == y || SaysNothing(x) || SaysNothing(y);
  });
}

// Takes an engine's cells into the column of others that it agrees with.
void Join(Column& group, const std::string& engine, const std::vector<std::string>& cells) {
  for (size_t i = 0; i < cells.size(); ++i) {
    if (SaysNothing(cells[i])) group.silent[i].push_back(engine);
    if (SaysNothing(group.cells[i])) group.cells[i] = cells[i];
  }
  group.engines.push_back(engine);
}

void AddColumns(const ScenarioFindings& scenario, const std::vector<Combination>& rows,
                const std::vector<std::string>& engines, size_t observation,
                std::vector<Column>& columns) {
  std::vector<Column> groups;
  for (const std::string& engine : engines) {
    std::vector<std::string> cells;
    for (const Combination& row : rows) {
      const auto found = row.by_engine.find(engine);
      const CaseFinding* finding = found == row.by_engine.end() ? nullptr : found->second;
      cells.push_back(CellText(scenario, finding, observation));
    }
    auto same = std::find_if(groups.begin(), groups.end(), [&](const Column& group) { return Agree(group.cells, cells); });
    if (same == groups.end()) {
      same = groups.insert(groups.end(), {scenario.observations[observation].name, {}, {}, {}});
      same->cells.resize(rows.size(), std::string(kNotRun));
      same->silent.resize(rows.size());
    }
    Join(*same, engine, cells);
  }
  for (Column& group : groups) {
    for (size_t i = 0; i < rows.size(); ++i) {
      if (SaysNothing(group.cells[i]) || group.silent[i].empty()) continue;
      group.cells[i] += fmt::format(" (not {})", EnginesListed(group.silent[i], Markup::kMarkdown));
    }
  }
  if (groups.size() == 1) groups[0].engines.clear();
  columns.insert(columns.end(), groups.begin(), groups.end());
}

// Of too many rows: those in which engines differ, then the first of each outcome, then the first
// ones.
std::vector<size_t> ChosenRows(const std::vector<Combination>& rows, const std::vector<Column>& columns) {
  std::vector<size_t> differing, telling, rest;
  std::set<std::string> outcomes;
  for (size_t i = 0; i < rows.size(); ++i) {
    std::string outcome;
    bool differs = false;
    for (size_t c = 0; c < columns.size(); ++c) {
      outcome += columns[c].cells[i] + "\n";
      differs = differs || (c > 0 && columns[c].observation == columns[c - 1].observation &&
                            columns[c].cells[i] != columns[c - 1].cells[i]);
    }
    const bool is_new = outcomes.insert(outcome).second;
    (differs ? differing : is_new ? telling : rest).push_back(i);
  }
  std::vector<size_t> chosen;
  for (const auto* list : {&differing, &telling, &rest}) {
    const size_t room = kMostRows - chosen.size();
    chosen.insert(chosen.end(), list->begin(),
                  list->begin() + static_cast<std::ptrdiff_t>(std::min(room, list->size())));
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

// To what was sent and answered.
std::string Linked(const ScenarioFindings& scenario, const std::string& cell, size_t row) {
  return SaysNothing(cell) ? cell : fmt::format("[{}]({})", cell, EvidenceLink(scenario, row));
}

std::string TableRow(const std::vector<std::string>& cells) {
  return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

std::string WideTable(const ScenarioFindings& scenario, const std::vector<Combination>& rows,
                      const std::vector<Column>& columns, const std::vector<size_t>& chosen) {
  std::vector<std::string> head;
  for (const journal::Parameter& parameter : scenario.parameters)
    head.push_back(MdText(parameter.name));
  for (const Column& column : columns) {
    const std::string where =
        column.engines.empty() ? "" : fmt::format(" ({})", EnginesListed(column.engines, Markup::kMarkdown));
    head.push_back(MdText(column.observation) + where);
  }
  std::string out = TableRow(head) + TableRow(std::vector<std::string>(head.size(), "---"));
  for (const size_t i : chosen) {
    std::vector<std::string> cells;
    for (const journal::Parameter& parameter : scenario.parameters) {
      const Json* value = Find(rows[i].parameters, parameter.name);
      if (!value) {
        cells.emplace_back("");
      } else {
        cells.push_back(value->is_null() ? "`null`"
                                         : ValueText(*value, Markup::kMarkdown, kLongestValue));
      }
    }
    for (const Column& column : columns) cells.push_back(Linked(scenario, column.cells[i], i));
    out += TableRow(cells);
  }
  return out;
}

// A scenario without parameters has one row: it reads better lying on its side.
std::string TallTable(const ScenarioFindings& scenario, const std::vector<Column>& columns,
                      const std::vector<std::string>& all) {
  std::string out = TableRow({"Observed", "Engines", "Value"}) + TableRow({"---", "---", "---"});
  for (const Column& column : columns) {
    const std::string where = EnginesListed(column.engines.empty() ? all : column.engines, Markup::kMarkdown);
    out += TableRow({MdText(column.observation), where, Linked(scenario, column.cells[0], 0)});
  }
  return out;
}

std::string Legend(const std::string& table) {
  std::string legend;
  const auto explain = [&](std::string_view mark, std::string_view meaning) {
    if (table.find(mark) != std::string::npos) legend += fmt::format("{}: {} ", mark, meaning);
  };
  explain("*nothing*", "there was no such value.");
  if (table.find(" (not ") != std::string::npos) legend += "(not *engine*): that one could not be asked, see *Unsupported*. ";
  explain("*not tried*", "the step was not carried out, as what it needs was not there.");
  explain("*no answer*", "the call was made and not answered.");
  explain("✗", "not as expected.");
  explain("(known)", "not as expected, and known.");
  explain("*varies*", "the same case gives now this value, now that: see *Unstable values*.");
  explain("*not run*", "the run has no record of it.");
  explain("*unsupported*", "the engine or the machine lacks what the case needs.");
  if (!legend.empty()) legend.back() = '\n';
  return legend.empty() ? "" : "\n" + legend;
}

}  // namespace

std::string CaseTable(const ScenarioFindings& scenario) {
  const std::vector<Combination> rows = CombinationsOf(scenario);
  const std::vector<std::string> engines = EnginesWithValues(scenario);
  if (rows.empty() || engines.empty()) return "";
  std::vector<Column> columns;
  for (size_t i = 0; i < scenario.observations.size(); ++i) {
    AddColumns(scenario, rows, engines, i, columns);
  }
  std::vector<size_t> chosen(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) chosen[i] = i;
  std::string note;
  if (rows.size() > kMostRows) {
    chosen = ChosenRows(rows, columns);
    note = fmt::format(
        "{} of the {} combinations are shown: those in which the engines differ first, then one "
        "for\n"
        "each different outcome. All of them are in the files under `engines/`.\n\n",
        chosen.size(), rows.size());
  }
  const std::string table = scenario.parameters.empty() && rows.size() == 1
                                ? TallTable(scenario, columns, engines)
                                : WideTable(scenario, rows, columns, chosen);
  return "## All cases\n\n" + note + table + Legend(table);
}

}  // namespace plimsoll::report
