// What `plimsoll probe` found, as Markdown and JSON. Pure; any thread.
#pragma once

#include <vector>

#include "mutate/answers.h"
#include "report/report.h"

namespace plimsoll::report {

// README.md, a page for each operation (engines beside one another), probe.json. REQUIRES: those of one operation stand
// one after the other.
Files ProbePages(const std::vector<mutate::Probed>& all);
// The same for a terminal, one line a class: findings only, or all.
enum class ProbeShown { kFindings, kAll };
std::string ProbeText(const mutate::Probed& probed, ProbeShown shown);

}  // namespace plimsoll::report
