#include "bench/latency_bench.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <mutex>
#include <numeric>
#include <random>
#include <regex>
#include <thread>

#include "base/text.h"
#include "bench/interleave.h"
#include "bench/loops.h"
#include "bench/open_calls.h"
#include "bench/start_breakdown.h"
#include "run/clean.h"

namespace plimsoll::bench {
namespace {

constexpr const char* kInterrupted = "interrupted";
constexpr const char* kNotOurs = "the engine was not started by plimsoll, which does not fill it with containers";
constexpr int kCreators = 8;

std::string UtcNow() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string NewRunId() { return fmt::format("{:08x}", std::random_device{}()); }

int64_t P99(std::vector<int64_t> nanos) {
  const size_t rank = (nanos.size() * 99 + 99) / 100 - 1;
  std::ranges::nth_element(nanos, nanos.begin() + static_cast<std::ptrdiff_t>(rank));
  return nanos[rank];
}

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
  int calls = 1;  // in a round
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

const std::string& LatencyBench::EngineName(size_t engine) const { return grounds_[engine]->benched.engine.name; }

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
    bench->grounds_.push_back(std::move(engine));
    const auto loaded = run::LoadImage(under_test.endpoint, bench->image_, bench->run_id_, Now() + std::chrono::seconds(60));
    if (!loaded) return tl::make_unexpected(loaded.error());
  }
  bench->measurement_.plimsoll = bench->options_.plimsoll;
  bench->measurement_.started = UtcNow();
  bench->measurement_.machine = latency::ThisMachine();
  if (auto chosen = bench->Choose(); !chosen) return tl::make_unexpected(chosen.error());
  return bench;
}

