#include "bench/latency_bench.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <iterator>
#include <mutex>
#include <regex>
#include <thread>
#include <utility>

#include "base/stamp.h"
#include "bench/effort.h"
#include "bench/floor.h"
#include "bench/interleave.h"
#include "bench/rounds.h"
#include "bench/saturate.h"
#include "bench/start_breakdown.h"
#include "run/clean.h"

namespace plimsoll::bench {
namespace {

constexpr const char* kInterrupted = "interrupted";
constexpr const char* kNotOurs = "the engine was not started by plimsoll, which does not fill it with containers";
constexpr int kCreators = 8;

}  // namespace

// An engine with the site on it that all items use.
struct LatencyBench::Engine {
  BenchedEngine benched;
  Ground ground;
  std::unique_ptr<Site> site;
  int64_t containers = 0;  // that fill it
  std::string spoiled;     // why it cannot be filled

  std::unique_ptr<Site> NewSite(const engine::Bell* cancel) const {
    return std::make_unique<Site>(benched.engine.endpoint, ground, cancel);
  }
};

// One engine's part in one item.
struct LatencyBench::Turn {
  Engine* engine = nullptr;
  const Operation* operation = nullptr;
  int calls = 1;                      // in a round
  std::unique_ptr<FloorMeter> floor;  // may be null
  latency::Series series;
};

LatencyBench::LatencyBench(LatencyOptions options)
    : options_(std::move(options)), operations_(Operations()), run_id_(NewRunId()) {}

LatencyBench::~LatencyBench() { static_cast<void>(Close()); }

bool LatencyBench::interrupted() const {
  if (!options_.cancel) return false;
  engine::Loop loop(options_.cancel);
  return loop.Wait([] { return false; }, Now()) == engine::Loop::Woke::kCancelled;
}

const std::string& LatencyBench::EngineName(size_t engine) const { return engines_[engine]->benched.engine.name; }

void LatencyBench::Say(const std::string& text) const {
  if (options_.said) options_.said(text);
}

bool LatencyBench::IsWanted(const std::string& name) const {
  if (options_.operations.empty()) return true;
  return std::ranges::any_of(options_.operations, [&](const std::string& wanted) {
    return std::regex_search(name, std::regex("^(?:" + wanted + ")"));
  });
}

Status LatencyBench::Choose() {
  const auto find = [&](const char* name) {
    return static_cast<size_t>(std::ranges::find(operations_, name, &Operation::name) - operations_.begin());
  };
  for (size_t i = 0; i < operations_.size(); ++i) {
    if (operations_[i].containers.empty() && IsWanted(operations_[i].Name())) items_.push_back({.operation = i});
  }
  for (const char* name : {"ping", "inspect", "life"}) {
    if (IsWanted(name)) items_.push_back({.operation = find(name), .clients = options_.sizes.clients});
  }
  for (const auto& [name, rate] : {std::pair{"ping", 200.0}, {"inspect", 100.0}}) {
    if (IsWanted(name)) items_.push_back({.operation = find(name), .loop = latency::Loop::kOpen, .rate = rate});
  }
  for (const int64_t containers : options_.sizes.containers) {
    for (size_t i = 0; i < operations_.size(); ++i) {
      if (!operations_[i].containers.empty() && IsWanted(operations_[i].Name())) {
        items_.push_back({.operation = i, .containers = containers});
      }
    }
  }
  series_.resize(items_.size());
  if (!items_.empty() || IsWanted("saturation") || IsWanted("start breakdown")) return {};
  std::vector<std::string> names;
  for (const Operation& operation : operations_) names.push_back(operation.Name());
  return Fail(fmt::format("no operation is called {}", fmt::join(options_.operations, " or ")),
              fmt::format("there are: {}, start breakdown, saturation", fmt::join(names, ", ")));
}

Result<std::unique_ptr<LatencyBench>> LatencyBench::Open(std::vector<BenchedEngine> engines, LatencyOptions options) {
  auto bench = std::unique_ptr<LatencyBench>(new LatencyBench(std::move(options)));
  auto images = run::MakeImages(run::ImageSources::Default(), bench->run_id_);
  if (!images) return tl::make_unexpected(images.error());
  bench->image_ = std::move(images->front());
  for (BenchedEngine& benched : engines) {
    auto engine = std::make_unique<Engine>();
    engine->ground = {"/v" + benched.engine.identity.api, bench->image_.reference, bench->run_id_};
    engine->benched = std::move(benched);
    engine->site = engine->NewSite(bench->options_.cancel);
    const run::EngineUnderTest& under_test = engine->benched.engine;
    if (!engine->benched.instance) engine->spoiled = kNotOurs;
    bench->measurement_.engines.push_back({under_test.name, under_test.identity.ToJson()});
    bench->engines_.push_back(std::move(engine));
    const auto loaded = run::LoadImage(under_test.endpoint, bench->image_, bench->run_id_, Now() + std::chrono::seconds(60));
    if (!loaded) return tl::make_unexpected(loaded.error());
  }
  bench->measurement_.plimsoll = bench->options_.plimsoll;
  bench->measurement_.started = WallClock();
  bench->measurement_.machine = latency::ThisMachine();
  if (auto chosen = bench->Choose(); !chosen) return tl::make_unexpected(chosen.error());
  return bench;
}

Status LatencyBench::Close() {
  Status all;
  for (const auto& engine : std::exchange(engines_, {})) {
    engine->site.reset();
    if (engine->benched.instance) continue;  // goes as a whole
    const auto cleaned = run::CleanLeftovers(engine->benched.engine.endpoint, {.dry = false, .run_id = run_id_});
    if (!cleaned) all = tl::make_unexpected(cleaned.error());
    else if (!cleaned->failed.empty()) all = Fail("could not remove " + cleaned->failed.front(), "try `plimsoll clean` later");
  }
  return all;
}

// Up to so many containers, several at a time.
Status LatencyBench::Fill(Engine& engine, int64_t containers) {
  if (!engine.spoiled.empty()) return Fail(engine.spoiled);
  if (engine.containers < containers) Say(fmt::format("{}: up to {} containers", engine.benched.engine.name, containers));
  std::atomic<int64_t> next{engine.containers};
  std::mutex mutex;
  Status all;
  const auto create = [&] {
    const auto site = engine.NewSite(options_.cancel);
    for (int64_t n; (n = next++) < containers;) {
      Json labels = site->Labels();
      if (n % 10 == 0) labels[kTenthLabel] = "yes";
      const auto made = site->Create({"true"}, Json::object(), {{"Labels", labels}});
      if (made) continue;
      const std::lock_guard lock(mutex);
      all = tl::make_unexpected(made.error());
      return;
    }
  };
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kCreators; ++i) threads.emplace_back(create);
  }
  engine.containers = std::max(engine.containers, containers);
  if (!all) engine.spoiled = all.error().what;
  return all;
}

