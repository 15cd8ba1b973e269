#include "analyse/sweep.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include "analyse/relation.h"
#include "analyse/rules.h"
#include "analyse/support.h"
#include "base/text.h"

namespace plimsoll::analyse {
namespace {

constexpr size_t kFewestDrawn = 8;
constexpr size_t kMostDrawn = 32;
// More need fewer rounds and a few combinations more.
constexpr size_t kHalvedAtOnce = 3;

// What one observation showed on one engine: parallel to the allowed combinations, nullptr where nothing certain is known.
using Column = std::vector<const Json*>;

class Rounds {
 public:
  Rounds(const ScenarioFindings& scenario, const std::vector<IndexRow>& allowed)
      : scenario_(scenario), allowed_(allowed), tried_(allowed.size(), false),
        looks_(allowed.size(), kLooksAtSurprises), taken_(allowed.size(), false) {
    for (size_t i = 0; i < allowed.size(); ++i) number_of_.emplace(allowed[i], i);
    std::map<std::string, size_t> engine_of;
    for (const std::string& engine : scenario.engines) engine_of.emplace(engine, engine_of.size());
    columns_.assign(scenario.observations.size() * engine_of.size(), Column(allowed.size(), nullptr));
    std::vector<size_t> engines_that_tried(allowed.size(), 0);
    for (const CaseFinding& row : scenario.cases) {
      const auto found = number_of_.find(PlaceInMatrix(scenario.parameters, row.parameters));
      if (found == number_of_.end()) continue;  // an included one
      const size_t i = found->second;
      tried_[i] = ++engines_that_tried[i] == engine_of.size();
      looks_[i] = std::min(looks_[i], row.repetitions);
      for (size_t o = 0; o < scenario.observations.size(); ++o) {
        if (IsCertain(row, o)) columns_[o * engine_of.size() + engine_of.at(row.engine)][i] = &row.cells[o].value;
      }
    }
  }

  Sweep Run() {
    if (!Take(Covered(PairsOfColumns(scenario_.parameters.size())), sweep_.pairs)) return sweep_;
    for (;;) {
      std::vector<Guess> guesses;
      for (const Column& column : columns_) guesses.push_back(GuessFrom(column));
      std::vector<size_t> needed = Halfway(guesses);
      if (needed.empty()) needed = Covered(NeededFor(guesses));
      if (!needed.empty()) {
        if (!Take(needed, sweep_.needed) || !LookedAgain(guesses)) return sweep_;
        continue;
      }
      const std::vector<size_t> drawn = Drawn();
      size_t count = 0;
      if (!Take(drawn, count) || !LookedAgain(guesses)) return sweep_;
      if (AreAsGuessed(drawn, guesses)) {
        sweep_.drawn = count;
        sweep_.settled = true;
        return sweep_;
      }
      sweep_.needed += count;  // they taught something
    }
  }

 private:
  // A rule as far as it is needed here: the value is a function of these parameters.
  struct Guess {
    Columns deciding;
    Columns proven;  // of these: what alone makes a difference somewhere
    std::map<IndexRow, const Json*> value;  // by the values of `deciding`
  };

  IndexRow Part(size_t row, const Columns& columns) const {
    IndexRow part;
    for (const size_t column : columns) part.push_back(allowed_[row][column]);
    return part;
  }

  Guess GuessFrom(const Column& column) const {
    RuleTable table{scenario_.parameters, {}, {}};
    std::map<Json, uint32_t> numbers;
    for (size_t i = 0; i < allowed_.size(); ++i) {
      if (!taken_[i] || column[i] == nullptr) continue;
      table.rows.push_back({allowed_[i], numbers.emplace(*column[i], static_cast<uint32_t>(numbers.size())).first->second});
    }
    for (const auto& [value, number] : numbers) table.values.push_back(value);  // DecidingParameters looks at numbers only
    Guess guess{DecidingParameters(table), IndispensableParameters(table), {}};
    for (size_t i = 0; i < allowed_.size(); ++i) {
      if (taken_[i] && column[i] != nullptr) guess.value.emplace(Part(i, guess.deciding), column[i]);
    }
    return guess;
  }

  // Rows by what the observation was, and that by what the parameters `same` are.
  std::map<IndexRow, std::map<Json, std::vector<size_t>>> Cells(const Column& column, const Columns& same) const {
    std::map<IndexRow, std::map<Json, std::vector<size_t>>> cells;
    for (size_t i = 0; i < allowed_.size(); ++i) {
      if (taken_[i] && column[i] != nullptr) cells[Part(i, same)][*column[i]].push_back(i);
    }
    return cells;
  }

  // What is halfway between the nearest rows of which what is proven does not tell why they differ: for each guess a few.
  std::vector<size_t> Halfway(const std::vector<Guess>& guesses) const {
    std::set<size_t> chosen;
    for (size_t c = 0; c < columns_.size(); ++c) {
      if (guesses[c].proven.size() == guesses[c].deciding.size()) continue;
      std::set<std::pair<size_t, size_t>> nearest;  // how many parameters are to be told apart; the row
      for (const auto& [part, rows_of] : Cells(columns_[c], guesses[c].proven)) {
        const auto& [value, rare] = *std::ranges::min_element(rows_of, {}, [](const auto& cell) { return cell.second.size(); });
        for (const auto& [other, rows] : rows_of) {
          if (other == value) continue;
          for (const size_t a : rare) {
            for (const size_t b : rows) Insert(nearest, a, b);
          }
        }
      }
      for (const auto& [distance, row] : nearest) chosen.insert(row);
    }
    return {chosen.begin(), chosen.end()};
  }

