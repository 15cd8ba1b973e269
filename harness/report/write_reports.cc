// BuildReports gathers the files, WriteReports puts them into a folder.
#include <fmt/format.h>

#include <filesystem>
#include <set>
#include <vector>

#include "base/parallel.h"
#include "base/text.h"
#include "report/kept_pages.h"
#include "report/pages.h"
#include "report/report.h"

namespace plimsoll::report {
namespace {

namespace fs = std::filesystem;

// Names every file that this program made in the folder, one a line.
constexpr std::string_view kManifest = ".manifest";

// A path that stays below the folder it is joined to. The manifest is a file that anyone can edit,
// and what it names is removed.
bool IsInside(const std::string& path) {
  if (path.empty() || path == kManifest) return false;
  const fs::path parsed(path);
  if (parsed.is_absolute()) return false;
  for (const fs::path& part : parsed) {
    if (part.empty() || part == "." || part == "..") return false;
  }
  return true;
}

std::set<std::string> ReadManifest(const std::string& path) {
  std::set<std::string> names;
  const auto text = ReadFile(path);
  if (!text) return names;
  for (const std::string& line : Split(*text, '\n')) {
    if (IsInside(line)) names.insert(line);
  }
  return names;
}

Status WriteManifest(const std::string& path, const std::set<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += name + "\n";
  return WriteFileWhole(path, text);
}

// What is there and was not written by an earlier report belongs to someone else.
Status CheckOwnership(const fs::path& folder, const Files& files,
                      const std::set<std::string>& before) {
  for (const auto& [name, contents] : files) {
    if (!IsInside(name))
      return Fail(fmt::format("not a file name for a report: {}", Printable(name)));
    std::error_code error;
    if (before.count(name) > 0 || !fs::exists(fs::symlink_status(folder / name, error))) continue;
    const auto present = ReadFile((folder / name).string());
    if (present && *present == contents) continue;
    return Fail(
        fmt::format(
            "{} is there and was not written by plimsoll: left alone, and no report written",
            (folder / name).string()),
        "choose an empty folder for the report, or remove the file");
  }
  return {};
}

// Raised when pages show what was said in another way than before.
constexpr int kFormOfEvidence = 1;

// All that decides what is on a scenario's pages but for what was said in this run.
std::string Lasting(const analyse::ScenarioFindings& scenario, const analyse::Findings& findings, const journal::ScenarioRecord* record) {
  journal::Journal silent;
  if (record) silent.scenarios.push_back(*record);
  std::string text = fmt::format("{}\n{}\n", kFormOfEvidence, scenario.source_hash);
  for (const journal::EngineRecord& engine : findings.engines) {
    if (scenario.verdict_by_engine.contains(engine.name)) text += fmt::format("{} {}\n", engine.name, GetString(engine.identity, "version"));
  }
  return text + ScenarioPage(scenario, silent) + EvidencePage(scenario, silent);
}

struct PagesOfScenario {
  std::string page, evidence;
};

PagesOfScenario PagesOf(const analyse::ScenarioFindings& scenario, const analyse::Findings& findings, const journal::Journal& journal) {
  const std::string lasting = Lasting(scenario, findings, journal.FindScenario(scenario.id));
  return {Stamped(ScenarioPage(scenario, journal), lasting), Stamped(EvidencePage(scenario, journal), lasting)};
}

}  // namespace

Files BuildReports(const analyse::Findings& findings, const journal::Journal& journal,
                   const Beside& beside) {
  Files files;
  if (!beside.conformance.empty()) {
    files["conformance.md"] = ConformancePage(beside.conformance, findings);
    files["conformance-counts.json"] = PrettyJson(ConformanceCounts(beside.conformance));
    files["coverage.md"] = CoveragePage(beside.coverage, findings);
    files["coverage.json"] = PrettyJson(CoverageJson(beside.coverage));
  }
  files["README.md"] = FrontPage(findings, beside);
  if (!beside.questions.empty()) files["questions.md"] = QuestionsPage(beside.questions, findings);
  for (CompatibilityPage& page : CompatibilityPages(findings)) files[page.path] = std::move(page.text);
  std::vector<PagesOfScenario> pages(findings.scenarios.size());
  InParallel(pages.size(), [&](size_t i) { pages[i] = PagesOf(findings.scenarios[i], findings, journal); });
  for (size_t i = 0; i < pages.size(); ++i) {
    files[PagePath(findings.scenarios[i])] = std::move(pages[i].page);
    files[EvidencePath(findings.scenarios[i])] = std::move(pages[i].evidence);
  }
  for (const Area& area : AreasOf(findings)) files[AreaPath(area)] = AreaPage(area, findings);
  for (const journal::EngineRecord& engine : findings.engines) {
    files[EngineJsonPath(engine.name)] = PrettyJson(EngineJson(engine, findings));
  }
  files["timings.md"] = TimingsPage(findings, journal);
  files["timings.json"] = PrettyJson(TimingsJson(findings, journal));
  return files;
}

Status WriteReports(const std::string& folder, const Files& files) {
  const fs::path root(folder);
  const std::string manifest = (root / kManifest).string();
  const std::set<std::string> before = ReadManifest(manifest);
  if (Status owned = CheckOwnership(root, files, before); !owned) return owned;

  // The manifest names old and new files while they are being exchanged, so that nothing of ours is
  // forgotten if the program dies in between.
  std::set<std::string> now;
  for (const auto& [name, contents] : files) now.insert(name);
  std::set<std::string> both = before;
  both.insert(now.begin(), now.end());
  if (Status written = WriteManifest(manifest, both); !written) return written;
  for (const auto& [name, contents] : files) {
    if (Status written = WriteFileWhole((root / name).string(), contents); !written) return written;
  }
  for (const std::string& name : before) {
    if (now.count(name) > 0) continue;
    std::error_code error;
    const fs::path stale = root / name;
    const bool removable = !fs::is_directory(fs::symlink_status(stale, error));
    if (removable) fs::remove(stale, error);
    if (error && error != std::errc::no_such_file_or_directory) {
      return Fail(fmt::format("cannot remove {}: {}", stale.string(), error.message()));
    }
  }
  return WriteManifest(manifest, now);
}

}  // namespace plimsoll::report
