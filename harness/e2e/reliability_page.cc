#include "e2e/reliability_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "report/escape.h"

namespace plimsoll::e2e {
namespace {

using report::MdText;

// The tests of all documents whose class ends so, without a prefix that parameters bring ("Engines/KilledHarness").
std::vector<const Json*> TestsOf(const std::vector<Json>& results, std::string_view name) {
  std::vector<const Json*> tests;
  for (const Json& document : results) {
    const Json* suites = Find(document, "testsuites");
    if (!suites) continue;
    for (const Json& suite : *suites) {
      const std::string suite_name = GetString(suite, "name");
      const Json* inside = Find(suite, "testsuite");
      if (!inside || suite_name.substr(suite_name.find('/') + 1) != name) continue;
      for (const Json& test : *inside) tests.push_back(&test);
    }
  }
  return tests;
}

bool Passed(const Json& test) { return !Find(test, "failures") && GetString(test, "result") == "COMPLETED"; }

std::string Result(const Json& test) { return Passed(test) ? "passed" : "**failed**"; }

std::string Cell(const Json& test, const char* member) { return MdText(GetString(test, member)); }

std::string Row(const std::vector<std::string>& cells) { return fmt::format("| {} |\n", fmt::join(cells, " | ")); }

std::string Table(const std::vector<std::string>& heads, const std::string& rows) {
  return Row(heads) + Row(std::vector<std::string>(heads.size(), "---")) + rows;
}

std::string NotRun(const std::string& section) { return "\n## " + section + "\n\nNot run.\n"; }

std::string KilledHarness(const std::vector<Json>& results) {
  const std::string title = "plimsoll killed";
  std::string rows;
  for (const Json* test : TestsOf(results, "KilledHarness")) {
    rows += Row({Cell(*test, "engine"), Cell(*test, "moments"), Cell(*test, "seed"), Cell(*test, "before_the_journal"),
                 Cell(*test, "torn_lines"), Cell(*test, "with_cases_done"), Result(*test)});
  }
  if (rows.empty()) return NotRun(title);
  return "\n## " + title + "\n\nSIGKILL at random moments of a run; in about every second journal the last line was then cut short, as a machine "
         "without power may leave it. Passed: each time what was recorded could be read, `--resume` completed the "
         "run to the same report as an undisturbed one, byte for byte, and `plimsoll clean` left nothing on the engine.\n\n" +
         Table({"Engine", "Moments", "Seed", "Before there was a journal", "With a torn last line", "After a case was recorded", "Result"}, rows);
}

std::string DisturbedEngine(const std::vector<Json>& results) {
  const std::string title = "The engine killed, frozen, restarted";
  std::string rows;
  for (const Json* test : TestsOf(results, "DisturbedEngine")) {
    rows += Row({Cell(*test, "engine"), Cell(*test, "moments"), Cell(*test, "seed"), Cell(*test, "verdicts"),
                 Cell(*test, "refused_to_begin"), Result(*test)});
  }
  if (rows.empty()) return NotRun(title);
  return "\n## " + title + "\n\nAt random moments of a run its daemon is restarted, killed and started again, or stopped (SIGSTOP) for up "
         "to eight seconds. Passed: every run ended, no case was judged by what was done to its engine, and afterwards the engine held "
         "what it held before.\n\n" +
         Table({"Engine", "Moments", "Seed", "Verdicts of the cases", "Runs that refused to begin", "Result"}, rows);
}

// "AFullDiskEndsTheRun" as the sentence that it is.
std::string Sentence(std::string_view test_name) {
  std::string sentence;
  for (const char c : test_name) {
    const bool begins = std::isupper(static_cast<unsigned char>(c)) != 0 && !sentence.empty();
    if (begins) sentence += ' ';
    sentence += begins ? static_cast<char>(std::tolower(static_cast<unsigned char>(c))) : c;
  }
  return sentence;
}

std::string BrokenWorld(const std::vector<Json>& results) {
  const std::string title = "Disk, socket, folder, file";
  std::string rows;
  for (const Json* test : TestsOf(results, "BrokenWorld")) rows += Row({MdText(Sentence(GetString(*test, "name"))), Result(*test)});
  if (rows.empty()) return NotRun(title);
  return "\n## " + title + "\n\n" + Table({"What", "Result"}, rows);
}

std::string Lies(const std::vector<Json>& results) {
  const std::string title = "An engine that lies";
  std::string rows;
  size_t count = 0;
  double peak = 0;
  for (const Json* test : TestsOf(results, "HostileEngine")) {
    ++count;
    peak = std::max(peak, std::strtod(GetString(*test, "peak_mib").c_str(), nullptr));
    rows += Row({Cell(*test, "lie"), Cell(*test, "shown"), Cell(*test, "verdict"), Cell(*test, "peak_mib"),
                 Cell(*test, "streamed_mib"), Result(*test)});
  }
  if (rows.empty()) return NotRun(title);
  return fmt::format("\n## {}\n\n{} kinds of lies, each told to one case of a run while honest cases ran beside it. Passed: the user is shown the "
                     "right thing, the honest cases are unharmed, the run ends, memory stays bounded (at most {:.0f} MiB more than before).\n\n",
                     title, count, peak) +
         Table({"The engine ...", "The user is shown", "Verdict", "Peak, MiB", "Streamed, MiB", "Result"}, rows);
}

std::string Fuzzing(const std::string& fuzzing) {
  const std::string title = "Fuzzing";
  std::string rows;
  for (const std::string& line : Split(fuzzing, '\n')) {
    if (!Trim(line).empty()) rows += "| " + std::string(Trim(line)) + " |\n";
  }
  if (rows.empty()) return NotRun(title);
  return "\n## " + title + "\n\nlibFuzzer with AddressSanitizer and UndefinedBehaviorSanitizer (`fixtures/bootstrap fuzz`).\n\n" +
         Table({"Target", "Inputs", "Inputs a second", "Findings"}, rows);
}

}  // namespace

std::string ReliabilityPage(const std::vector<Json>& results, const std::string& fuzzing) {
  return "# How far plimsoll can be relied on\n\n"
         "Figures of its own tests, as `fixtures/bootstrap reliability` writes them. A seed repeats its moments: `PLIMSOLL_SEED=...`.\n" +
         KilledHarness(results) + DisturbedEngine(results) + BrokenWorld(results) + Fuzzing(fuzzing) + Lies(results);
}

}  // namespace plimsoll::e2e
