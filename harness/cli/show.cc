#include <fmt/format.h>

#include <memory>

#include "base/duration.h"
#include "base/text.h"
#include "cli/commands.h"
#include "journal/records.h"
#include "plan/plan.h"

namespace plimsoll::cli {
namespace {

std::string After(int64_t at, int64_t start) {
  if (at == 0) return "";
  return fmt::format("{}{}", at < start ? '-' : '+', FormatDuration(Duration(at < start ? start - at : at - start)));
}

void PrintBytes(std::string_view what, const journal::Bytes& bytes) {
  if (bytes.size > 0)
    fmt::print("    {} ({} bytes): {}\n", what, bytes.size, Abridged(bytes.kept, 2000));
}

void PrintExchange(const journal::Exchange& exchange, int64_t start) {
  fmt::print("{:>10}  {} {}{}\n", After(exchange.times.started, start), exchange.method,
             Printable(exchange.target),
             exchange.name.empty() ? "" : fmt::format("  (as {})", exchange.name));
  PrintBytes("request", exchange.request_body);
  const std::string answer =
      exchange.head ? fmt::format("{} {}", exchange.head->status, Printable(exchange.head->reason))
                    : "-";
  fmt::print("{:>10}  {}: {} {}\n", After(exchange.times.ended, start),
             http::Name(exchange.outcome), answer, Printable(exchange.error));
  if (exchange.head) {
    for (const auto& header : exchange.head->headers)
      fmt::print("    {}: {}\n", Printable(header.name), Printable(header.value));
  }
  PrintBytes("sent on the stream", exchange.sent);
  PrintBytes("body", exchange.response_body);
  constexpr std::string_view kWhat[] = {"received", "sent", "half-closed", "closed"};
  for (const journal::Chunk& chunk : exchange.chunks) {
    fmt::print("{:>10}    {} {} bytes\n", After(chunk.at, start),
               kWhat[static_cast<int>(chunk.direction)], chunk.size);
  }
}

void PrintCase(const journal::CaseRecord& record) {
  fmt::print("{}\n  {} {}\n  took {}\n", record.id, journal::Name(record.outcome),
             Printable(record.reason), FormatDuration(Duration(record.ended - record.started)));
  for (const auto& exchange : record.exchanges) PrintExchange(exchange, record.started);
  for (const auto& mark : record.marks) {
    fmt::print("{:>10}  {} at {}\n", After(mark.started, record.started), Printable(mark.what),
               mark.step);
  }
  for (const auto& reading : record.readings) {
    fmt::print("{:>10}  read {}: {} {}\n", After(reading.ended, record.started), reading.stream,
               reading.why, Abridged(reading.text, 500));
  }
  for (const auto& event : record.events) {
    fmt::print("{:>10}  event {}{}\n", After(event.received, record.started), event.again ? "again " : "",
               Abridged(CompactJson(event.body), 400));
  }
  fmt::print("  clean-up\n");
  for (const auto& exchange : record.clean_up) PrintExchange(exchange, record.started);
}

}  // namespace

// plimsoll show: the evidence behind a table cell.
void AddShow(CLI::App& program, Chosen& chosen) {
  struct Arguments {
    std::string journal, filter;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command = program.add_subcommand("show", "Print what was sent and received in a case");
  command->add_option("JOURNAL", arguments->journal, "What `plimsoll run` recorded")->required();
  command->add_option("CASE", arguments->filter, "A case id, a part of one, or a glob")->required();
  command->callback([&chosen, arguments] {
    chosen = [arguments] {
      const auto journal = journal::ReadJournal(arguments->journal);
      if (!journal) return PrintError(journal.error());
      size_t shown = 0;
      const std::string& filter = arguments->filter;
      for (const auto& record : journal->cases) {
        const bool fits =
            record.id.find(filter) != std::string::npos || plan::GlobMatches(filter, record.id);
        if (!fits) continue;
        PrintCase(record);
        ++shown;
      }
      if (shown > 0) return kOk;
      return PrintError(
          {fmt::format("no case of {} fits \"{}\"", arguments->journal, Printable(filter)),
           "`plimsoll plan` prints the ids"},
          kBadInput);
    };
  });
}

}  // namespace plimsoll::cli
