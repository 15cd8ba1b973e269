#include "analyse/set_cover.h"

#include <algorithm>
#include <limits>
#include <queue>
#include <tuple>
#include <utility>

namespace plimsoll::analyse {
namespace {

// Set comparisons that one search may take.
constexpr size_t kComparisons = 1'000'000;
constexpr uint64_t kImpossible = std::numeric_limits<uint64_t>::max();

// The classical search: take what is needed, drop what is dominated, branch on what is left.
class Search {
 public:
  Search(const std::vector<CandidateSet>& sets, std::vector<Bits> holders)
      : sets_(sets), holders_(std::move(holders)) {}

  std::vector<size_t> Run() {
    State root{Bits::Full(holders_.size()), Bits::Full(sets_.size()), {}, 0};
    Reduce(root);
    Keep(Irredundant(Greedy(root)));
    Branch(std::move(root), /*reduced=*/true);
    std::sort(best_.begin(), best_.end());
    return best_;
  }

 private:
  struct State {
    Bits elements;  // not yet held
    Bits sets;      // still to be chosen from
    std::vector<size_t> chosen;
    uint64_t cost;
  };

  bool Spend(size_t comparisons) {
    if (comparisons > budget_) {
      budget_ = 0;
      return false;
    }
    budget_ -= comparisons;
    return true;
  }

  void Choose(State& state, size_t set) const {
    state.chosen.push_back(set);
    state.cost += sets_[set].cost;
    state.elements -= sets_[set].elements;
    state.sets.Clear(set);
  }

  // Chooses the sets that alone hold some element. False where an element has no holder left.
  bool TakeNeeded(State& state, bool& changed) const {
    for (size_t element : state.elements.Members()) {
      if (!state.elements.Test(element)) continue;
      const Bits holders = holders_[element] & state.sets;
      const size_t count = holders.Count();
      if (count == 0) return false;
      if (count > 1) continue;
      Choose(state, holders.Members().front());
      changed = true;
    }
    return true;
  }

  // An element is held as soon as one is whose holders all hold it too.
  bool DropImpliedElements(State& state) {
    const std::vector<size_t> members = state.elements.Members();
    if (!Spend(members.size() * members.size())) return false;
    bool changed = false;
    for (size_t a : members) {
      for (size_t b : members) {
        if (a == b || !state.elements.Test(a) || !state.elements.Test(b)) continue;
        if (!holders_[a].IsWithin(holders_[b], state.sets)) continue;
        state.elements.Clear(b);
        changed = true;
      }
    }
    return changed;
  }

  // A set is of no use where another one holds as much and costs no more.
  bool DropDominatedSets(State& state) {
    const std::vector<size_t> members = state.sets.Members();
    if (!Spend(members.size() * members.size())) return false;
    bool changed = false;
    for (size_t a : members) {
      for (size_t b : members) {
        if (a == b || !state.sets.Test(a) || !state.sets.Test(b)) continue;
        if (sets_[a].cost > sets_[b].cost) continue;
        if (!sets_[b].elements.IsWithin(sets_[a].elements, state.elements)) continue;
        state.sets.Clear(b);
        changed = true;
      }
    }
    return changed;
  }

  bool Reduce(State& state) {
    for (bool changed = true; changed;) {
      changed = false;
      if (!TakeNeeded(state, changed)) return false;
      changed = DropImpliedElements(state) || changed;
      changed = DropDominatedSets(state) || changed;
    }
    return true;
  }

  // No choice from here on costs less than this more: elements without a common holder each need
  // one.
  uint64_t LeastCost(const State& state) const {
    Bits used(sets_.size());
    uint64_t cost = 0;
    for (size_t element : ByHolders(state)) {
      const Bits holders = holders_[element] & state.sets;
      if (holders.Meets(used)) continue;
      used |= holders;
      uint64_t cheapest = kImpossible;
      holders.ForEach([&](size_t set) { cheapest = std::min(cheapest, sets_[set].cost); });
      if (cheapest == kImpossible) return kImpossible;
      cost += cheapest;
    }
    return cost;
  }

  std::vector<size_t> ByHolders(const State& state) const {
    std::vector<std::pair<size_t, size_t>> keyed;
    state.elements.ForEach(
        [&](size_t e) { keyed.emplace_back(holders_[e].CountCommon(state.sets), e); });
    std::sort(keyed.begin(), keyed.end());
    std::vector<size_t> elements;
    for (const auto& [count, element] : keyed) elements.push_back(element);
    return elements;
  }

