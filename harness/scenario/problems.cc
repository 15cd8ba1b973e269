#include "scenario/problems.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace plimsoll::scenario {
namespace {

std::string NameOf(const Diagnostic& diagnostic) {
  return diagnostic.place.source ? diagnostic.place.source->name() : "";
}

}  // namespace

void Problems::Add(SourcePlace place, std::string message, std::string hint) {
  diagnostics_.push_back({std::move(place), std::move(message), std::move(hint)});
}

std::vector<Diagnostic> Problems::Sorted(const std::string& main) const {
  const auto order = [&](const Diagnostic& d) {
    std::string name = NameOf(d);
    const bool included = name != main;
    return std::make_tuple(included, std::move(name), d.place.line, d.place.column);
  };
  std::vector<Diagnostic> sorted = diagnostics_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const Diagnostic& a, const Diagnostic& b) { return order(a) < order(b); });
  std::set<std::pair<decltype(order(sorted[0])), std::string>> seen;
  std::erase_if(sorted,
                [&](const Diagnostic& d) { return !seen.emplace(order(d), d.message).second; });
  return sorted;
}

}  // namespace plimsoll::scenario
