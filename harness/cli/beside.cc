#include "cli/beside.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>

#include "base/parallel.h"
#include "base/version.h"
#include "notes/out_of_reach.h"

namespace plimsoll::cli {
std::string DefaultSpecs() {
  const char* cache = std::getenv("PLIMSOLL_CACHE");
  return std::string(cache && *cache ? cache : "/var/cache/plimsoll") + "/specs";
}

Result<analyse::Descriptions> LoadDescriptions(const std::string& folder, const journal::Journal& journal) {
  analyse::Descriptions descriptions;
  for (const std::string& version : analyse::VersionsSpoken(journal)) {
    const std::string path = folder + "/v" + version + ".yaml";
    if (VersionNumber(version) == 0 || !std::filesystem::exists(path)) continue;
    auto description = openapi::Description::Load(path);
    if (!description) return tl::make_unexpected(description.error());
    descriptions.emplace(version, std::move(*description));
  }
  return descriptions;
}

void AddBesideOptions(CLI::App& command, BesideOptions& options) {
  options.specs = DefaultSpecs();
  options.out_of_reach = "scenarios/lib/out-of-reach.yaml";
  options.questions = "scenarios/lib/questions.yaml";
  command.add_option("--specs", options.specs, "Folder of the API's Swagger files (v1.41.yaml ...), with which calls and answers are compared")
      ->capture_default_str()
      ->type_name("FOLDER");
  command.add_option("--out-of-reach", options.out_of_reach, "What of the API cannot be had, with the reasons; read where it is there")
      ->capture_default_str()
      ->type_name("FILE");
  command.add_option("--questions", options.questions, "Questions of users, and which observations answer them; read where it is there")
      ->capture_default_str()
      ->type_name("FILE");
}

Result<report::Beside> PutBeside(const Analysed& analysed, const BesideOptions& options) {
  report::Beside beside;
  if (std::filesystem::exists(options.questions)) {
    auto questions = notes::LoadQuestions(options.questions);
    if (!questions) return tl::make_unexpected(questions.error());
    beside.questions = std::move(*questions);
  }
  const auto descriptions = LoadDescriptions(options.specs, analysed.journal);
  if (!descriptions) return tl::make_unexpected(descriptions.error());
  if (descriptions->empty()) {
    fmt::print(stderr,
               "plimsoll: no conformance.md and coverage.md: {} has no Swagger file of the API versions spoken\n"
               "  `fixtures/engines/engine specs` prepares them; --specs names another folder\n",
               options.specs);
    return beside;
  }
  InParallel(2, [&](size_t i) {
    if (i == 0) beside.conformance = analyse::CheckAgainst(*descriptions, analysed.journal);
    if (i == 1) beside.coverage = analyse::CoverageOf(*descriptions, analysed.findings, analysed.journal);
  });
  if (std::filesystem::exists(options.out_of_reach)) {
    auto rows = notes::LoadOutOfReach(options.out_of_reach);
    if (!rows) return tl::make_unexpected(rows.error());
    beside.coverage.out_of_reach = std::move(*rows);
  }
  return beside;
}

}  // namespace plimsoll::cli
