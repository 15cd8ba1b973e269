#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "scenario/load_scenario.h"

namespace plimsoll::scenario {
namespace {

namespace fs = std::filesystem;

bool LooksLikeScenario(const fs::path& path) {
  const std::string extension = path.extension().string();
  return extension == ".yaml" || extension == ".yml" || extension == ".json";
}

Result<std::vector<std::string>> FilesBelow(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  // Links to folders are not followed, so that none can lead in circles.
  fs::recursive_directory_iterator entry(folder, error);
  for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
    std::error_code ignored;
    const fs::path name = entry->path().filename();
    if (entry->is_directory(ignored)) {
      if (name == "lib" || name.string().starts_with(".")) entry.disable_recursion_pending();
    } else if (entry->is_regular_file(ignored) && LooksLikeScenario(name)) {
      files.push_back(entry->path().lexically_normal().string());
    }
  }
  if (error) return Fail(fmt::format("cannot read the folder {}: {}", folder, error.message()));
  return files;
}

}  // namespace

Result<std::vector<std::string>> FindScenarioFiles(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code error;
    if (!fs::exists(path, error)) return Fail(fmt::format("{} does not exist", path));
    if (!fs::is_directory(path, error)) {
      files.push_back(fs::path(path).lexically_normal().string());
      continue;
    }
    auto below = FilesBelow(path);
    if (!below) return below;
    files.insert(files.end(), below->begin(), below->end());
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  return files;
}

}  // namespace plimsoll::scenario
