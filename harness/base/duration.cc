#include "base/duration.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>

namespace plimsoll {
namespace {

struct Unit {
  std::string_view name;
  double nanos;
};
constexpr Unit kUnits[] = {{"ns", 1},  {"us", 1e3}, {"ms", 1e6},
                           {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}};

std::string Trimmed(double value) {
  std::string text = fmt::format("{:.3f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

Result<Duration> ParseDuration(std::string_view text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || number < 0 || !std::isfinite(number)) {
    return Fail(fmt::format("\"{}\" is not a duration", text),
                "write a number and a unit, such as 250ms or 10s");
  }
  const std::string_view unit(rest, static_cast<size_t>(end - rest));
  for (const Unit& known : kUnits) {
    if (unit != known.name) continue;
    const double nanos = number * known.nanos;
    if (nanos > 9e18) return Fail(fmt::format("\"{}\" is longer than 292 years", text));
    return Duration(std::llround(nanos));
  }
  return Fail(unit.empty() ? fmt::format("\"{}\" has no unit", text)
                           : fmt::format("\"{}\" has the unknown unit \"{}\"", text, unit),
              "units are ns, us, ms, s, m, h: 250ms, 10s");
}

std::string FormatDuration(Duration duration) {
  const double nanos = static_cast<double>(duration.count());
  const double size = std::abs(nanos);
  if (size == 0) return "0s";
  // From the point on where rounding to three places gives the next unit.
  if (size >= 999.9995e6) return Trimmed(nanos / 1e9) + "s";
  if (size >= 999.9995e3) return Trimmed(nanos / 1e6) + "ms";
  if (size >= 1e3) return Trimmed(nanos / 1e3) + "us";
  return fmt::format("{}ns", duration.count());
}

}  // namespace plimsoll
