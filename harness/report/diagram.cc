#include "report/diagram.h"

#include <fmt/format.h>

#include <vector>

#include "report/escape.h"
#include "report/transcript.h"

namespace plimsoll::report {
namespace {

// Beyond this a diagram is no help.
constexpr size_t kMostLines = 60;

std::string_view Arrow(TranscriptLine::Kind kind) {
  switch (kind) {
    case TranscriptLine::Kind::kSent:
      return "C->>E";
    case TranscriptLine::Kind::kSentAside:
      return "C-)E";
    case TranscriptLine::Kind::kAnswered:
      return "E-->>C";
    case TranscriptLine::Kind::kAnsweredAside:
      return "E--)C";
    case TranscriptLine::Kind::kLost:
      return "E--xC";
    case TranscriptLine::Kind::kHungUp:
      return "C-xE";
    case TranscriptLine::Kind::kNote:
      return "Note over C";
  }
  return "";
}

}  // namespace

std::string SequenceDiagram(const journal::CaseRecord& record, const journal::Journal& journal) {
  std::vector<std::string> lines;
  for (const TranscriptLine& line : TranscriptOf(record, journal)) {
    if (lines.size() == kMostLines) {
      lines.emplace_back("Note over C,E: and so on");
      break;
    }
    lines.push_back(fmt::format("{}: {}", Arrow(line.kind), MermaidText(line.text)));
  }
  return fmt::format("sequenceDiagram\n  participant C as client\n  participant E as {}\n  {}\n",
                     MermaidText(record.engine), fmt::join(lines, "\n  "));
}

}  // namespace plimsoll::report
