#include "analyse/agreement.h"

#include <algorithm>
#include <map>

#include "analyse/relation.h"

namespace plimsoll::analyse {
namespace {

bool HaveACommonValue(const Cell& a, const Cell& b) {
  return std::any_of(a.seen.begin(), a.seen.end(), [&](const auto& seen) { return b.seen.contains(seen.first); });
}

Agreement OfCells(const Cell& cell, const Cell& other) {
  if (cell.seen.empty() || other.seen.empty()) return Agreement::kNotRun;
  if (!HaveACommonValue(cell, other)) return Agreement::kDiffers;
  return cell.stable() && other.stable() ? Agreement::kAgrees : Agreement::kUnstable;
}

Agreement OfRows(const CaseFinding& row, const CaseFinding& other) {
  if (!IsComplete(row) || !IsComplete(other)) {
    const bool lacking = row.verdict == Verdict::kUnsupported || other.verdict == Verdict::kUnsupported;
    return lacking ? Agreement::kUnsupported : row.verdict == other.verdict ? Agreement::kAgrees : Agreement::kDiffers;
  }
  Agreement all = Agreement::kAgrees;
  for (size_t i = 0; i < row.cells.size() && i < other.cells.size(); ++i) {
    all = std::max(all, OfCells(row.cells[i], other.cells[i]));
  }
  return all;
}

// "20.10.24+dfsg1" -> 20, 10, 24, 1: enough to put versions into their order.
std::vector<int> NumbersIn(const std::string& version) {
  std::vector<int> numbers;
  bool inside = false;
  for (const char c : version) {
    if (c < '0' || c > '9') {
      inside = false;
      continue;
    }
    if (!inside) numbers.push_back(0);
    inside = true;
    numbers.back() = std::min(numbers.back() * 10 + (c - '0'), 99'999'999);
  }
  return numbers;
}

}  // namespace

std::string_view Name(Agreement agreement) {
  switch (agreement) {
    case Agreement::kNotRun:
      return "not run";
    case Agreement::kAgrees:
      return "agrees";
    case Agreement::kUnstable:
      return "varies";
    case Agreement::kUnsupported:
      return "unsupported";
    case Agreement::kDiffers:
      return "differs";
  }
  return "";
}

Agreement AgreementOf(const ScenarioFindings& scenario, const std::string& engine, const std::string& reference) {
  Agreement all = Agreement::kNotRun;
  const CaseFinding* of_engine = nullptr;
  const CaseFinding* of_reference = nullptr;
  for (const CaseFinding& row : scenario.cases) {  // those of one combination stand together
    if (of_engine != nullptr && of_engine->parameters != row.parameters) of_engine = nullptr;
    if (of_reference != nullptr && of_reference->parameters != row.parameters) of_reference = nullptr;
    if (row.engine == engine) of_engine = &row;
    if (row.engine == reference) of_reference = &row;
    if (of_engine == nullptr || of_reference == nullptr) continue;
    all = std::max(all, OfRows(*of_engine, *of_reference));
    of_engine = of_reference = nullptr;
  }
  return all;
}

std::vector<Product> ProductsOf(const Findings& findings) {
  std::map<std::pair<bool, std::string>, std::vector<const journal::EngineRecord*>> by_name;
  for (const journal::EngineRecord& engine : findings.engines) {
    const std::string name = GetString(engine.identity, "product", engine.name);
    by_name[{name != "docker", name}].push_back(&engine);
  }
  std::vector<Product> products;
  for (auto& [key, engines] : by_name) {
    std::stable_sort(engines.begin(), engines.end(), [](const auto* a, const auto* b) {
      return NumbersIn(GetString(a->identity, "version")) < NumbersIn(GetString(b->identity, "version"));
    });
    Product& product = products.emplace_back();
    product.name = key.second;
    for (const auto* engine : engines) product.engines.push_back(engine->name);
  }
  return products;
}

}  // namespace plimsoll::analyse
