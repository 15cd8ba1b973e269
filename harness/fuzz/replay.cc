// A main for a fuzz target in a build without libFuzzer: calls it with every file of the folders given.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/text.h"
#include "fuzz/fuzz.h"

int main(int argc, char** argv) {
  std::vector<std::filesystem::path> files;
  for (int i = 1; i < argc; ++i) {
    for (const auto& entry : std::filesystem::directory_iterator(argv[i])) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  for (const auto& file : files) {
    const auto text = plimsoll::ReadFile(file.string());
    if (!text) {
      fmt::print(stderr, "{}\n", text.error().what);
      return 1;
    }
    fmt::print("{}\n", file.filename().string());
    std::fflush(stdout);  // so that the last line names the file that ended the program
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(text->data()), text->size());
  }
  if (!files.empty()) return 0;
  fmt::print(stderr, "no files to replay\n");
  return 1;
}