Status LatencyBench::Close() {
  Status all;
  for (const auto& engine : std::exchange(grounds_, {})) {
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
  Turn turn{grounds_[index].get(), &operations_[item.operation], 1, {}};
  const Operation& operation = *turn.operation;
  turn.series = {.operation = operation.name, .variant = operation.variant, .engine = EngineName(index), .timed = operation.timed,
                 .containers = item.containers, .loop = item.loop, .clients = item.clients, .rate = item.rate, .bytes = operation.bytes};
  Status well = interrupted() ? Status(Fail(kInterrupted)) : Status();
  if (well && item.containers >= 0) well = Fill(*turn.engine, item.containers);
  if (well) well = TryOut(item, turn);
  if (!well) turn.series.trouble = well.error().what;
  return turn;
}

namespace {

constexpr int64_t kFewCalls = 3;

// What a round needs, learnt from the calls that try an operation out.
struct Effort {
  Duration prepare{}, call{}, clean{};

  int CallsIn(Duration budget, const Operation& operation) const {
    const Duration at_most_half = std::min(prepare + clean, budget / 2);
    const Duration each = operation.once ? call : prepare + call + clean;
    const Duration left = operation.once ? budget - at_most_half : budget;
    const auto fit = [&](Duration time) { return static_cast<int64_t>(time / std::max(each, Duration(1'000))); };
    // Slow ones get more time, or their figures would rest on a handful of samples.
    const int64_t calls = std::max(fit(left), std::min<int64_t>(fit(3 * left), kFewCalls));
    return static_cast<int>(std::clamp<int64_t>(calls, 1, operation.most));
  }
};

// How long `action` takes, unless it fails.
Result<Duration> Taking(const std::function<Status()>& action) {
  const TimePoint begun = Now();
  if (auto done = action(); !done) return tl::make_unexpected(done.error());
  return Now() - begun;
}

constexpr int kTries = 4;

}  // namespace

// That it works, what is answered (for the floor), and how long it takes with all that belongs to it. The first call may have to
// connect, and the engine to think; where it can be repeated without more ado, the quickest of several counts.
Status LatencyBench::TryOut(const Item& item, Turn& turn) {
  const Operation& operation = *turn.operation;
  Site& site = *turn.engine->site;
  Effort effort;
  int tried = 0;
  const auto call = [&]() -> Status {
    const auto called = operation.call(site, tried++);
    return called ? Status() : tl::make_unexpected(called.error());
  };
  const auto try_all = [&]() -> Status {
    const auto prepared = Taking([&] { return operation.prepare ? operation.prepare(site, 1) : Status(); });
    if (!prepared) return tl::make_unexpected(prepared.error());
    effort.prepare = *prepared;
    site.Record();
    if (auto opened = operation.open ? operation.open(site) : Status(); !opened) return opened;
    auto took = Taking(call);
    if (!took) return tl::make_unexpected(took.error());
    effort.call = *took;
    MeasureFloor(item, turn, site.Recorded());
    const bool repeatable = !operation.prepare || operation.once;
    while (repeatable && tried < kTries && *took < options_.sizes.budget) {
      if (took = Taking(call); !took) return tl::make_unexpected(took.error());
      effort.call = std::min(effort.call, *took);
    }
    return {};
  };
  Status well = try_all();
  static_cast<void>(site.Recorded());
  const auto cleaned = Taking([&] { return operation.clean ? operation.clean(site) : Status(); });
  if (well && !cleaned) well = tl::make_unexpected(cleaned.error());
  if (!well) return well;
  effort.clean = *cleaned / (operation.once ? 1 : tried);
  turn.calls = effort.CallsIn(options_.sizes.budget, operation);
  return {};
}

// The same calls to a server that answers what the engine has just answered.
void LatencyBench::MeasureFloor(const Item& item, Turn& turn, std::vector<Canned> answers) {
  const Operation& operation = *turn.operation;
  const Site& site = *turn.engine->site;
  if (operation.floor == Floor::kNone || answers.empty()) return;
  auto server = AtOnce::Start(std::move(answers));
  if (!server) return;
  const int calls = operation.bytes > (8 << 20) ? 3 : options_.sizes.floor_calls;
  if (item.loop == latency::Loop::kOpen) {
    OpenCalls in_flight((*server)->endpoint(), site.To("GET", "/_ping"), options_.cancel);
    auto run = RunOpenLoop(in_flight, {.rate = item.rate, .calls = std::min(calls, static_cast<int>(item.rate))});
    if (run) turn.series.floor = std::move(run->nanos);
    return;
  }
  Site floor((*server)->endpoint(), turn.engine->ground, options_.cancel);
  floor.items = site.items;
  if (operation.open && !operation.open(floor)) return;
  for (int i = 0; i < calls; ++i) {
    const auto nanos = operation.call(floor, i);
    if (!nanos) return turn.series.floor.clear();
    turn.series.floor.push_back(*nanos);
  }
}

const std::vector<latency::Series>& LatencyBench::Measure(size_t number) {
  std::vector<latency::Series>& series = series_[number];
  if (!series.empty()) return series;
  const Item& item = items_[number];
  for (size_t other = 0; other < items_.size(); ++other) {
    if (items_[other].containers >= 0 && items_[other].containers < item.containers) Measure(other);
  }
  std::vector<Turn> turns;
  for (size_t i = 0; i < grounds_.size(); ++i) turns.push_back(PrepareTurn(number, i));
  Say(turns.front().series.Name());
  for (int round = 0; round < options_.sizes.rounds; ++round) {
    for (const size_t i : TurnsOf(turns.size(), round)) {
      if (!turns[i].series.trouble.empty()) continue;
      const auto measured = interrupted() ? Status(Fail(kInterrupted)) : MeasureRound(item, turns[i]);
      if (!measured) turns[i].series.trouble = measured.error().what;
    }
  }
  for (Turn& turn : turns) {
    if (!turn.series.trouble.empty()) Say(fmt::format("{} on {}: {}", turn.series.Name(), turn.series.engine, turn.series.trouble));
    series.push_back(std::move(turn.series));
  }
  return series;
}

Status LatencyBench::MeasureRound(const Item& item, Turn& turn) {
  latency::Round round;
  if (turn.engine->benched.instance) turn.engine->benched.instance->ForgetPeak();
  const Status measured = item.loop == latency::Loop::kOpen ? OpenRound(item, turn, round)
                          : item.clients > 1                ? CrowdedRound(item, turn, round)
                                                            : ClosedRound(item, turn, round);
  if (!round.nanos.empty()) turn.series.rounds.push_back(std::move(round));
  return measured;
}

namespace {

// From its making to its end: what an engine used.
class CostMeter {
 public:
  explicit CostMeter(const engine::PrivateEngine* instance) : instance_(instance), before_(Read()) {}
  latency::Cost Cost() const {
    const auto after = Read();
    if (!before_ || !after) return {};
    return {after->cpu_nanos - before_->cpu_nanos, after->peak_memory_bytes, true};
  }

 private:
  std::optional<engine::Usage> Read() const { return instance_ ? instance_->ReadUsage() : std::nullopt; }
  const engine::PrivateEngine* instance_;
  std::optional<engine::Usage> before_;
};

// One after the other; no more are begun where they take much longer than it seemed when they were tried out.
Status MakeCalls(const Operation& operation, Site& site, int calls, Duration budget, std::vector<int64_t>& nanos) {
  const TimePoint latest = Now() + 3 * budget;
  for (int i = 0; i < calls && (i == 0 || Now() < latest); ++i) {
    const auto called = operation.call(site, i);
    if (!called) return tl::make_unexpected(called.error());
    nanos.push_back(*called);
  }
  return {};
}

Status MakeReady(const Operation& operation, Site& site, int calls) {
  if (operation.prepare) {
    if (auto prepared = operation.prepare(site, calls); !prepared) return prepared;
  }
  return operation.open ? operation.open(site) : Status();
}

Status First(Status one, Status other) { return one ? other : one; }

// What open loops call: they begin a call whatever became of those before, so it is one that changes nothing.
Call ReadingCall(const Site& site) {
  return site.To("GET", site.items.empty() ? "/_ping" : fmt::format("/containers/{}/json", site.items.front()));
}

}  // namespace

Status LatencyBench::ClosedRound(const Item&, Turn& turn, latency::Round& round) {
  Site& site = *turn.engine->site;
  const Operation& operation = *turn.operation;
  Status well = MakeReady(operation, site, turn.calls);
  if (well) {
    const CostMeter meter(turn.engine->benched.instance);
    const TimePoint begun = Now();
    well = MakeCalls(operation, site, turn.calls, options_.sizes.budget, round.nanos);
    round.wall_nanos = (Now() - begun).count();
    round.cost = meter.Cost();
  }
  return First(well, operation.clean ? operation.clean(site) : Status());
}

// Several clients, each with a site and a thread of its own.
Status LatencyBench::CrowdedRound(const Item& item, Turn& turn, latency::Round& round) {
  const Operation& operation = *turn.operation;
  // They share the processors, and so make fewer calls in the same time than one alone.
  const int calls = std::max(1, turn.calls / 2);
  std::vector<std::unique_ptr<Site>> sites;
  Status well;
  for (int i = 0; i < item.clients; ++i) {
    Site& site = *sites.emplace_back(turn.engine->NewSite(options_.cancel));
    if (const auto connected = site.Do(site.To("GET", "/_ping")); !connected) well = tl::make_unexpected(connected.error());
    well = First(well, MakeReady(operation, site, calls));
  }
  std::vector<std::vector<int64_t>> nanos(sites.size());
  std::vector<Status> ends(sites.size());
  if (well) {
    const CostMeter meter(turn.engine->benched.instance);
    const TimePoint begun = Now();
    {
      std::vector<std::jthread> threads;
      for (size_t i = 0; i < sites.size(); ++i) {
        threads.emplace_back([&, i] { ends[i] = MakeCalls(operation, *sites[i], calls, options_.sizes.budget, nanos[i]); });
      }
    }
    round.wall_nanos = (Now() - begun).count();
    round.cost = meter.Cost();
  }
  for (size_t i = 0; i < sites.size(); ++i) {
    round.nanos.insert(round.nanos.end(), nanos[i].begin(), nanos[i].end());
    well = First(well, ends[i]);
    if (operation.clean) well = First(well, operation.clean(*sites[i]));
  }
  return well;
}

Status LatencyBench::OpenRound(const Item& item, Turn& turn, latency::Round& round) {
  Site& site = *turn.engine->site;
  const Operation& operation = *turn.operation;
  Status well = operation.prepare ? operation.prepare(site, 1) : Status();
  if (well) {
    OpenCalls in_flight(site.client().endpoint(), ReadingCall(site), options_.cancel);
    const double seconds = std::chrono::duration<double>(options_.sizes.budget).count();
    const CostMeter meter(turn.engine->benched.instance);
    auto run = RunOpenLoop(in_flight, {.rate = item.rate, .calls = std::max(2, static_cast<int>(item.rate * seconds))});
    if (run) {
      round.cost = meter.Cost();
      round.nanos = std::move(run->nanos);
      round.wall_nanos = run->wall_nanos;
    }
    if (!run) well = tl::make_unexpected(run.error());
    else if (run->gave_up) well = Fail("the engine fell 10 s behind the rate");
  }
  return First(well, operation.clean ? operation.clean(site) : Status());
}

namespace {

TryRate TryingRates(const engine::Endpoint& endpoint, const Call& call, const LatencySizes& sizes, int64_t bound, const engine::Bell* cancel) {
  return [=](double rate) -> Result<latency::Saturation::Step> {
    OpenCalls in_flight(endpoint, call, cancel);
    const int calls = std::max(sizes.saturation_calls, static_cast<int>(rate * std::chrono::duration<double>(sizes.saturation_step).count()));
    const auto run = RunOpenLoop(in_flight, {.rate = rate, .calls = calls, .give_up_nanos = 20 * bound});
    if (!run) return tl::make_unexpected(run.error());
    latency::Saturation::Step tried{.rate = rate, .achieved = run->achieved(), .p99_nanos = run->nanos.empty() ? 0 : P99(run->nanos)};
    tried.held = !run->gave_up && tried.p99_nanos <= bound;
    return tried;
  };
}

}  // namespace

void LatencyBench::Saturate(const std::string& name, int64_t bound_nanos, double first_rate) {
  const auto operation = std::ranges::find(operations_, name, &Operation::name);
  for (const auto& engine : grounds_) {
    if (interrupted()) return;
    Say(fmt::format("saturation of {} on {}", name, engine->benched.engine.name));
    Site& site = *engine->site;
    Status well = operation->prepare ? operation->prepare(site, 1) : Status();
    if (well) {
      const auto trying = TryingRates(site.client().endpoint(), ReadingCall(site), options_.sizes, bound_nanos, options_.cancel);
      auto found = FindSaturation(trying, first_rate, 100'000, options_.sizes.bisections);
      if (found) {
        found->operation = name;
        found->engine = engine->benched.engine.name;
        found->bound_nanos = bound_nanos;
        measurement_.saturations.push_back(std::move(*found));
      } else {
        well = tl::make_unexpected(found.error());
      }
    }
    if (operation->clean) well = First(well, operation->clean(site));
    if (!well) Say(well.error().what);
  }
}

void LatencyBench::TakeStartsApart() {
  Say("starts taken apart");
  for (int n = -1; n < options_.sizes.starts; ++n) {
    for (const size_t i : TurnsOf(grounds_.size(), n & 1)) {
      if (interrupted()) return;
      auto start = TakeStartApart(*grounds_[i]->site);
      if (!start) Say(fmt::format("start breakdown on {}: {}", EngineName(i), start.error().what));
      // The first shows only that it works: the subscription to the events may have come late.
      if (!start || n < 0) continue;
      start->engine = EngineName(i);
      measurement_.starts.push_back(std::move(*start));
    }
  }
}

void LatencyBench::MeasureTheRest() {
  if (IsWanted("start breakdown")) TakeStartsApart();
  if (!IsWanted("saturation")) return;
  Saturate("ping", 5'000'000, 200);
  Saturate("inspect", 20'000'000, 100);
}

latency::Measurement LatencyBench::Everything() const {
  latency::Measurement measurement = measurement_;
  for (const auto& of_item : series_) measurement.series.insert(measurement.series.end(), of_item.begin(), of_item.end());
  return measurement;
}

}  // namespace plimsoll::bench
