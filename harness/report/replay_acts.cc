#include "report/replay_acts.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "http/websocket.h"

namespace plimsoll::report {
namespace {

using journal::CaseRecord;
using journal::Chunk;
using journal::Exchange;

constexpr int64_t kMillisecond = 1'000'000;

// "steps[2]" of "steps[2].concurrently[0]".
std::string_view TopStep(std::string_view step) {
  const size_t end = step.find(']');
  return end == std::string_view::npos ? step : step.substr(0, end + 1);
}

// The numbers in a step's name, so that steps[10] comes after steps[9].
std::vector<int> NumbersIn(std::string_view step) {
  std::vector<int> numbers;
  for (size_t i = 0; i < step.size(); ++i) {
    int number = 0;
    const auto [end, error] = std::from_chars(step.data() + i, step.data() + step.size(), number);
    if (error != std::errc() || step[i] == '-') continue;
    numbers.push_back(number);
    i = static_cast<size_t>(end - step.data()) - 1;
  }
  return numbers;
}

// The step that gave an exchange its name, as its author wrote it; nullptr where it has none.
const Json* StepNamed(const journal::ScenarioRecord* scenario, const std::string& name) {
  if (!scenario || name.empty() || !scenario->steps.is_array()) return nullptr;
  for (const Json& step : scenario->steps) {
    if (GetString(step, "as") == name) return &step;
  }
  return nullptr;
}

// The bytes that a case has sent on a stream, one piece after the other, as it meant them: of a websocket the payloads
// of data frames. When the harness answered a ping or a close frame by itself is chance.
class SentText {
 public:
  explicit SentText(const Exchange& exchange)
      : decode_(exchange.head && http::BecomesWebSocket(exchange.request_headers, *exchange.head)) {}
  std::string Take(std::string_view piece) {
    if (!decode_) return std::string(piece);
    std::string text;
    for (const http::WebSocketPiece& part : decoder_.Feed(piece)) {
      if (!http::IsControl(part.opcode)) text += part.data;
    }
    return text;
  }

 private:
  bool decode_;
  http::WebSocketDecoder decoder_{http::WebSocketDecoder::From::kClient};
};

// What was written to a stream: adjacent pieces are one message, however the kernel cut them.
void AddStreamActs(const Exchange& exchange, std::vector<Act>& acts) {
  SentText sent(exchange);
  size_t offset = 0;
  Act* message = nullptr;
  std::vector<Act> found;
  found.reserve(exchange.chunks.size());
  for (const Chunk& chunk : exchange.chunks) {
    if (chunk.direction == Chunk::Direction::kReceived) continue;
    if (chunk.direction == Chunk::Direction::kSent) {
      const std::string piece = sent.Take(std::string_view(exchange.sent.kept).substr(
          std::min(offset, exchange.sent.kept.size()), static_cast<size_t>(chunk.size)));
      offset += static_cast<size_t>(chunk.size);
      if (piece.empty()) continue;
      if (message) {
        message->text += piece;
        continue;
      }
      message = &found.emplace_back();
      message->kind = Act::Kind::kSend;
      message->text = piece;
    } else {
      message = nullptr;
      found.emplace_back().kind = chunk.direction == Chunk::Direction::kHalfClosed
                                      ? Act::Kind::kHalfClose
                                      : Act::Kind::kClose;
    }
    found.back().exchange = &exchange;
    found.back().at = chunk.at;
  }
  acts.insert(acts.end(), found.begin(), found.end());
}

// The last read of each stream: what it took in between depends on how the pieces came.
void AddReads(const CaseRecord& record, std::vector<Act>& acts) {
  for (const Exchange& exchange : record.exchanges) {
    if (!exchange.stream || exchange.name.empty()) continue;
    const journal::Reading* last = nullptr;
    for (const journal::Reading& reading : record.readings) {
      if (reading.stream == exchange.name) last = &reading;
    }
    if (!last) continue;
    Act act;
    act.kind = Act::Kind::kRead;
    act.exchange = &exchange;
    act.step = last->step;
    act.at = last->started;
    acts.push_back(std::move(act));
  }
}

// A sleep overshoots by a little: the author's figure is found by rounding down.
int64_t AskedFor(int64_t measured) {
  const int64_t grain = (measured >= 50 * kMillisecond ? 50 : 5) * kMillisecond;
  return measured / grain * grain;
}

void AddMarks(const CaseRecord& record, std::vector<Act>& acts) {
  for (const journal::Mark& mark : record.marks) {
    if (mark.what.starts_with(journal::kAskedAgain)) continue;
    Act act;
    constexpr std::string_view kAwait = "await-event ", kEngine = "engine ";
    act.kind = mark.what == "sleep"             ? Act::Kind::kSleep
               : mark.what.starts_with(kAwait)  ? Act::Kind::kAwait
               : mark.what.starts_with(kEngine) ? Act::Kind::kEngine
                                                : Act::Kind::kSkipped;
    if (act.kind == Act::Kind::kAwait) act.text = mark.what.substr(kAwait.size());
    if (act.kind == Act::Kind::kEngine) act.text = mark.what.substr(kEngine.size());
    act.step = mark.step;
    act.at = mark.started;
    act.pause = AskedFor(mark.ended - mark.started);
    acts.push_back(std::move(act));
  }
}

bool Overlap(const Act& a, const Act& b) {
  return a.kind == Act::Kind::kCall && b.kind == Act::Kind::kCall &&
         b.exchange->times.started < a.exchange->times.ended &&
         a.exchange->times.started < b.exchange->times.ended;
}

// Calls of one step that ran at the same time are put in the order of the file, not of the race.
void SortWithinSteps(std::vector<Act>& acts) {
  const auto rank = [](const Act& act) {
    const Exchange* exchange = act.exchange;
    return std::tuple(NumbersIn(act.step), exchange ? exchange->name : "",
                      exchange ? exchange->target : "");
  };
  for (size_t begin = 0; begin < acts.size();) {
    size_t end = begin + 1;
    while (end < acts.size() && !acts[begin].step.empty() &&
           TopStep(acts[end].step) == TopStep(acts[begin].step) &&
           Overlap(acts[begin], acts[end])) {
      ++end;
    }
    if (end - begin > 1) {
      const auto first = acts.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last = acts.begin() + static_cast<std::ptrdiff_t>(end);
      std::stable_sort(first, last, [&](const Act& a, const Act& b) { return rank(a) < rank(b); });
      std::for_each(first, last, [](Act& act) { act.concurrent = true; });
    }
    begin = end;
  }
}

}  // namespace

std::vector<Act> ActsOf(const CaseRecord& record, const journal::ScenarioRecord* scenario) {
  std::vector<Act> acts;
  for (const Exchange& exchange : record.exchanges) {
    Act act;
    act.kind = exchange.stream ? Act::Kind::kOpen : Act::Kind::kCall;
    act.exchange = &exchange;
    act.step = exchange.step;
    act.at = exchange.times.started;
    const Json* step = StepNamed(scenario, exchange.name);
    act.in_background = step && GetBool(*step, "background");
    act.repeated = step && Find(*step, "until");
    acts.push_back(std::move(act));
    if (exchange.stream) AddStreamActs(exchange, acts);
  }
  AddReads(record, acts);
  AddMarks(record, acts);
  std::stable_sort(acts.begin(), acts.end(),
                   [](const Act& a, const Act& b) { return a.at < b.at; });
  SortWithinSteps(acts);
  return acts;
}

}  // namespace plimsoll::report