// An engine's part, tried out.
LatencyBench::Turn LatencyBench::PrepareTurn(size_t number, size_t index) {
  const Item& item = items_[number];
  const Operation& operation = operations_[item.operation];
  Turn turn;
  turn.engine = engines_[index].get();
  turn.operation = &operation;
  turn.series = {.operation = operation.name, .variant = operation.variant, .engine = EngineName(index), .timed = operation.timed,
                 .containers = item.containers, .loop = item.loop, .clients = item.clients, .rate = item.rate, .bytes = operation.bytes};
  Status well = interrupted() ? Status(Fail(kInterrupted)) : Status();
  if (well && item.containers >= 0) well = Fill(*turn.engine, item.containers);
  if (well) {
    auto tried_out = TryOut(operation, *turn.engine->site, options_.sizes.budget);
    if (tried_out) {
      turn.calls = tried_out->calls;
      turn.floor = FloorMeter::Make(operation, std::move(*tried_out), turn.engine->ground, item.rate, options_.cancel);
    } else {
      well = tl::make_unexpected(tried_out.error());
    }
  }
  if (!well) turn.series.trouble = well.error().what;
  return turn;
}

const std::vector<latency::Series>& LatencyBench::Measure(size_t number) {
  std::vector<latency::Series>& series = series_[number];
  if (!series.empty()) return series;
  const Item& item = items_[number];
  for (size_t other = 0; other < items_.size(); ++other) {
    if (items_[other].containers >= 0 && items_[other].containers < item.containers) Measure(other);
  }
  if (item.containers > 0) MeasureTheRest();
  std::vector<Turn> turns;
  for (size_t i = 0; i < engines_.size(); ++i) turns.push_back(PrepareTurn(number, i));
  Say(turns.front().series.Name());
  for (int round = 0; round < options_.sizes.rounds; ++round) {
    for (const size_t i : TurnsOf(turns.size(), round)) {
      if (turns[i].series.trouble.empty()) MeasureRound(item, turns[i]);
    }
  }
  for (Turn& turn : turns) {
    if (!turn.series.trouble.empty()) Say(fmt::format("{} on {}: {}", turn.series.Name(), turn.series.engine, turn.series.trouble));
    series.push_back(std::move(turn.series));
  }
  return series;
}

