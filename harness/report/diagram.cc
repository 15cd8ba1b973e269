#include "report/diagram.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "http/message.h"
#include "journal/scope.h"
#include "journal/stream_text.h"
#include "report/escape.h"
#include "report/replay.h"

namespace plimsoll::report {
namespace {

using journal::CaseRecord;
using journal::Exchange;
using journal::Outcome;

constexpr size_t kLongestTarget = 110;
constexpr size_t kLongestText = 70;
// Beyond this a diagram is no help.
constexpr size_t kMostLines = 60;

// Numbers of four and more digits are pids, ports and stamps more often than anything a reader
// needs.
std::string WithoutNumbers(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    out += end - i >= 4 ? "<number>" : std::string(text.substr(i, end - i));
    i = end;
    if (i < text.size()) out += text[i++];
  }
  return out;
}

// What plimsoll's probe says about itself holds pids and stamps; its kind is enough here.
std::string WithoutProbeLines(const std::string& text) {
  std::vector<std::string> lines = Split(text, '\n');
  for (std::string& line : lines) {
    const auto json =
        line.find("\"probe\"") == std::string::npos ? std::nullopt : TryParseJson(Trim(line));
    if (json) line = fmt::format("(probe: {})", GetString(*json, "probe"));
  }
  return fmt::format("{}", fmt::join(lines, "\n"));
}

// Times of this run: ten digits that begin with 1 are seconds since 1970 in the years 2001 to 2033. Other numbers of a
// target are what the scenario wanted.
std::string WithoutTimes(std::string_view target) {
  constexpr std::string_view kDigits = "0123456789";
  std::string out;
  while (!target.empty()) {
    const size_t digits = std::min(target.find_first_not_of(kDigits), target.size());
    out += digits == 10 && target.front() == '1' ? "<time>" : std::string(target.substr(0, digits));
    target.remove_prefix(digits);
    const size_t other = std::min(target.find_first_of(kDigits), target.size());
    out += target.substr(0, other);
    target.remove_prefix(other);
  }
  return out;
}

class Diagram {
 public:
  Diagram(const CaseRecord& record, const journal::Journal& journal)
      : record_(record), replay_(record, journal) {
    const journal::EngineRecord* engine = journal.FindEngine(record.engine);
    if (engine) own_version_ = "/v" + GetString(engine->identity, "api") + "/";
  }

  std::string Text() {
    for (const Act& act : replay_.acts()) {
      if (!act.concurrent) FlushConcurrent();
      Add(act);
    }
    FlushConcurrent();
    lines_.insert(lines_.end(), late_.begin(), late_.end());
    if (lines_.size() > kMostLines) {
      lines_.resize(kMostLines);
      lines_.push_back("Note over C,E: and so on");
    }
    return fmt::format("sequenceDiagram\n  participant C as client\n  participant E as {}\n  {}\n",
                       MermaidText(record_.engine), fmt::join(lines_, "\n  "));
  }

 private:
  void Add(const Act& act) {
    switch (act.kind) {
      case Act::Kind::kCall:
      case Act::Kind::kOpen:
        return AddRequest(act);
      case Act::Kind::kSend:
        return Line("C->>E: {}: sends {}", Label(*act.exchange), Shown(act.text));
      case Act::Kind::kHalfClose:
        return Line("C->>E: {}: closes its write side", Label(*act.exchange));
      case Act::Kind::kClose:
        return Line("C-xE: {}: closes the connection", Label(*act.exchange));
      case Act::Kind::kRead:
        return AddReceived(*act.exchange);
      case Act::Kind::kSleep:
        return lines_.push_back("Note over C: pauses");
      case Act::Kind::kAwait:
        return Line("Note over C: waits for the event {}", MermaidText(act.text));
      case Act::Kind::kSkipped:
        return lines_.push_back("Note over C: a step that what came before made impossible");
    }
  }

  void AddRequest(const Act& act) {
    const Exchange& exchange = *act.exchange;
    Line("C{}E: {} {}{}", act.in_background || act.concurrent ? "-)" : "->>",
         MermaidText(exchange.method), Target(exchange.target),
         act.repeated ? " (asked again until it is as wanted)" : "");
    const std::string answer = Answer(exchange);
    if (act.in_background) {
      late_.push_back(fmt::format("E--)C: {} (to {} {})", answer, MermaidText(exchange.method),
                                  Target(exchange.target)));
      return;
    }
    if (act.concurrent) {
      concurrent_.push_back(fmt::format("E--)C: {} (to {} {})", answer,
                                        MermaidText(exchange.method), Target(exchange.target)));
      return;
    }
    Line("{}: {}", exchange.head ? "E-->>C" : "E--xC", answer);
    if (act.kind == Act::Kind::kOpen && exchange.head) open_.push_back(&exchange);
  }

