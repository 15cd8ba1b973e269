#include "scenario/problems.h"

#include <algorithm>
#include <tuple>

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
  const auto same = [&](const Diagnostic& a, const Diagnostic& b) {
    return order(a) == order(b) && a.message == b.message;
  };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), same), sorted.end());
  return sorted;
}

}  // namespace plimsoll::scenario
