// gnuplot as a function: a script in, an SVG out. Starts a process and waits for it; any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace plimsoll::report {

// `text` from elsewhere as a string of gnuplot's, which replaces nothing in it (in double quotes it would run what stands in
// backticks), and the SVG terminal, told `noenhanced`, shows as it is.
std::string GnuplotText(std::string_view text);

// What gnuplot writes to its standard output. The script must set the terminal; the user's own settings are not read. The same
// script gives the same bytes. An Error where there is no `program` (it says which package has it), or where it failed (with
// what it said).
Result<std::string> RunGnuplot(std::string_view script, const std::string& program = "gnuplot");

}  // namespace plimsoll::report