  // Of equal calls made at once it is chance which gets which answer, so the answers are sorted.
  void FlushConcurrent() {
    std::sort(concurrent_.begin(), concurrent_.end());
    lines_.insert(lines_.end(), concurrent_.begin(), concurrent_.end());
    concurrent_.clear();
  }

  static std::string Answer(const Exchange& exchange) {
    if (exchange.head) {
      const std::string reason = Abridged(exchange.head->reason, 40);
      return MermaidText(fmt::format("{} {}", exchange.head->status, reason));
    }
    switch (exchange.outcome) {
      // Which of the two a daemon that is going away gives is chance.
      case Outcome::kRefused:
      case Outcome::kClosed:
        return "no answer: connection refused or closed";
      case Outcome::kTimedOut:
        return "no answer in time";
      case Outcome::kMalformed:
        return "something that is not HTTP";
      default:
        return "no answer";
    }
  }

  // What came on a stream, once, however often it was read. Of a stream that the case never read, or read until
  // something came that it waited for, it is chance how much more had come when the case let go of it.
  void AddReceived(const Exchange& stream) {
    if (std::erase(open_, &stream) == 0) return;
    std::vector<std::string> parts;
    if (WhyReadingEnded(stream) == "found") {
      parts.push_back(WholeLinesRead(stream));
    } else {
      const Json view = journal::ViewOf(stream);
      for (const char* name : {"stdout", "stderr"}) {
        const std::string text = GetString(view, name);
        if (!text.empty()) parts.push_back(fmt::format("{} {}", name, Shown(text)));
      }
      if (parts.empty()) parts.push_back(stream.response_body.size > 0 ? "data" : "no data");
    }
    if (WasReadToItsEnd(stream)) parts.push_back("end of stream");
    Line("E-->>C: {}: {}", Label(stream), fmt::join(parts, ", "));
  }

  std::string WhyReadingEnded(const Exchange& stream) const {
    std::string why;
    for (const journal::Reading& reading : record_.readings) {
      if (reading.stream == stream.name) why = reading.why;
    }
    return why;
  }

  // What the readings took in of stdout, to the end of the line that the last one ended in. Of stderr only where there
  // was nothing else: how the two mix is chance.
  std::string WholeLinesRead(const Exchange& stream) const {
    size_t taken = 0;
    for (const journal::Reading& reading : record_.readings) {
      if (reading.stream == stream.name) taken += reading.text.size();
    }
    journal::StreamText read;
    const std::string_view bytes = stream.response_body.kept;
    for (size_t i = 0; i < bytes.size() && read.all().size() < taken; ++i) read.Feed(bytes.substr(i, 1));
    const char* name = read.out().empty() && !read.err().empty() ? "stderr" : "stdout";
    const std::string& part = read.out().empty() ? read.err() : read.out();
    const std::string all = GetString(journal::ViewOf(stream), name);
    const size_t line_end = part.ends_with('\n') ? part.size() - 1 : all.find('\n', part.size());
    return fmt::format("{} {}", name, Shown(line_end == std::string::npos ? part : all.substr(0, line_end + 1)));
  }

  bool WasReadToItsEnd(const Exchange& stream) const {
    return std::any_of(record_.readings.begin(), record_.readings.end(),
                       [&](const journal::Reading& reading) {
                         return reading.stream == stream.name && reading.why == "end";
                       });
  }

  std::string Label(const Exchange& stream) const {
    return MermaidText(stream.name.empty() ? "stream" : stream.name);
  }

  std::string Target(std::string target) const {
    if (!own_version_.empty() && target.starts_with(own_version_)) {
      target.erase(0, own_version_.size() - 1);
    }
    const std::string readable = replay_.Readable(http::PercentDecode(target));
    return MermaidText(Abridged(WithoutTimes(readable), kLongestTarget));
  }

  std::string Shown(const std::string& text) const {
    const Json normal = journal::Normalize(Json(WithoutProbeLines(text)), record_);
    const std::string known = normal.is_string() ? normal.get<std::string>() : text;
    return MermaidText("'" + Abridged(WithoutNumbers(replay_.Readable(known)), kLongestText) + "'");
  }

  template <class... Args>
  void Line(fmt::format_string<Args...> format, Args&&... args) {
    lines_.push_back(fmt::format(format, std::forward<Args>(args)...));
  }

  const CaseRecord& record_;
  Replay replay_;
  std::string own_version_;
  std::vector<std::string> lines_;
  std::vector<std::string> concurrent_;  // answers to the calls just made at once
  std::vector<std::string> late_;        // answers to calls in the background
  std::vector<const Exchange*> open_;    // streams whose data is yet to be told
};

}  // namespace

std::string SequenceDiagram(const CaseRecord& record, const journal::Journal& journal) {
  return Diagram(record, journal).Text();
}

}  // namespace plimsoll::report
