#include "report/transcript.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/text.h"
#include "http/message.h"
#include "journal/scope.h"
#include "journal/stream_text.h"
#include "report/replay.h"

namespace plimsoll::report {
namespace {

using journal::CaseRecord;
using journal::Exchange;
using journal::Outcome;

constexpr size_t kLongestTarget = 110;
constexpr size_t kLongestText = 70;
constexpr size_t kLongestRequestBody = 600;
constexpr size_t kLongestAnswerBody = 240;

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

class Transcriber {
 public:
  Transcriber(const CaseRecord& record, const journal::Journal& journal) : record_(record), replay_(record, journal) {
    const journal::EngineRecord* engine = journal.FindEngine(record.engine);
    if (engine) own_version_ = "/v" + GetString(engine->identity, "api") + "/";
  }

  std::vector<TranscriptLine> Lines() {
    for (const Act& act : replay_.acts()) {
      if (!act.concurrent) FlushConcurrent();
      Add(act);
    }
    FlushConcurrent();
    lines_.insert(lines_.end(), late_.begin(), late_.end());
    return std::move(lines_);
  }

 private:
  using Kind = TranscriptLine::Kind;

  void Add(const Act& act) {
    switch (act.kind) {
      case Act::Kind::kCall:
      case Act::Kind::kOpen:
        return AddRequest(act);
      case Act::Kind::kSend:
        return Line(Kind::kSent, fmt::format("{}: sends {}", Label(*act.exchange), Shown(act.text)));
      case Act::Kind::kHalfClose:
        return Line(Kind::kSent, Label(*act.exchange) + ": closes its write side");
      case Act::Kind::kClose:
        return Line(Kind::kHungUp, Label(*act.exchange) + ": closes the connection");
      case Act::Kind::kRead:
        return AddReceived(*act.exchange);
      case Act::Kind::kSleep:
        return Line(Kind::kNote, "pauses");
      case Act::Kind::kAwait:
        return Line(Kind::kNote, "waits for the event " + act.text);
      case Act::Kind::kEngine:
        return Line(Kind::kNote, "the engine: " + act.text);
      case Act::Kind::kSkipped:
        return Line(Kind::kNote, "a step that what came before made impossible");
    }
  }

  void AddRequest(const Act& act) {
    const Exchange& exchange = *act.exchange;
    const std::string target = Target(exchange.target);
    Line(act.in_background || act.concurrent ? Kind::kSentAside : Kind::kSent,
         fmt::format("{} {}{}", exchange.method, target, act.repeated ? " (asked again until it is as wanted)" : ""),
         RequestBody(exchange));
    const std::string answer = Answer(exchange);
    if (act.in_background || act.concurrent) {
      (act.in_background ? late_ : concurrent_)
          .push_back({Kind::kAnsweredAside, fmt::format("{} (to {} {})", answer, exchange.method, target), AnswerBody(exchange)});
      return;
    }
    Line(exchange.head ? Kind::kAnswered : Kind::kLost, answer, AnswerBody(exchange));
    if (act.kind == Act::Kind::kOpen && exchange.head) open_.push_back(&exchange);
  }

  // Of equal calls made at once it is chance which gets which answer, so the answers are sorted.
  void FlushConcurrent() {
    std::ranges::sort(concurrent_, {}, [](const TranscriptLine& line) { return std::pair(line.text, line.body); });
    lines_.insert(lines_.end(), concurrent_.begin(), concurrent_.end());
    concurrent_.clear();
  }

  static std::string Answer(const Exchange& exchange) {
    if (exchange.head) {
      const std::string reason = Abridged(exchange.head->reason, 40);
      return fmt::format("{} {}", exchange.head->status, reason);
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

  // Of an archive or an image only that there is one.
  std::string RequestBody(const Exchange& exchange) const {
    const journal::Bytes& sent = exchange.request_body;
    if (sent.size == 0) return "";
    if (!IsValidUtf8(sent.kept) || sent.kept.size() < sent.size) return "(bytes)";
    return Abridged(Normal(WithoutOwnLabels(sent.kept)), kLongestRequestBody);
  }

  // How the two mix is chance.
  std::string StreamText(const Json& view) const {
    std::vector<std::string> parts;
    for (const char* name : {"stdout", "stderr"}) {
      const std::string text = GetString(view, name);
      if (!text.empty()) parts.push_back(fmt::format("{} {}", name, Shown(text)));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
  }

  // Lists have what other cases made besides, and large documents much that is no two times the same.
  std::string AnswerBody(const Exchange& exchange) const {
    const journal::Bytes& body = exchange.response_body;
    if (exchange.stream || body.size == 0) return "";
    if (!IsValidUtf8(body.kept) || body.kept.size() < body.size) return "(bytes)";
    if (const Json view = journal::ViewOf(exchange); GetString(view, "framing") == "multiplexed") return StreamText(view);
    const auto json = TryParseJson(body.kept);
    if (json && json->is_array()) return "(a list)";
    const std::string text = WithoutNumbers(Normal(body.kept));
    if (text.size() <= kLongestAnswerBody) return Printable(text);
    return json && json->is_object() ? fmt::format("(a document of {} members)", json->size()) : "(a longer text)";
  }

  // Without what engines and plimsoll make up; JSON in the order of its names.
  std::string Normal(const std::string& text) const {
    const auto json = TryParseJson(text);
    const Json normal = journal::Normalize(json ? *json : Json(WithoutProbeLines(std::string(Trim(text)))), record_);
    return replay_.Readable(normal.is_string() && !json ? normal.get<std::string>() : CompactJson(normal));
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
    Line(Kind::kAnswered, fmt::format("{}: {}", Label(stream), fmt::join(parts, ", ")));
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
    journal::StreamText read = journal::TextFor(stream);
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
    return stream.name.empty() ? "stream" : stream.name;
  }

  std::string Target(std::string target) const {
    if (!own_version_.empty() && target.starts_with(own_version_)) {
      target.erase(0, own_version_.size() - 1);
    }
    const std::string readable = replay_.Readable(http::PercentDecode(target));
    return Abridged(WithoutTimes(readable), kLongestTarget);
  }

  std::string Shown(const std::string& text) const {
    const Json normal = journal::Normalize(Json(WithoutProbeLines(text)), record_);
    const std::string known = normal.is_string() ? normal.get<std::string>() : text;
    return "'" + Abridged(WithoutNumbers(replay_.Readable(known)), kLongestText) + "'";
  }

  void Line(Kind kind, std::string text, std::string body = "") { lines_.push_back({kind, std::move(text), std::move(body)}); }

  const CaseRecord& record_;
  Replay replay_;
  std::string own_version_;
  std::vector<TranscriptLine> lines_;
  std::vector<TranscriptLine> concurrent_;  // answers to the calls just made at once
  std::vector<TranscriptLine> late_;        // answers to calls in the background
  std::vector<const Exchange*> open_;    // streams whose data is yet to be told
};

}  // namespace

std::vector<TranscriptLine> TranscriptOf(const CaseRecord& record, const journal::Journal& journal) {
  return Transcriber(record, journal).Lines();
}

}  // namespace plimsoll::report
