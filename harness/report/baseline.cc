#include "report/baseline.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <utility>

#include "analyse/combine.h"
#include "base/text.h"
#include "report/report.h"

namespace plimsoll::report {
namespace {

namespace fs = std::filesystem;

std::string BaselineOf(const std::string& folder, const std::string& engine) {
  return (fs::path(folder) / fs::path(EngineJsonPath(engine)).filename()).string();
}

Status RefuseFailures(const analyse::Findings& findings) {
  std::string cases;
  size_t failing = 0;
  for (const auto& scenario : findings.scenarios) {
    for (const auto& finding : scenario.cases) {
      if (!analyse::Fails(finding.verdict)) continue;
      constexpr size_t kShown = 10;
      if (++failing <= kShown) cases += fmt::format("\n    {}: {}", analyse::Name(finding.verdict), Printable(finding.case_id));
    }
  }
  if (failing == 0) return {};
  return Fail(fmt::format("{} cannot be accepted, and nothing was written:{}",
                          failing == 1 ? "1 case" : fmt::format("{} cases", failing), cases),
              "give a deviation that is to stay a known-deviations row with its reason in the scenario file, and run again");
}

}  // namespace

Result<analyse::Findings> ReadBaseline(const std::string& folder, const std::vector<std::string>& engines) {
  analyse::Findings all;
  for (const std::string& engine : engines) {
    const std::string path = BaselineOf(folder, engine);
    if (!fs::exists(path)) {
      return Fail(fmt::format("{} has no baseline: there is no {}", engine, path),
                  fmt::format("make one with `plimsoll accept JOURNAL --baseline {}`", folder));
    }
    auto one = ReadResult(path);
    if (!one) return one;
    std::move(one->engines.begin(), one->engines.end(), std::back_inserter(all.engines));
    std::move(one->scenarios.begin(), one->scenarios.end(), std::back_inserter(all.scenarios));
  }
  return all;
}

Status SplitBaseline(const std::string& folder, const std::vector<std::string>& engines, const std::string& to) {
  for (const std::string& engine : engines) {
    const auto text = ReadFile(BaselineOf(folder, engine));
    if (!text) return tl::make_unexpected(text.error());
    auto json = ParseJson(*text);
    if (!json) return tl::make_unexpected(json.error());
    const Json scenarios = std::exchange((*json)["scenarios"], Json::array());
    for (const Json& scenario : scenarios) {
      const std::string place = (fs::path(to) / GetString(scenario, "id")).string();
      std::error_code error;
      fs::create_directories(place, error);  // or the file cannot be written, which is told
      (*json)["scenarios"] = Json::array({scenario});
      if (auto written = WriteFileWhole(BaselineOf(place, engine), CompactJson(*json)); !written) return written;
    }
  }
  return {};
}

std::vector<analyse::Changes> CompareWithBaseline(const analyse::Findings& baseline, const analyse::Findings& findings) {
  std::vector<analyse::Changes> all;
  for (const auto& engine : findings.engines) {
    all.push_back(CompareResults(baseline, engine.name, findings, engine.name, analyse::Compared::kWhatIsNew));
  }
  return all;
}

bool HasChanged(const std::vector<analyse::Changes>& comparisons, const std::string& engine, const std::string& scenario,
                const Json& parameters) {
  for (const analyse::Changes& changes : comparisons) {
    if (changes.after != engine) continue;
    for (const analyse::ScenarioChanges& each : changes.scenarios) {
      if (each.id != scenario) continue;
      for (const analyse::Change& change : each.changes) {
        const bool has = std::find(change.cases.begin(), change.cases.end(), parameters) != change.cases.end();
        if (change.kind == analyse::ChangeKind::kChanged && has) return true;
      }
    }
  }
  return false;
}

Result<std::vector<std::string>> Accept(const std::string& folder, const analyse::Findings& findings) {
  if (const auto fine = RefuseFailures(findings); !fine) return tl::make_unexpected(fine.error());
  std::error_code failed;
  fs::create_directories(folder, failed);
  if (failed) return Fail(fmt::format("{} cannot be made: {}", folder, failed.message()), "name another folder");
  analyse::Findings known;
  for (const auto& file : fs::directory_iterator(folder)) {
    if (file.path().extension() != ".json") continue;
    const auto baseline = ReadResult(file.path().string());
    if (!baseline) return tl::make_unexpected(baseline.error());
    known = analyse::Combine(std::move(known), *baseline);
  }
  known = analyse::Combine(std::move(known), findings);
  std::vector<std::string> written;
  for (const auto& engine : known.engines) {
    const std::string path = BaselineOf(folder, engine.name);
    const std::string text = PrettyJson(EngineJson(engine, known));
    const auto before = ReadFile(path);
    if (before && *before == text) continue;
    if (const auto done = WriteFileWhole(path, text); !done) return tl::make_unexpected(done.error());
    written.push_back(path);
  }
  return written;
}

}  // namespace plimsoll::report
