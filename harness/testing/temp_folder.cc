#include "testing/temp_folder.h"

#include <stdlib.h>

#include <cstdio>
#include <fstream>

namespace plimsoll::testing {

TempFolder::TempFolder()
    : path_((std::filesystem::temp_directory_path() / "plimsoll-test-XXXXXX").string()) {
  if (mkdtemp(path_.data())) return;
  std::perror(path_.c_str());
  std::abort();
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string TempFolder::File(std::string_view name) const {
  const std::filesystem::path file = std::filesystem::path(path_) / name;
  std::filesystem::create_directories(file.parent_path());
  return file.string();
}

std::string TempFolder::Write(std::string_view name, std::string_view content) const {
  const std::string file = File(name);
  std::ofstream(file, std::ios::binary) << content;
  return file;
}

}  // namespace plimsoll::testing