  // The members of `candidates`, those that hold most first.
  std::vector<size_t> ByUse(const State& state, const Bits& candidates) const {
    std::vector<std::pair<size_t, size_t>> keyed;
    candidates.ForEach([&](size_t set) {
      keyed.emplace_back(sets_[set].elements.CountCommon(state.elements), set);
    });
    std::sort(keyed.begin(), keyed.end(), [&](const auto& a, const auto& b) {
      if (a.first != b.first) return a.first > b.first;
      if (sets_[a.second].cost != sets_[b.second].cost) {
        return sets_[a.second].cost < sets_[b.second].cost;
      }
      return a.second < b.second;
    });
    std::vector<size_t> order;
    for (const auto& [use, set] : keyed) order.push_back(set);
    return order;
  }

  // Always the set that holds most of what is left. What a set is of use for only shrinks, so the
  // use of most sets need not be counted again in each round.
  std::vector<size_t> Greedy(State state) const {
    struct Offer {
      size_t use;
      uint64_t cost;
      size_t set;
      bool operator<(const Offer& other) const {
        return std::tie(use, other.cost, other.set) < std::tie(other.use, cost, set);
      }
    };
    std::priority_queue<Offer> offers;
    const auto offer = [&](size_t set) {
      offers.push({sets_[set].elements.CountCommon(state.elements), sets_[set].cost, set});
    };
    state.sets.ForEach(offer);
    while (state.elements.Any() && !offers.empty()) {
      const Offer best = offers.top();
      offers.pop();
      if (best.use == 0) break;  // against REQUIRES
      if (sets_[best.set].elements.CountCommon(state.elements) == best.use) {
        Choose(state, best.set);
      } else {
        offer(best.set);
      }
    }
    return state.chosen;
  }

  // Spares what the others hold, the dearest first.
  std::vector<size_t> Irredundant(std::vector<size_t> chosen) const {
    std::vector<size_t> held(holders_.size(), 0);
    for (size_t set : chosen) sets_[set].elements.ForEach([&](size_t e) { ++held[e]; });
    std::stable_sort(chosen.begin(), chosen.end(),
                     [&](size_t a, size_t b) { return sets_[a].cost > sets_[b].cost; });
    std::vector<size_t> kept;
    for (size_t set : chosen) {
      bool needed = false;
      sets_[set].elements.ForEach([&](size_t e) { needed = needed || held[e] == 1; });
      if (needed) {
        kept.push_back(set);
      } else {
        sets_[set].elements.ForEach([&](size_t e) { --held[e]; });
      }
    }
    return kept;
  }

  void Keep(std::vector<size_t> chosen) {
    uint64_t cost = 0;
    for (size_t set : chosen) cost += sets_[set].cost;
    if (cost >= best_cost_) return;
    best_cost_ = cost;
    best_ = std::move(chosen);
  }

  void Branch(State state, bool reduced) {
    if (!reduced && !Reduce(state)) return;
    if (!state.elements.Any()) return Keep(std::move(state.chosen));
    if (!Spend(state.elements.Count() + state.sets.Count())) return;
    const uint64_t least = LeastCost(state);
    if (least == kImpossible || state.cost + least >= best_cost_) return;
    const size_t element = ByHolders(state).front();
    for (size_t set : ByUse(state, holders_[element] & state.sets)) {
      State next = state;
      Choose(next, set);
      Branch(std::move(next), /*reduced=*/false);
      if (budget_ == 0) return;
      state.sets.Clear(set);  // every choice with it has been seen
    }
  }

  const std::vector<CandidateSet>& sets_;
  std::vector<Bits> holders_;  // by element: the sets that hold it
  size_t budget_ = kComparisons;
  std::vector<size_t> best_;
  uint64_t best_cost_ = kImpossible;
};

std::vector<Bits> HoldersOf(const std::vector<CandidateSet>& sets, size_t elements) {
  std::vector<Bits> holders(elements, Bits(sets.size()));
  for (size_t set = 0; set < sets.size(); ++set) {
    sets[set].elements.ForEach([&](size_t element) { holders[element].Set(set); });
  }
  return holders;
}

}  // namespace

std::vector<size_t> MinimalSetCover(const std::vector<CandidateSet>& sets, size_t elements) {
  // Elements with the same holders are one: tables have thousands of rows but few kinds of them.
  std::vector<Bits> holders = HoldersOf(sets, elements);
  std::sort(holders.begin(), holders.end());
  holders.erase(std::unique(holders.begin(), holders.end()), holders.end());
  std::vector<CandidateSet> merged;
  for (const CandidateSet& set : sets) merged.push_back({Bits(holders.size()), set.cost});
  for (size_t element = 0; element < holders.size(); ++element) {
    holders[element].ForEach([&](size_t set) { merged[set].elements.Set(element); });
  }
  return Search(merged, std::move(holders)).Run();
}

}  // namespace plimsoll::analyse