void LatencyBench::MeasureRound(const Item& item, Turn& turn) {
  if (interrupted()) {
    turn.series.trouble = kInterrupted;
    return;
  }
  if (turn.floor) {
    const std::vector<int64_t> floor = turn.floor->Measure(options_.sizes.floor_calls);
    turn.series.floor.insert(turn.series.floor.end(), floor.begin(), floor.end());
  }
  Engine& engine = *turn.engine;
  const Place place{*engine.site, [&] { return engine.NewSite(options_.cancel); }, UsageSource::Of(engine.benched.instance), options_.cancel};
  RoundEnd end = bench::MeasureRound(place, *turn.operation, {item.loop, item.clients, item.rate}, {turn.calls, options_.sizes.budget});
  if (!end.round.nanos.empty()) turn.series.rounds.push_back(std::move(end.round));
  if (!end.status) turn.series.trouble = end.status.error().what;
}

void LatencyBench::SaturateWith(const std::string& name, const SaturationGoal& goal) {
  if (interrupted()) return;
  Say("saturation of " + name);
  std::vector<SaturatedEngine> engines;
  for (const auto& engine : engines_) engines.push_back({engine->benched.engine.name, engine->site.get()});
  const auto operation = std::ranges::find(operations_, name, &Operation::name);
  auto found = Saturate(engines, *operation, goal, options_.sizes, options_.cancel, [&](const std::string& text) { Say(text); });
  std::ranges::move(found, std::back_inserter(measurement_.saturations));
}

void LatencyBench::TakeStartsApart() {
  Say("starts taken apart");
  for (int n = -1; n < options_.sizes.starts; ++n) {
    for (const size_t i : TurnsOf(engines_.size(), n & 1)) {
      if (interrupted()) return;
      auto start = TakeStartApart(*engines_[i]->site);
      if (!start) Say(fmt::format("start breakdown on {}: {}", EngineName(i), start.error().what));
      // The first shows only that it works: the subscription to the events may have come late.
      if (!start || n < 0) continue;
      start->engine = EngineName(i);
      measurement_.starts.push_back(std::move(*start));
    }
  }
}

void LatencyBench::MeasureTheRest() {
  if (std::exchange(rest_measured_, true)) return;
  if (IsWanted("start breakdown")) TakeStartsApart();
  if (!IsWanted("saturation")) return;
  SaturateWith("ping", {.bound_nanos = 5'000'000, .first_rate = 200});
  SaturateWith("inspect", {.bound_nanos = 20'000'000, .first_rate = 100});
}

latency::Measurement LatencyBench::Everything() const {
  latency::Measurement measurement = measurement_;
  for (const auto& of_item : series_) measurement.series.insert(measurement.series.end(), of_item.begin(), of_item.end());
  return measurement;
}

}  // namespace plimsoll::bench