  // Keeps the kHalvedAtOnce nearest.
  void Insert(std::set<std::pair<size_t, size_t>>& nearest, size_t a, size_t b) const {
    const Columns differing = Differing(a, b);
    if (nearest.size() == kHalvedAtOnce && differing.size() > nearest.rbegin()->first) return;
    IndexRow halfway = allowed_[a];
    for (size_t d = 0; d < differing.size() / 2; ++d) halfway[differing[d]] = allowed_[b][differing[d]];
    const auto found = number_of_.find(halfway);
    if (found == number_of_.end() || taken_[found->second]) return;
    nearest.emplace(differing.size(), found->second);
    if (nearest.size() > kHalvedAtOnce) nearest.erase(std::prev(nearest.end()));
  }

  Columns Differing(size_t a, size_t b) const {
    Columns differing;
    for (size_t p = 0; p < scenario_.parameters.size(); ++p) {
      if (allowed_[a][p] != allowed_[b][p]) differing.push_back(p);
    }
    return differing;
  }

  // Of which parameters every combination has to be tried.
  std::vector<Columns> NeededFor(const std::vector<Guess>& guesses) const {
    std::set<Columns> sets;
    for (const Guess& guess : guesses) {
      sets.insert(guess.deciding);
      for (size_t p = 0; p < scenario_.parameters.size(); ++p) {
        if (std::ranges::find(guess.deciding, p) != guess.deciding.end()) continue;
        Columns with = guess.deciding;
        with.insert(std::ranges::upper_bound(with, p), p);
        sets.insert(std::move(with));
      }
    }
    return {sets.begin(), sets.end()};
  }

  // What has to be taken besides, so that these sets are covered.
  std::vector<size_t> Covered(const std::vector<Columns>& sets) const {
    std::vector<bool> taken = taken_;
    CoverCombinations(allowed_, sets, taken);
    std::vector<size_t> rows;
    for (size_t i = 0; i < allowed_.size(); ++i) {
      if (taken[i] && !taken_[i]) rows.push_back(i);
    }
    return rows;
  }

  std::vector<size_t> Drawn() const {
    std::vector<std::pair<uint64_t, size_t>> lots;
    for (size_t i = 0; i < allowed_.size(); ++i) {
      if (!taken_[i]) lots.emplace_back(Scattered(CompactJson(allowed_[i])), i);
    }
    std::ranges::sort(lots);
    const size_t wanted = std::clamp((allowed_.size() - lots.size()) / 4, kFewestDrawn, kMostDrawn);
    if (lots.size() > wanted) lots.resize(wanted);
    std::vector<size_t> rows;
    for (const auto& [lot, i] : lots) rows.push_back(i);
    std::ranges::sort(rows);
    return rows;
  }

  // Whether all of `rows` were tried: then they are taken, and counted. Else they are what is next.
  bool Take(const std::vector<size_t>& rows, size_t& count) {
    for (const size_t i : rows) {
      if (!tried_[i]) sweep_.next.push_back(ParametersOf(i));
    }
    if (!sweep_.next.empty()) return false;
    for (const size_t i : rows) taken_[i] = true;
    count += rows.size();
    return true;
  }

  // Whether all that contradicts the guesses, or that they contradict, was looked at often enough. Else it is what is next.
  bool LookedAgain(const std::vector<Guess>& guesses) {
    std::set<size_t> suspects;
    for (size_t c = 0; c < columns_.size(); ++c) {
      for (const auto& [part, rows_of] : Cells(columns_[c], guesses[c].deciding)) {
        if (rows_of.size() < 2) continue;
        size_t all = 0;
        for (const auto& [value, rows] : rows_of) all += rows.size();
        for (const auto& [value, rows] : rows_of) {
          const bool rare = 3 * rows.size() <= all || all == 2;  // what a parameter brings about is seen more often
          if (rare) suspects.insert(rows.begin(), rows.end());
        }
      }
    }
    for (const size_t i : suspects) {
      if (looks_[i] < kLooksAtSurprises) sweep_.again.push_back(ParametersOf(i));
    }
    return sweep_.again.empty();
  }

  Json ParametersOf(size_t row) const {
    Json parameters = Json::object();
    for (size_t p = 0; p < scenario_.parameters.size(); ++p) {
      parameters[scenario_.parameters[p].name] = scenario_.parameters[p].values[allowed_[row][p]];
    }
    return parameters;
  }

  bool AreAsGuessed(const std::vector<size_t>& rows, const std::vector<Guess>& guesses) const {
    for (size_t c = 0; c < columns_.size(); ++c) {
      for (const size_t i : rows) {
        if (columns_[c][i] == nullptr) continue;
        const auto guessed = guesses[c].value.find(Part(i, guesses[c].deciding));
        if (guessed == guesses[c].value.end() || *guessed->second != *columns_[c][i]) return false;
      }
    }
    return true;
  }

  const ScenarioFindings& scenario_;
  const std::vector<IndexRow>& allowed_;
  std::map<IndexRow, size_t> number_of_;  // the place in `allowed`
  std::vector<Column> columns_;  // by observation, then engine
  std::vector<bool> tried_;      // on each engine
  std::vector<int> looks_;       // on each engine at least
  std::vector<bool> taken_;      // in the rounds so far
  Sweep sweep_;
};

}  // namespace

Sweep SweepThrough(const ScenarioFindings& scenario, const std::vector<IndexRow>& allowed) {
  return Rounds(scenario, allowed).Run();
}

}  // namespace plimsoll::analyse
