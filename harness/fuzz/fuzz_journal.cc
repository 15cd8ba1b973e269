// A journal of any bytes is read or refused; what was read is written and read again without a change, and can
// be judged and reported, or is refused with words.
#include <string>

#include "analyse/analyse.h"
#include "fuzz/fuzz.h"
#include "journal/records.h"
#include "report/report.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace plimsoll;
  const auto journal = journal::ReadJournalText(std::string(fuzz::Text(data, size)), "fuzz.jsonl");
  if (!journal) {
    fuzz::Promise(!journal.error().what.empty(), "a refusal says why");
    return 0;
  }
  for (const journal::CaseRecord& record : journal->cases) {
    const Json once = journal::ToJson(record);
    const auto again = journal::CaseFromJson(once);
    fuzz::Promise(again && CompactJson(journal::ToJson(*again)) == CompactJson(once), "a case is read as it was written");
  }
  const auto findings = analyse::Analyse(*journal);
  if (findings) fuzz::Promise(!report::BuildReports(*findings, *journal).empty(), "findings make a report");
  return 0;
}
