// Reproduction: a recorded case as a shell script of curl calls.
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "base/text.h"
#include "http/message.h"
#include "report/escape.h"
#include "report/replay.h"
#include "report/report.h"

namespace plimsoll::report {
namespace {

using journal::CaseRecord;
using journal::Exchange;
using journal::Outcome;

// A longer body (an archive, mostly) is left to plimsoll.
constexpr size_t kLongestPastedBody = 8 * 1024;
// How long the script waits where the recorded answer did not come.
constexpr int kPatience = 20;

constexpr std::string_view kMemberHelper =
    "# The n-th text member of that name in the answer's JSON.\n"
    "member() {\n"
    "  printf '%s' \"$answer\" | tr ',{' '\\n' |\n"
    "    sed -n \"s/^ *\\\"$1\\\": *\\\"\\([^\\\"]*\\)\\\".*/\\1/p\" | sed -n \"${2:-1}p\"\n"
    "}\n";

// Headers that curl makes itself, or that say nothing about the case.
bool IsCurlsOwn(const http::Header& header) {
  const std::string name = ToLower(header.name);
  return name.empty() || name == "host" || name == "content-length" || name == "user-agent" ||
         name == "accept" || name == "connection";
}

// A stream that curl can follow: nothing is sent on it.
bool CurlCanFollow(const Exchange& stream) {
  return stream.method == "GET" && !stream.upgraded && stream.sent.size == 0 &&
         !http::FindHeader(stream.request_headers, "Upgrade");
}

// Whether target and headers are what curl would send unchanged: requests malformed on purpose are
// not.
bool FitsCommandLine(const Exchange& exchange) {
  const auto fits = [](const std::string& text) { return Printable(text) == text; };
  return fits(exchange.target) && fits(exchange.method) && exchange.target.starts_with("/") &&
         exchange.target.find_first_of(" \"<>\\^`") == std::string::npos &&
         std::all_of(exchange.request_headers.begin(), exchange.request_headers.end(),
                     [&](const http::Header& h) { return fits(h.name) && fits(h.value); });
}

class Script {
 public:
  Script(const CaseRecord& record, const journal::Journal& journal)
      : record_(record),
        scenario_(journal.FindScenario(record.scenario)),
        replay_(record, journal) {}

  std::string Text() {
    AddHead();
    for (const Act& act : replay_.acts()) Add(act);
    if (in_background_) text_ += "wait\n";
    AddCleanUp();
    return text_;
  }

 private:
  void AddHead() {
    text_ = fmt::format("#!/bin/sh\n# {}\n",
                        Printable(scenario_ ? Flat(scenario_->title) : record_.scenario));
    std::string parameters;
    for (const auto& [name, value] : record_.parameters.items()) {
      parameters += fmt::format("{}={}, ", name,
                                value.is_string() ? value.get<std::string>() : CompactJson(value));
    }
    text_ += fmt::format("# {}{}as seen on {}.\n", parameters.empty() ? "" : "With ",
                         Printable(parameters), Printable(record_.engine));
    text_ += "# The images named below must be there; plimsoll loads its own when it runs.\n";
    text_ += "set -eu\nS=${S:-/var/run/docker.sock}\n";
    if (!replay_.captures().empty()) text_ += kMemberHelper;
    text_ += "\n";
  }

  void Add(const Act& act) {
    switch (act.kind) {
      case Act::Kind::kCall:
        return AddCall(act);
      case Act::Kind::kOpen:
        return AddOpen(*act.exchange);
      case Act::Kind::kSleep:
        text_ += fmt::format("sleep {}\n", act.pause / 1'000'000 / 1000.0);
        return;
      case Act::Kind::kAwait:
        text_ +=
            fmt::format("sleep 1  # plimsoll waited for the event {} here\n", Printable(act.text));
        return;
      case Act::Kind::kEngine:
        text_ += fmt::format("# Here the engine's daemon itself: {}. For the whole case:\n#   {}\n", Printable(act.text),
                             PlimsollCommand(Printable(record_.engine)));
        return;
      case Act::Kind::kSkipped:
        text_ += "# A step was left out here: what came before made it impossible.\n";
        return;
      case Act::Kind::kSend:
      case Act::Kind::kHalfClose:
      case Act::Kind::kClose:
      case Act::Kind::kRead:
        return;  // told with the opening of the stream
    }
  }

  void AddCall(const Act& act) {
    const Exchange& exchange = *act.exchange;
    if (exchange.request_body.size > kLongestPastedBody) {
      return LeaveToPlimsoll(exchange,
                             "This call's body (an archive, say) is too long for a script.");
    }
    if (!FitsCommandLine(exchange)) {
      return LeaveToPlimsoll(exchange, "curl cannot send this request byte for byte.");
    }
    std::vector<const Capture*> captures;
    for (const Capture& capture : replay_.captures()) {
      // A polled answer may be told by a later exchange of the same step.
      if (capture.from == &exchange || (act.repeated && capture.from->name == exchange.name)) {
        captures.push_back(&capture);
      }
    }
    if (act.repeated) text_ += "sleep 1  # plimsoll asked again and again until it was as wanted\n";
    const bool aside = act.in_background || act.concurrent;
    if (!captures.empty() && !aside) {
      text_ += fmt::format("answer=$({}){}\nprintf '%s\\n' \"$answer\"\n", Curl(exchange),
                           OrTrue(exchange));
      for (const Capture* capture : captures) {
        const std::string nth =
            capture->occurrence > 1 ? fmt::format(" {}", capture->occurrence) : "";
        text_ +=
            fmt::format("{}=$(member {}{})\n", capture->variable, ShellWord(capture->key), nth);
      }
      return;
    }
    text_ += Curl(exchange) + (aside ? " &" : OrTrue(exchange)) + "\n";
    in_background_ = in_background_ || aside;
  }

