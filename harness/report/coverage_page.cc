// coverage.md, coverage.json and their short form for a terminal: how much of the published API was gone through.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "report/escape.h"
#include "report/pages.h"
#include "report/prose.h"

namespace plimsoll::report {
namespace {

using analyse::Coverage;
using analyse::EngineCoverage;
using analyse::Figure;
using analyse::Gap;
using analyse::InputCoverage;
using analyse::OperationCoverage;

// Where the pages of scenarios lie, by id.
using Pages = std::map<std::string, std::string>;

std::vector<std::string> EnginesOf(const Coverage& coverage) {
  std::vector<std::string> engines;
  for (const auto& [engine, of_engine] : coverage.engines) engines.push_back(engine);
  return engines;
}

std::string TableOver(std::string_view first, const std::vector<std::string>& engines, std::string_view line) {
  std::string out = fmt::format("| {} |", first), under = "| --- |";
  for (const std::string& engine : engines) {
    out += fmt::format(" {} |", MdText(engine));
    under += fmt::format(" {} |", line);
  }
  return out + "\n" + under + "\n";
}

std::string FigureText(const Figure& figure) {
  return fmt::format("{} of {}{}", figure.some, figure.all, figure.excused > 0 ? fmt::format(" (+{})", figure.excused) : "");
}

std::string FiguresSection(const Coverage& coverage, const std::vector<std::string>& engines) {
  std::string out = TableOver("", engines, "---:") + "| API version described |";
  std::vector<std::vector<Figure>> figures;
  for (const std::string& engine : engines) {
    out += fmt::format(" {} |", MdText(coverage.engines.at(engine).version));
    figures.push_back(analyse::FiguresOf(coverage, engine));
  }
  out += "\n";
  for (size_t row = 0; !figures.empty() && row < figures.front().size(); ++row) {
    if (figures.front()[row].by_chance) continue;
    out += fmt::format("| {} |", Capitalised(figures.front()[row].what));
    for (const auto& column : figures) out += fmt::format(" {} |", FigureText(column[row]));
    out += "\n";
  }
  return out;
}

std::string LinkOr(const std::string& text, const std::string& scenario, const Pages& pages) {
  const auto page = pages.find(scenario);
  return page == pages.end() ? text : fmt::format("[{}]({})", text, page->second);
}

// "200 304 ~~500~~": seen, and those that are documented and were not.
std::string StatusesCell(const OperationCoverage& operation, const Pages& pages) {
  std::set<int> all = operation.documented;
  for (const auto& [status, scenario] : operation.statuses) all.insert(status);
  std::vector<std::string> words;
  for (const int status : all) {
    const auto seen = operation.statuses.find(status);
    std::string text = std::to_string(status);
    if (seen == operation.statuses.end()) {
      words.push_back("~~" + text + "~~");
    } else {
      const bool known = operation.documented.contains(status);
      words.push_back(LinkOr(known ? text : "*" + text + "*", seen->second, pages));
    }
  }
  return fmt::format("{}", fmt::join(words, " "));
}

const OperationCoverage* FindIn(const EngineCoverage& engine, const std::string& name) {
  const auto found = std::find_if(engine.operations.begin(), engine.operations.end(), [&](const auto& each) { return each.name == name; });
  return found == engine.operations.end() ? nullptr : &*found;
}

std::string OperationsSection(const Coverage& coverage, const std::vector<std::string>& engines, const Pages& pages) {
  std::map<std::string, std::string> tags;  // by operation
  for (const auto& [engine, of_engine] : coverage.engines) {
    for (const OperationCoverage& operation : of_engine.operations) tags.try_emplace(operation.name, operation.tag);
  }
  std::map<std::string, std::vector<std::string>> by_tag;
  for (const auto& [name, tag] : tags) by_tag[tag].push_back(name);
  std::string out =
      "\n## Operations\n\nStatuses that were seen, each with a link to the first scenario in which it was; *slanted*: not documented; "
      "~~struck out~~: documented and not seen; empty: not in this version of the API.\n";
  for (const auto& [tag, names] : by_tag) {
    out += fmt::format("\n### {}\n\n", MdText(tag)) + TableOver("Operation", engines, "---");
    for (const std::string& name : names) {
      out += fmt::format("| {} |", MdCode(name));
      for (const std::string& engine : engines) {
        const OperationCoverage* operation = FindIn(coverage.engines.at(engine), name);
        out += fmt::format(" {} |", operation ? StatusesCell(*operation, pages) : "");
      }
      out += "\n";
    }
  }
  return out;
}

std::string InputCell(const OperationCoverage* operation, const std::string& name, InputCoverage::In in, const Pages& pages) {
  if (operation == nullptr) return "";
  const auto input = std::find_if(operation->inputs.begin(), operation->inputs.end(),
                                  [&](const InputCoverage& each) { return each.in == in && each.name == name; });
  if (input == operation->inputs.end()) return "";
  if (!input->shown_in.empty()) return LinkOr("effect", input->shown_in, pages);
  if (!input->varied_in.empty()) return LinkOr("varied", input->varied_in, pages);
  return input->called ? "one value" : "-";
}

// What the table of inputs has a row for: fields of fields are in coverage.json only.
bool IsOuter(const InputCoverage& input) {
  const std::string_view name = input.name;
  const std::string_view own = name.starts_with("HostConfig.") ? name.substr(name.find('.') + 1) : name;
  return own.find_first_of(".[") == std::string_view::npos;
}

std::string InputsSection(const Coverage& coverage, const std::vector<std::string>& engines, const Pages& pages) {
  std::map<std::string, std::vector<std::pair<InputCoverage::In, std::string>>> rows;
  for (const auto& [engine, of_engine] : coverage.engines) {
    for (const OperationCoverage& operation : of_engine.operations) {
      auto& names = rows[operation.name];
      for (const InputCoverage& input : operation.inputs) {
        const std::pair row(input.in, input.name);
        if (IsOuter(input) && std::find(names.begin(), names.end(), row) == names.end()) names.push_back(row);
      }
    }
  }
  std::string out =
      "\n## Parameters and fields\n\n*Effect*: it was varied, and an observation of that scenario follows it; *varied*: none does; "
      "*one value*: it was the same in all calls of a scenario; -: no call had it. Leaving it out is one of its values. Fields of fields are in "
      "[coverage.json](coverage.json).\n";
  for (const auto& [operation, inputs] : rows) {
    if (inputs.empty()) continue;
    out += fmt::format("\n### {}\n\n", MdText(operation)) + TableOver("", engines, "---");
    for (const auto& [in, name] : inputs) {
      out += fmt::format("| {}{} |", in == InputCoverage::In::kQuery ? "query " : "", MdCode(name));
      for (const std::string& engine : engines)
        out += fmt::format(" {} |", InputCell(FindIn(coverage.engines.at(engine), operation), name, in, pages));
      out += "\n";
    }
  }
  return out;
}

std::string_view KindText(Gap::Kind kind) {
  switch (kind) {
    case Gap::Kind::kCall:
      return "never called";
    case Gap::Kind::kStatus:
      return "status not seen";
    case Gap::Kind::kQuery:
      return "query parameter not varied";
    case Gap::Kind::kField:
      return "field not varied";
    case Gap::Kind::kAnswer:
      return "fields of answers not seen";
  }
  return "";
}

// Gaps of one operation that differ in nothing but what is missing.
struct GapLine {
  const Gap* first = nullptr;
  std::vector<std::string> what;
};

std::vector<GapLine> LinesOf(const std::vector<Gap>& gaps) {
  std::vector<GapLine> lines;
  for (const Gap& gap : gaps) {
    const auto alike = std::find_if(lines.rbegin(), lines.rend(), [&](const GapLine& line) {
      return line.first->operation == gap.operation && line.first->kind == gap.kind && line.first->reason == gap.reason &&
             line.first->engines == gap.engines;
    });
    if (alike == lines.rend()) lines.push_back({&gap, {gap.what}});
    else alike->what.push_back(gap.what);
  }
  return lines;
}

// Fields of answers are many: how many they are; which is in coverage.json.
std::string LineText(const GapLine& line, size_t engine_count, Markup markup) {
  const bool markdown = markup == Markup::kMarkdown;
  std::string what;
  for (const std::string& each : line.what) what += (what.empty() ? ": " : ", ") + (markdown ? MdCode(each) : Printable(each));
  if (line.first->kind == Gap::Kind::kCall) what.clear();
  if (line.first->kind == Gap::Kind::kAnswer) what = fmt::format(": {}", line.what.size());
  const std::string& reason = line.first->reason;
  return fmt::format("{}{}{}{}", KindText(line.first->kind), line.first->engines.size() == engine_count ? "" : " " + OnEngines(line.first->engines, markup),
                     what, reason.empty() ? "" : ". " + Stopped(Capitalised(markdown ? MdProse(reason) : Printable(reason))));
}

std::string GapsSection(const Coverage& coverage) {
  std::vector<Gap> gaps = analyse::GapsOf(coverage);
  std::erase_if(gaps, [](const Gap& gap) { return gap.kind == Gap::Kind::kAnswer; });  // some come by chance
  std::string out, operation;
  for (const GapLine& line : LinesOf(gaps)) {
    if (line.first->operation != operation) out += fmt::format("\n**{}**\n\n", MdText(line.first->operation));
    operation = line.first->operation;
    out += fmt::format("- {}\n", Capitalised(LineText(line, coverage.engines.size(), Markup::kMarkdown)));
  }
  return out.empty() ? ""
                     : "\n## What is missing\n\nOn all engines, where none is named; with the reason where it cannot be had here. Which fields of "
                       "answers were never seen differs a little from run to run: it is in [coverage.json](coverage.json).\n" +
                           out;
}

}  // namespace

std::string CoveragePage(const Coverage& coverage, const analyse::Findings& findings) {
  Pages pages;
  for (const analyse::ScenarioFindings& scenario : findings.scenarios) pages[scenario.id] = PagePath(scenario);
  const std::vector<std::string> engines = EnginesOf(coverage);
  return "# How much of the published API was gone through\n\n"
         "Every call of every scenario beside the Swagger file of the API version that the engine speaks (calls in other\n"
         "versions, those of the set-up and of clean-up are not counted). (+n): so many more are out of reach, each with its reason\n"
         "in [the list of what is missing](#what-is-missing). [The front page](README.md) has what was found.\n\n" +
         FiguresSection(coverage, engines) + OperationsSection(coverage, engines, pages) + InputsSection(coverage, engines, pages) +
         GapsSection(coverage);
}

std::string CoverageText(const Coverage& coverage) {
  std::string out;
  for (const auto& [engine, of_engine] : coverage.engines) {
    out += fmt::format("{}, API {}\n", Printable(engine), Printable(of_engine.version));
    for (const Figure& figure : analyse::FiguresOf(coverage, engine)) out += fmt::format("  {:<70} {}\n", figure.what, FigureText(figure));
  }
  const std::vector<Gap> gaps = analyse::GapsOf(coverage);
  std::string operation;
  for (const GapLine& line : LinesOf(gaps)) {
    if (line.first->operation != operation) out += Printable(line.first->operation) + "\n";
    operation = line.first->operation;
    out += fmt::format("  {}\n", LineText(line, coverage.engines.size(), Markup::kPlain));
  }
  return out;
}

Json CoverageJson(const Coverage& coverage) {
  Json engines = Json::object();
  for (const auto& [engine, of_engine] : coverage.engines) {
    Json figures = Json::array(), operations = Json::array();
    for (const Figure& figure : analyse::FiguresOf(coverage, engine))
      figures.push_back({{"what", figure.what}, {"some", figure.some}, {"out_of_reach", figure.excused}, {"all", figure.all}});
    for (const OperationCoverage& operation : of_engine.operations) {
      Json statuses = Json::object(), inputs = Json::array(), missing = Json::array();
      for (const auto& [status, scenario] : operation.statuses) statuses[std::to_string(status)] = scenario;
      for (const InputCoverage& input : operation.inputs) {
        inputs.push_back({{"name", input.name}, {"in", input.in == InputCoverage::In::kQuery ? "query" : "body"}, {"called", input.called},
                          {"varied_in", input.varied_in}, {"effect_in", input.shown_in}, {"effect_on", input.shown_by}});
      }
      for (const std::string& field : operation.fields) {
        if (!operation.fields_seen.contains(field)) missing.push_back(field);
      }
      operations.push_back({{"operation", operation.name},
                            {"statuses", std::move(statuses)},
                            {"documented", operation.documented},
                            {"inputs", std::move(inputs)},
                            {"fields", operation.fields.size()},
                            {"fields_not_seen", std::move(missing)}});
    }
    engines[engine] = {{"version", of_engine.version}, {"figures", std::move(figures)}, {"operations", std::move(operations)}};
  }
  Json gaps = Json::array();
  for (const Gap& gap : analyse::GapsOf(coverage)) {
    gaps.push_back({{"operation", gap.operation}, {"kind", KindText(gap.kind)}, {"what", gap.what}, {"reason", gap.reason}, {"engines", gap.engines}});
  }
  return {{"format", 1}, {"engines", std::move(engines)}, {"missing", std::move(gaps)}};
}

}  // namespace plimsoll::report
