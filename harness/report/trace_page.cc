#include "report/trace_page.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "analyse/refusals.h"
#include "base/text.h"
#include "http/websocket.h"
#include "report/diagram.h"
#include "report/escape.h"
#include "report/prose.h"
#include "report/replay.h"
#include "report/trace_scenario.h"

namespace plimsoll::report {
namespace {

using journal::Chunk;
using journal::Exchange;
using journal::Outcome;

constexpr size_t kLongestTargetShown = 110;
constexpr size_t kLongestValueShown = 60;
constexpr size_t kMostFields = 60;

// "1.2s", "850us": three digits are enough for people.
std::string TimeText(int64_t nanos) {
  constexpr std::pair<int64_t, std::string_view> kUnits[] = {{1'000'000'000, "s"}, {1'000'000, "ms"}, {1'000, "us"}};
  for (const auto& [size, unit] : kUnits) {
    if (nanos >= size) return fmt::format("{:.3g}{}", static_cast<double>(nanos) / static_cast<double>(size), unit);
  }
  return fmt::format("{}ns", std::max<int64_t>(nanos, 0));
}

std::string TookText(const Exchange& exchange) {
  return exchange.times.ended == 0 ? "-" : TimeText(exchange.times.ended - exchange.times.started);
}

std::string StatusText(const Exchange& exchange) {
  return exchange.head ? std::to_string(exchange.head->status) : std::string(http::Name(exchange.outcome));
}

// Of an id as much as `docker ps` shows.
std::string WithShortIds(std::string_view text) {
  constexpr size_t kLongestKept = 31, kShort = 12;
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const size_t end = std::min(text.find_first_not_of("0123456789abcdef", i), text.size());
    out += text.substr(i, end - i > kLongestKept ? kShort : end - i);
    if (end < text.size()) out += text[end];
    i = end + 1;
  }
  return out;
}

std::string CallText(const Exchange& exchange, size_t limit) {
  if (exchange.method.empty()) return "(no HTTP request)";
  return Abridged(WithShortIds(exchange.method + " " + exchange.target), limit);
}

std::string HowStreamEnded(const Exchange& stream) {
  switch (stream.outcome) {
    case Outcome::kAnswered:
      return "ended by the engine";
    case Outcome::kOpen:
      return "closed by the client";
    default:
      return std::string(http::Name(stream.outcome));
  }
}

// "websocket, 12 bytes sent, half-closed, 340 bytes received, ended by the engine".
std::string StreamSum(const Exchange& stream) {
  std::vector<std::string> parts;
  const std::string* upgrade = http::FindHeader(stream.request_headers, "Upgrade");
  if (stream.upgraded) parts.push_back(fmt::format("upgraded to {}", upgrade ? Abridged(*upgrade, 20) : "a stream"));
  parts.push_back(fmt::format("{} bytes sent", stream.sent.size));
  const bool half = std::ranges::any_of(stream.chunks, [](const Chunk& chunk) { return chunk.direction == Chunk::Direction::kHalfClosed; });
  if (half) parts.emplace_back("half-closed");
  parts.push_back(fmt::format("{} bytes received", stream.response_body.size));
  parts.push_back(HowStreamEnded(stream));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string TroubleText(const Exchange& exchange) {
  std::string text;
  if (exchange.outcome != Outcome::kAnswered && exchange.outcome != Outcome::kOpen) text = http::Name(exchange.outcome);
  if (!exchange.error.empty()) text += (text.empty() ? "" : ": ") + Printable(exchange.error);
  return text;
}

std::string DriftText(const openapi::Drift& drift) {
  std::string text(openapi::Name(drift.kind));
  if (!drift.place.empty()) text += " " + drift.place;
  // An empty text is what Go's clients send for "not given".
  if (drift.kind == openapi::DriftKind::kValue && drift.detail.empty()) return text + ": \"\"";
  return drift.detail.empty() ? text : fmt::format("{}: {}", text, WithShortIds(drift.detail));
}

// A value that says as much as if it were not there.
bool IsDefault(const OrderedJson& value) {
  return value.is_null() || value == false || value == 0 || value == "" || (value.is_structured() && value.empty());
}

// "HostConfig.AutoRemove=true" for what a body says beyond the defaults of Go's types.
void AddFields(const OrderedJson& value, const std::string& place, std::vector<std::string>& fields) {
  if (IsDefault(value)) return;
  if (value.is_object()) {
    for (const auto& [key, member] : value.items()) AddFields(member, place.empty() ? key : place + "." + key, fields);
    return;
  }
  fields.push_back(fmt::format("{}={}", place, value.dump(-1, ' ', false, OrderedJson::error_handler_t::replace)));
}

std::vector<std::string> FieldsSaid(const Exchange& exchange) {
  std::vector<std::string> fields;
  if (!TryParseJson(exchange.request_body.kept)) return fields;
  AddFields(OrderedJson::parse(exchange.request_body.kept, nullptr, false), "", fields);
  return fields;
}

std::vector<std::string> QuerySaid(const Exchange& exchange) {
  const size_t mark = exchange.target.find('?');
  std::vector<std::string> pairs;
  if (mark == std::string::npos) return pairs;
  for (const std::string& pair : Split(exchange.target.substr(mark + 1), '&')) pairs.push_back(http::PercentDecode(pair));
  return pairs;
}

std::string Codes(const std::vector<std::string>& texts, const Replay& replay) {
  std::vector<std::string> codes;
  for (const std::string& text : texts) {
    if (codes.size() == kMostFields) {
      codes.push_back(fmt::format("and {} more", texts.size() - kMostFields));
      break;
    }
    codes.push_back(MdCode(Abridged(replay.Readable(text), kLongestValueShown)));
  }
  return fmt::format("{}", fmt::join(codes, " "));
}

std::string CallsTable(const Trace& trace, const Replay& replay) {
  std::string text = "| | connection | call | answer | took | |\n|---|---|---|---|---|---|\n";
  size_t number = 0;
  for (const Exchange& exchange : trace.record.exchanges) {
    const std::string what = exchange.stream ? StreamSum(exchange) : "";
    const std::string trouble = TroubleText(exchange);
    const std::string call = exchange.method.empty() ? MdText(CallText(exchange, kLongestTargetShown))
                                                     : MdCode(Abridged(replay.Readable(exchange.method + " " + exchange.target), kLongestTargetShown));
    text += fmt::format("| {} | {} | {} | {} | {} | {} |\n", ++number, exchange.connection, call, MdText(StatusText(exchange)), TookText(exchange),
                        MdText(what + (what.empty() || trouble.empty() ? "" : "; ") + trouble));
  }
  return text;
}

std::string DerivedTable(const Trace& trace, const Replay& replay) {
  std::string rows;
  for (const Exchange& exchange : trace.record.exchanges) {
    const auto query = QuerySaid(exchange), body = FieldsSaid(exchange);
    if (query.empty() && body.empty()) continue;
    const std::string path = exchange.target.substr(0, exchange.target.find('?'));
    rows += fmt::format("| {} | {} | {} |\n", MdCode(Abridged(replay.Readable(exchange.method + " " + path), kLongestTargetShown)),
                        Codes(query, replay), Codes(body, replay));
  }
  if (rows.empty()) return "";
  return "## What the client made of its options\n\nParameters, and of bodies what is not empty, `false`, `0` or `null`.\n\n"
         "| call | parameters | body |\n|---|---|---|\n" + rows + "\n";
}

size_t ConnectionCount(const journal::CaseRecord& record) {
  std::set<int> numbers;
  for (const Exchange& exchange : record.exchanges) numbers.insert(exchange.connection);
  return numbers.size();
}

std::string UncheckedText(const analyse::RequestFindings& requests) {
  if (requests.unknown.empty()) return "";
  std::vector<std::string> versions;
  for (const std::string& version : requests.unknown) versions.push_back(version.empty() ? "(none)" : Printable(version));
  return fmt::format("not compared with the API's description: version {}, of which there is no Swagger file", fmt::join(versions, ", "));
}

// "call 7 was refused (404: No such image: x), and the command ended with 0": what its user does not learn.
std::vector<std::string> UntoldRefusals(const Trace& trace) {
  std::vector<std::string> texts;
  if (trace.status != 0) return texts;
  for (const analyse::Refusal& refusal : analyse::RefusalsIn(trace.record)) {
    const std::string message = refusal.message.empty() ? "" : ": " + Abridged(WithShortIds(refusal.message), 120);
    texts.push_back(fmt::format("call {} was refused ({}{}), and the command ended with 0", refusal.exchange + 1, refusal.status, message));
  }
  return texts;
}

std::string RefusalsSection(const Trace& trace) {
  std::string text;
  for (const std::string& refusal : UntoldRefusals(trace)) text += fmt::format("- {}\n", MdText(refusal));
  return text.empty() ? "" : "## Refused, and yet the command ended with 0\n\n" + text + "\n";
}

std::string DeviationsSection(const Trace& trace, const Replay& replay) {
  std::string text = "## Beside the description of the API\n\n";
  if (trace.requests.checked > 0 && trace.requests.list.empty()) {
    text += fmt::format("All of the {} that could be compared are as described.\n", Counted(trace.requests.checked, "call"));
  }
  for (const analyse::RequestFinding& finding : trace.requests.list) {
    const Exchange& exchange = trace.record.exchanges[finding.exchange];
    for (const std::string& drift : DriftTexts(finding)) {
      text += fmt::format("- call {}, {}: {}\n", finding.exchange + 1,
                          MdCode(finding.operation.empty() ? Abridged(replay.Readable(exchange.method + " " + exchange.target), kLongestTargetShown)
                                                           : finding.operation),
                          MdText(drift));
    }
  }
  if (const std::string unchecked = UncheckedText(trace.requests); !unchecked.empty()) text += "\n" + Stopped(Capitalised(MdText(unchecked))) + "\n";
  return text;
}

}  // namespace

std::vector<std::string> DriftTexts(const analyse::RequestFinding& finding) {
  if (finding.operation.empty()) return {"no such path in the description"};
  std::vector<std::string> texts;
  for (const openapi::Drift& drift : finding.drifts) texts.push_back(DriftText(drift));
  return texts;
}

std::string CallLine(const Exchange& exchange) {
  std::string line = fmt::format("{} -> {}", CallText(exchange, kLongestTargetShown), StatusText(exchange));
  if (exchange.stream) line += "; " + StreamSum(exchange);
  if (const std::string trouble = TroubleText(exchange); !trouble.empty()) line += "; " + trouble;
  return line;
}

std::string TraceText(const Trace& trace) {
  std::string text = fmt::format("{} over {} to {}\n", Counted(trace.record.exchanges.size(), "call"),
                                 Counted(ConnectionCount(trace.record), "connection"), trace.record.engine);
  size_t number = 0;
  for (const Exchange& exchange : trace.record.exchanges) {
    text += fmt::format("{:>4}  {:<9} {:>8}  {}\n", ++number, StatusText(exchange), TookText(exchange), CallText(exchange, kLongestTargetShown));
    if (exchange.stream) text += fmt::format("{:>27}{}\n", "", StreamSum(exchange));
    if (const std::string trouble = TroubleText(exchange); !trouble.empty()) text += fmt::format("{:>27}{}\n", "", trouble);
  }
  for (const analyse::RequestFinding& finding : trace.requests.list) {
    for (const std::string& drift : DriftTexts(finding)) text += fmt::format("call {} is not as described: {}\n", finding.exchange + 1, drift);
  }
  for (const std::string& refusal : UntoldRefusals(trace)) text += refusal + "\n";
  for (const journal::Mark& mark : trace.record.marks) text += Printable(mark.what) + "\n";
  if (const std::string unchecked = UncheckedText(trace.requests); !unchecked.empty()) text += unchecked + "\n";
  return text;
}

std::string TracePage(const Trace& trace) {
  const Replay replay(trace.record, trace.journal);
  std::string text = fmt::format("# What {} does\n\n", MdCode(CommandText(trace.command)));
  text += fmt::format("{} to {}, recorded by `plimsoll trace`. Ids are shown by names (`$box`), times are those of this one run.\n\n",
                      Counted(trace.record.exchanges.size(), "call"), MdText(trace.record.engine));
  text += MdFence("mermaid", SequenceDiagram(trace.record, trace.journal)) + "\n";
  text += "## The calls\n\n" + CallsTable(trace, replay) + "\n";
  for (const journal::Mark& mark : trace.record.marks) text += Stopped(Capitalised(MdText(mark.what))) + "\n\n";
  text += RefusalsSection(trace);
  text += DerivedTable(trace, replay);
  return text + DeviationsSection(trace, replay);
}

}  // namespace plimsoll::report
