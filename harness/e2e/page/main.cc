// plimsoll_reliability_page OUT [--fuzzing ROWS] RESULTS.json...
#include <fmt/format.h>

#include <string_view>

#include "base/text.h"
#include "e2e/reliability_page.h"

int main(int argc, char** argv) {
  using namespace plimsoll;
  std::vector<Json> results;
  std::string fuzzing;
  for (int i = 2; i < argc; ++i) {
    const bool is_fuzzing = std::string_view(argv[i]) == "--fuzzing" && i + 1 < argc;
    const auto text = ReadFile(argv[is_fuzzing ? ++i : i]);
    auto document = text && !is_fuzzing ? TryParseJson(*text) : std::nullopt;
    if (!text || (!is_fuzzing && !document)) {
      fmt::print(stderr, "{}: {}\n", argv[i], text ? "is not JSON" : text.error().Text());
      return 2;
    }
    if (is_fuzzing) fuzzing = *text;
    else results.push_back(std::move(*document));
  }
  if (argc < 3) {
    fmt::print(stderr, "usage: {} OUT [--fuzzing ROWS] RESULTS.json...\n", argv[0]);
    return 2;
  }
  if (auto written = WriteFileWhole(argv[1], e2e::ReliabilityPage(results, fuzzing)); !written) {
    fmt::print(stderr, "{}\n", written.error().Text());
    return 3;
  }
  return 0;
}
