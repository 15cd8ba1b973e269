#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <unordered_map>

#include "journal/records.h"

namespace plimsoll::journal {
namespace {

template <class T>
Status Keep(Result<T> read, std::vector<T>& list, std::string T::* key) {
  if (!read) return tl::make_unexpected(read.error());
  const auto same = std::ranges::find(list, (*read).*key, key);
  if (same == list.end()) {
    list.push_back(std::move(*read));
  } else {
    *same = std::move(*read);
  }
  return {};
}

// Collects cases by id, so that a repeated id (a resumed run) costs no search.
class Collector {
 public:
  Status Take(const Json& json) {
    const std::string kind = GetString(json, "record");
    if (kind == "run") {
      auto run = RunFromJson(json);
      if (!run) return tl::make_unexpected(run.error());
      journal_.run = std::move(*run);
      journal_.finished = false;
      has_run_ = true;
      return {};
    }
    if (kind == "engine") return Keep(EngineFromJson(json), journal_.engines, &EngineRecord::name);
    if (kind == "scenario") return Keep(ScenarioFromJson(json), journal_.scenarios, &ScenarioRecord::id);
    if (kind == "case") {
      auto record = CaseFromJson(json);
      if (!record) return tl::make_unexpected(record.error());
      const auto [place, is_new] = place_of_.try_emplace(record->id, journal_.cases.size());
      if (is_new) {
        journal_.cases.push_back(std::move(*record));
      } else {
        journal_.cases[place->second] = std::move(*record);
      }
      return {};
    }
    if (kind == "call") {
      auto call = CallFromJson(json);
      if (!call) return tl::make_unexpected(call.error());
      CaseRecord& begun = begun_[call->case_id];
      begun.id = call->case_id;
      begun.scenario = std::move(call->scenario);
      begun.engine = std::move(call->engine);
      begun.exchanges.push_back(std::move(call->exchange));
      return {};
    }
    if (kind == "end") {
      journal_.finished = true;
      return {};
    }
    return Fail(fmt::format("a record of the unknown kind \"{}\"", kind));
  }

  Result<Journal> Done(const std::string& path) {
    if (!has_run_) return Fail(fmt::format("{} is no plimsoll journal: it has no \"run\" record", path));
    for (auto& [id, begun] : begun_) {
      if (!place_of_.contains(id)) journal_.cases.push_back(AsFarAsItCame(std::move(begun)));
    }
    std::ranges::sort(journal_.cases, {}, &CaseRecord::id);
    return std::move(journal_);
  }

  void SetTorn(std::string why) { journal_.torn = std::move(why); }

 private:
  static CaseRecord AsFarAsItCame(CaseRecord begun) {
    begun.outcome = CaseOutcome::kHarnessError;
    begun.reason = "plimsoll was ended before the case had: these are the calls that were over";
    const auto started = [](const Exchange& each) { return each.times.started; };
    std::ranges::stable_sort(begun.exchanges, {}, started);
    begun.started = started(begun.exchanges.front());
    for (const Exchange& each : begun.exchanges) begun.ended = std::max(begun.ended, each.times.ended);
    return begun;
  }

  Journal journal_;
  bool has_run_ = false;
  std::unordered_map<std::string, size_t> place_of_;  // in journal_.cases
  std::map<std::string, CaseRecord> begun_;           // of whose calls there are records
};

Result<Journal> ReadLines(std::istream& lines, const std::string& name) {
  Collector collector;
  std::string line;
  for (size_t number = 1; std::getline(lines, line); ++number) {
    const bool last = lines.eof();  // no newline at its end: the writer was cut off here
    if (line.empty()) continue;
    auto json = ParseJson(line);
    Status taken = json ? collector.Take(*json) : Status(tl::make_unexpected(json.error()));
    if (taken) continue;
    if (last || lines.peek() == std::istream::traits_type::eof()) {
      collector.SetTorn(fmt::format("line {} of {} is torn and was left out", number, name));
      break;
    }
    return Fail(fmt::format("{}:{}: {}", name, number, taken.error().what));
  }
  return collector.Done(name);
}

}  // namespace

Result<Journal> ReadJournal(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return Fail(fmt::format("cannot read the journal {}", path), "`plimsoll run --journal FILE` writes one");
  return ReadLines(file, path);
}

Result<Journal> ReadJournalText(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  return ReadLines(lines, name);
}

}  // namespace plimsoll::journal
