#include "base/duration.h"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

using namespace std::chrono_literals;

TEST(ParseDuration, ReadsANumberAndAUnit) {
  const std::vector<std::pair<std::string, Duration>> table = {
      {"0s", 0s},          {"7ns", 7ns},  {"250us", 250us}, {"250ms", 250ms}, {"10s", 10s},
      {"2m", 2min},        {"1h", 1h},    {"1.5m", 90s},    {"0.25s", 250ms}, {".5s", 500ms},
      {"10.01s", 10010ms}, {"1e3ms", 1s}, {"0.4ns", 0ns},
  };
  for (const auto& [text, duration] : table) {
    const auto parsed = ParseDuration(text);
    ASSERT_TRUE(parsed.has_value()) << text;
    EXPECT_EQ(*parsed, duration) << text;
  }
}

TEST(ParseDuration, SaysWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"", "\"\" is not a duration"},
      {"soon", "\"soon\" is not a duration"},
      {"-1s", "\"-1s\" is not a duration"},
      {"+1s", "\"+1s\" is not a duration"},
      {" 1s", "\" 1s\" is not a duration"},
      {"infs", "\"infs\" is not a duration"},
      {"nan", "\"nan\" is not a duration"},
      {"1e999s", "\"1e999s\" is not a duration"},
      {"10", "\"10\" has no unit"},
      {"10 s", "\"10 s\" has the unknown unit \" s\""},
      {"10sec", "\"10sec\" has the unknown unit \"sec\""},
      {"3m20s", "\"3m20s\" has the unknown unit \"m20s\""},
      {"1S", "\"1S\" has the unknown unit \"S\""},
      {"9999999h", "\"9999999h\" is longer than 292 years"},
  };
  for (const auto& [text, message] : table) {
    const auto parsed = ParseDuration(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().what, message);
  }
}

TEST(ParseDuration, HintsAtHowToWriteOne) {
  EXPECT_EQ(ParseDuration("soon").error().hint, "write a number and a unit, such as 250ms or 10s");
  EXPECT_EQ(ParseDuration("10").error().hint, "units are ns, us, ms, s, m, h: 250ms, 10s");
}

TEST(FormatDuration, WritesTheShortestExactEnoughForm) {
  const std::vector<std::pair<Duration, std::string>> table = {
      {0s, "0s"},
      {1ns, "1ns"},
      {999ns, "999ns"},
      {1us, "1us"},
      {1500ns, "1.5us"},
      {250ms, "250ms"},
      {1s, "1s"},
      {10010ms, "10.01s"},
      {200s, "200s"},
      {1h, "3600s"},
      {-250ms, "-250ms"},
      {10012345678ns, "10.012s"},
      {100000000ns, "100ms"},
  };
  for (const auto& [duration, text] : table) EXPECT_EQ(FormatDuration(duration), text);
}

TEST(FormatDuration, IsReadBackAsTheSame) {
  for (const Duration duration : {0ns, 7ns, 1500ns, Duration(250ms), Duration(2s), Duration(1h)}) {
    EXPECT_EQ(*ParseDuration(FormatDuration(duration)), duration);
  }
}

}  // namespace
}  // namespace plimsoll
