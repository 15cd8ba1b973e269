#include "bench/rounds.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "bench/loops.h"
#include "bench/open_calls.h"

namespace plimsoll::bench {
namespace {

struct CallsEnd {
  std::vector<int64_t> nanos;
  Status status;
};

// One after the other; no more are begun where they take much longer than it seemed when they were tried out.
CallsEnd MakeCalls(const Operation& operation, Site& site, const RoundSize& size) {
  CallsEnd end;
  const TimePoint latest = Now() + 3 * size.budget;
  for (int i = 0; i < size.calls && (i == 0 || Now() < latest); ++i) {
    const auto called = operation.call(site, i);
    if (!called) end.status = tl::make_unexpected(called.error());
    else if (*called < 0) end.status = Fail(fmt::format("a call took {} ns: a clock was set meanwhile", *called));
    if (!end.status) break;
    end.nanos.push_back(*called);
  }
  return end;
}

Status MakeReady(const Operation& operation, Site& site, int calls) {
  if (operation.prepare) {
    if (auto prepared = operation.prepare(site, calls); !prepared) return prepared;
  }
  return operation.open ? operation.open(site) : Status();
}

Status Clean(const Operation& operation, Site& site) { return operation.clean ? operation.clean(site) : Status(); }

Status FirstOf(Status one, Status other) { return one ? other : one; }

RoundEnd ClosedRound(const Place& place, const Operation& operation, const RoundSize& size) {
  RoundEnd end;
  CostMeter meter(place.usage);
  end.status = MakeReady(operation, place.site, size.calls);
  if (end.status) {
    meter.Begin();
    const TimePoint begun = Now();
    CallsEnd calls = MakeCalls(operation, place.site, size);
    end.round.wall_nanos = (Now() - begun).count();
    end.round.cost = meter.End();
    end.round.nanos = std::move(calls.nanos);
    end.status = calls.status;
  }
  end.status = FirstOf(end.status, Clean(operation, place.site));
  return end;
}

// Several clients, each with a site and a thread of its own.
RoundEnd CrowdedRound(const Place& place, const Operation& operation, int clients, RoundSize size) {
  // They share the processors, and so make fewer calls in the same time than one alone.
  size.calls = std::max(1, size.calls / 2);
  RoundEnd end;
  CostMeter meter(place.usage);
  std::vector<std::unique_ptr<Site>> sites;
  for (int i = 0; i < clients; ++i) {
    Site& site = *sites.emplace_back(place.another_site());
    if (const auto connected = site.Do(site.To("GET", "/_ping")); !connected) end.status = tl::make_unexpected(connected.error());
    end.status = FirstOf(end.status, MakeReady(operation, site, size.calls));
  }
  std::vector<CallsEnd> calls(sites.size());
  if (end.status) {
    meter.Begin();
    const TimePoint begun = Now();
    {
      std::vector<std::jthread> threads;
      for (size_t i = 0; i < sites.size(); ++i) {
        threads.emplace_back([&, i] { calls[i] = MakeCalls(operation, *sites[i], size); });
      }
    }
    end.round.wall_nanos = (Now() - begun).count();
    end.round.cost = meter.End();
  }
  for (size_t i = 0; i < sites.size(); ++i) {
    end.round.nanos.insert(end.round.nanos.end(), calls[i].nanos.begin(), calls[i].nanos.end());
    end.status = FirstOf(FirstOf(end.status, calls[i].status), Clean(operation, *sites[i]));
  }
  return end;
}

RoundEnd OpenRound(const Place& place, const Operation& operation, double rate, Duration budget) {
  RoundEnd end;
  CostMeter meter(place.usage);
  end.status = operation.prepare ? operation.prepare(place.site, 1) : Status();
  if (end.status) {
    OpenCalls in_flight(place.site.client().endpoint(), ReadingCall(place.site), place.cancel);
    const double seconds = std::chrono::duration<double>(budget).count();
    meter.Begin();
    auto run = RunOpenLoop(in_flight, {.rate = rate, .calls = std::max(2, static_cast<int>(rate * seconds))});
    if (run) {
      end.round.cost = meter.End();
      end.round.nanos = std::move(run->nanos);
      end.round.wall_nanos = run->wall_nanos;
    }
    if (!run) end.status = tl::make_unexpected(run.error());
    else if (run->gave_up) end.status = Fail("the engine fell 10 s behind the rate");
  }
  end.status = FirstOf(end.status, Clean(operation, place.site));
  return end;
}

}  // namespace

UsageSource UsageSource::Of(const engine::PrivateEngine* instance) {
  if (!instance) return {};
  return {[instance] { return instance->ReadUsage(); }, [instance] { return instance->ForgetPeak(); }};
}

CostMeter::CostMeter(const UsageSource& source) : source_(source), forgotten_(source.forget_peak && source.forget_peak()) {}

void CostMeter::Begin() { before_ = Read(); }

latency::Cost CostMeter::End() const {
  const auto after = Read();
  if (!before_ || !after) return {};
  // A peak that was not forgotten is that of any round before.
  return {after->cpu_nanos - before_->cpu_nanos, forgotten_ ? after->peak_memory_bytes : 0, true, forgotten_};
}

RoundEnd MeasureRound(const Place& place, const Operation& operation, const Load& load, const RoundSize& size) {
  if (load.loop == latency::Loop::kOpen) return OpenRound(place, operation, load.rate, size.budget);
  if (load.clients > 1) return CrowdedRound(place, operation, load.clients, size);
  return ClosedRound(place, operation, size);
}

Call ReadingCall(const Site& site) {
  return site.To("GET", site.items.empty() ? "/_ping" : fmt::format("/containers/{}/json", site.items.front()));
}

}  // namespace plimsoll::bench