  void AddOpen(const Exchange& stream) {
    if (CurlCanFollow(stream) && FitsCommandLine(stream)) {
      text_ += Curl(stream, fmt::format("-N -m {}", kPatience)) + " &\n";
      in_background_ = true;
      return;
    }
    LeaveToPlimsoll(
        stream,
        "Here a stream is opened: curl cannot take over the connection, write to it and\n"
        "# close one side.");
  }

  void LeaveToPlimsoll(const Exchange& exchange, std::string_view why) {
    text_ += fmt::format("# {} {}\n# {} For the whole case:\n#   {}\n", Printable(exchange.method),
                         Printable(replay_.Readable(exchange.target)), why, PlimsollCommand("\"unix://$S\""));
  }

  // On whatever engine the reader has: the recorded one's name is left out of the case's id. The
  // scenario's file as it lies in the project, wherever the journal's writer had it.
  std::string PlimsollCommand(const std::string& engine) const {
    const size_t at = record_.id.rfind("@" + record_.engine);
    const size_t dot = scenario_ ? scenario_->file.rfind('.') : std::string::npos;
    const std::string extension = dot == std::string::npos ? ".yaml" : scenario_->file.substr(dot);
    const std::string file = fmt::format("scenarios/{}{}", record_.scenario, extension);
    return fmt::format("plimsoll run --engine {} --filter {} {}", engine,
                       ShellWord(Printable(record_.id.substr(0, at))), ShellWord(Printable(file)));
  }

  // The script goes on where plimsoll did: after an answer that never came too.
  static std::string OrTrue(const Exchange& exchange) {
    return exchange.outcome == Outcome::kAnswered ? "" : " || true";
  }

  std::string Curl(const Exchange& exchange, const std::string& options = "") const {
    std::string feed;
    const std::string data = Data(exchange, feed);
    std::string out = feed + "curl --unix-socket \"$S\" -sS -i";
    if (!options.empty()) out += " " + options;
    if (options.empty() && exchange.outcome != Outcome::kAnswered)
      out += fmt::format(" -m {}", kPatience);
    out += exchange.method == "HEAD" ? " --head" : " -X " + replay_.Word(exchange.method);
    if (exchange.target.find_first_of("[]{}") != std::string::npos) out += " -g";
    if (exchange.target.find("..") != std::string::npos) out += " --path-as-is";
    out += " " + replay_.Word("http://d" + exchange.target);
    for (const http::Header& header : exchange.request_headers) {
      if (IsCurlsOwn(header)) continue;
      // "Name;" is curl's way to send a header without a value.
      const std::string line =
          header.value.empty() ? header.name + ";" : header.name + ": " + header.value;
      out += " \\\n  -H " + replay_.Word(line);
    }
    // curl would call any body a form's.
    if (!data.empty() && !http::FindHeader(exchange.request_headers, "Content-Type")) {
      out += " \\\n  -H Content-Type:";
    }
    return out + data;
  }

  // The option that gives curl the body; what a command line cannot hold is piped in by `feed`.
  std::string Data(const Exchange& exchange, std::string& feed) const {
    if (exchange.request_body.size == 0) return "";
    const std::string body = WithoutOwnLabels(exchange.request_body.kept);
    if (Printable(body) != body) {
      feed = fmt::format("printf %s {} | base64 -d |\n  ", Base64(body));
      return " \\\n  --data-binary @-";
    }
    // -d reads a file where the text begins with "@"; --data-raw does not.
    const bool json = body.starts_with("{") || body.starts_with("[");
    return fmt::format(" \\\n  {} {}", json ? "-d" : "--data-raw", replay_.Word(body));
  }

  void AddCleanUp() {
    std::string calls;
    for (const Exchange& exchange : record_.clean_up) {
      const bool asks_only = exchange.method == "GET" || exchange.method == "HEAD";
      if (!asks_only && FitsCommandLine(exchange)) calls += Curl(exchange) + " || true\n";
    }
    if (!calls.empty()) text_ += "\n# Clean up.\n" + calls;
  }

  const CaseRecord& record_;
  const journal::ScenarioRecord* scenario_;
  Replay replay_;
  std::string text_;
  bool in_background_ = false;
};

}  // namespace

std::string Reproduction(const CaseRecord& record, const journal::Journal& journal) {
  return Script(record, journal).Text();
}

}  // namespace plimsoll::report
