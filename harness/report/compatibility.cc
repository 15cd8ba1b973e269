// Where engines agree and where they do not: the matrix subject x engine of the front page, the table of an area's
// page, and the pages on the versions of one product and on two products.
#include <fmt/format.h>

#include <algorithm>

#include "analyse/agreement.h"
#include "analyse/changes.h"
#include "report/escape.h"
#include "report/pages.h"
#include "report/prose.h"

namespace plimsoll::report {
namespace {

using analyse::Agreement;
using analyse::Findings;
using analyse::Product;
using analyse::RuleSet;
using analyse::ScenarioFindings;

std::string FileOfVersions(const Product& product) { return fmt::format("versions-{}.md", FileName(product.name)); }
std::string FileOfTwo(const Product& one, const Product& other) {
  return fmt::format("{}-and-{}.md", FileName(one.name), FileName(other.name));
}

// All engines, product by product; the first is the one that the others are compared with.
std::vector<std::string> InOrder(const Findings& findings) {
  std::vector<std::string> engines;
  for (const Product& product : analyse::ProductsOf(findings))
    engines.insert(engines.end(), product.engines.begin(), product.engines.end());
  return engines;
}

std::string TableHead(std::string_view first, const std::vector<std::string>& engines) {
  std::string head = fmt::format("| {} |", first), line = "| --- |";
  for (const std::string& engine : engines) {
    head += fmt::format(" {} |", MdText(engine));
    line += " --- |";
  }
  return head + "\n" + line + "\n";
}

// "7 of 11 differ, 1 unsupported".
std::string AreaCell(const Area& area, const std::string& engine, const std::string& reference) {
  std::map<Agreement, size_t> counts;
  for (const ScenarioFindings* scenario : area.scenarios) ++counts[analyse::AgreementOf(*scenario, engine, reference)];
  const size_t ran = area.scenarios.size() - counts[Agreement::kNotRun];
  if (ran == 0) return "not run";
  std::vector<std::string> parts;
  if (counts[Agreement::kDiffers] > 0) parts.push_back(fmt::format("{} of {} differ", counts[Agreement::kDiffers], ran));
  if (counts[Agreement::kUnsupported] > 0) parts.push_back(fmt::format("{} unsupported", counts[Agreement::kUnsupported]));
  if (counts[Agreement::kUnstable] > 0) parts.push_back(fmt::format("{} unstable", counts[Agreement::kUnstable]));
  if (parts.empty()) return "all agree";
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string ScenarioCell(const ScenarioFindings& scenario, const std::string& engine, const std::string& reference) {
  const Agreement agreement = analyse::AgreementOf(scenario, engine, reference);
  const std::string name(analyse::Name(agreement));
  const std::string_view heading = agreement == Agreement::kDiffers       ? "Where the engines differ"
                                   : agreement == Agreement::kUnsupported ? "Unsupported"
                                   : agreement == Agreement::kUnstable    ? "Unstable values"
                                                                          : "";
  if (heading.empty()) return name;
  return fmt::format("[{}](../{}#{})", name, PagePath(scenario), MdAnchor(heading));
}

// A page has no such section where engines differ in verdicts alone.
std::string LinkToDifferences(const ScenarioFindings& scenario) {
  return LinkTo(scenario, "", GroupDifferences(scenario).empty() ? "" : "Where the engines differ");
}

std::string VersionsPage(const Findings& findings, const Product& product) {
  std::vector<std::string> names;
  for (const std::string& engine : product.engines) names.push_back(MdText(engine));
  std::string out = fmt::format("# What changed between {}\n\n[The front page](README.md) has the rest.\n", Listed(names));
  for (size_t i = 1; i < product.engines.size(); ++i) {
    const std::string& before = product.engines[i - 1];
    const std::string& after = product.engines[i];
    const analyse::Changes changes = analyse::CompareResults(findings, before, findings, after);
    out += fmt::format("\n## From {} to {}\n\n{} of {} values changed.\n\n", MdText(before), MdText(after),
                       changes.counts.changed, changes.counts.changed + changes.counts.unchanged);
    for (const ScenarioFindings& scenario : findings.scenarios) {
      for (const analyse::ScenarioChanges& each : changes.scenarios) {
        if (each.id != scenario.id) continue;
        out += fmt::format("- {}\n", LinkToDifferences(scenario));
        for (const std::string& sentence : ChangeSentences(each)) out += fmt::format("  - {}\n", sentence);
      }
    }
    if (changes.scenarios.empty()) out += "Nothing, in what was run.\n";
  }
  return out;
}

bool Shares(const RuleSet& rules, const Product& product) {
  return std::any_of(product.engines.begin(), product.engines.end(), [&](const std::string& engine) {
    return std::find(rules.engines.begin(), rules.engines.end(), engine) != rules.engines.end();
  });
}

// Sentences of an observation in which an engine of `other` does what none of `one` does, or the reverse.
std::vector<std::string> Apart(const ScenarioFindings& scenario, const std::string& observation, const Product& one,
                               const Product& other) {
  std::vector<std::string> sentences;
  bool apart = false;
  for (const RuleSet& rules : scenario.rules) {
    if (rules.observation != observation || rules.rules.empty()) continue;
    const bool of_one = Shares(rules, one), of_other = Shares(rules, other);
    if (!of_one && !of_other) continue;
    apart = apart || of_one != of_other;
    sentences.push_back(Capitalised(OnEngines(rules.engines, Markup::kMarkdown)) + ", " +
                        RuleClause(scenario, rules, Markup::kMarkdown));
  }
  return apart && sentences.size() > 1 ? sentences : std::vector<std::string>();
}

std::string TwoProductsPage(const Findings& findings, const Product& one, const Product& other) {
  const std::string first = Capitalised(MdText(one.name)), second = Capitalised(MdText(other.name));
  std::string out = fmt::format(
      "# Where {} differs from {}\n\nWhat an engine of the one does and none of the other. [The front page](README.md) has the rest.\n",
      second, first);
  for (const Area& area : AreasOf(findings)) {
    std::string entries;
    for (const ScenarioFindings* scenario : area.scenarios) {
      std::string sentences;
      for (const analyse::ObservationInfo& info : scenario->observations) {
        for (const std::string& sentence : Apart(*scenario, info.name, one, other)) sentences += "  - " + sentence + "\n";
      }
      if (!sentences.empty()) entries += "- " + LinkToDifferences(*scenario) + "\n" + sentences;
    }
    if (!entries.empty()) out += fmt::format("\n## {}\n\n{}", AreaTitle(area), entries);
  }
  return out;
}

}  // namespace

std::string AgreementMatrix(const Findings& findings) {
  const std::vector<std::string> engines = InOrder(findings);
  if (engines.size() < 2) return "";
  const std::string& reference = engines.front();
  const std::vector<std::string> others(engines.begin() + 1, engines.end());
  std::string out = fmt::format(
      "\n## Who agrees with {}\n\nNumbers of scenarios in which an engine gives another answer in at least one combination; "
      "*unsupported*: the engine, or this\nmachine, cannot do some of it; *unstable*: an answer varies. An area's page tells which.\n\n",
      MdText(reference));
  out += TableHead("Area", others);
  for (const Area& area : AreasOf(findings)) {
    out += fmt::format("| [{}]({}#{}) |", AreaTitle(area), AreaPath(area), MdAnchor(kAgreementHeading));
    for (const std::string& engine : others) out += fmt::format(" {} |", AreaCell(area, engine, reference));
    out += "\n";
  }
  std::string pages;
  for (const CompatibilityPage& page : CompatibilityPages(findings)) pages += fmt::format("- [{}]({})\n", page.title, page.path);
  return out + (pages.empty() ? "" : "\n" + pages);
}

std::string AgreementTable(const Area& area, const Findings& findings) {
  const std::vector<std::string> engines = InOrder(findings);
  if (engines.size() < 2) return "";
  const std::vector<std::string> others(engines.begin() + 1, engines.end());
  std::string out = fmt::format("\n## {}\n\nEach engine beside {}.\n\n", kAgreementHeading, MdText(engines.front()));
  out += TableHead("Scenario", others);
  for (const ScenarioFindings* scenario : area.scenarios) {
    out += fmt::format("| {} |", LinkTo(*scenario, "../"));
    for (const std::string& engine : others) out += fmt::format(" {} |", ScenarioCell(*scenario, engine, engines.front()));
    out += "\n";
  }
  return out;
}

std::vector<CompatibilityPage> CompatibilityPages(const Findings& findings) {
  std::vector<CompatibilityPage> pages;
  const std::vector<Product> products = analyse::ProductsOf(findings);
  const auto title = [](const std::string& text) { return text.substr(2, text.find('\n') - 2); };  // its heading
  const auto add = [&](std::string path, std::string text) { pages.push_back({std::move(path), title(text), text}); };
  for (const Product& product : products) {
    if (product.engines.size() > 1) add(FileOfVersions(product), VersionsPage(findings, product));
  }
  for (size_t i = 0; i < products.size(); ++i) {
    for (size_t j = i + 1; j < products.size(); ++j)
      add(FileOfTwo(products[i], products[j]), TwoProductsPage(findings, products[i], products[j]));
  }
  return pages;
}

}  // namespace plimsoll::report
