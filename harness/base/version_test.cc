#include "base/version.h"

#include <gtest/gtest.h>

namespace plimsoll {
namespace {

TEST(VersionNumber, Compares) {
  EXPECT_EQ(VersionNumber("1.41"), 1041);
  EXPECT_LT(VersionNumber("1.9"), VersionNumber("1.41"));
  EXPECT_LT(VersionNumber("1.41"), VersionNumber("2.0"));
  for (const char* text : {"", "1", "1.", "v1.41", "1.41 ", "1.41.2", "x.y"}) EXPECT_EQ(VersionNumber(text), 0) << text;
}

TEST(VersionRange, HasWhatItSays) {
  struct {
    const char* range;
    const char* version;
    bool has;
    const char* described;
  } const kTable[] = {
      {">=1.42", "1.42", true, "1.42 or later"}, {">=1.42", "1.41", false, "1.42 or later"},
      {">= 1.9", "1.41", true, "1.9 or later"},  {"<1.42", "1.41", true, "before 1.42"},
      {"<1.42", "1.42", false, "before 1.42"},
  };
  for (const auto& [text, version, has, described] : kTable) {
    const auto range = VersionRange::Parse(text);
    ASSERT_TRUE(range) << text;
    EXPECT_EQ(range->Has(version), has) << text << " " << version;
    EXPECT_EQ(range->Describe(), described);
  }
}

TEST(VersionRange, RefusesWhatIsNone) {
  for (const char* text : {"", "1.42", ">1.42", "<=1.42", ">=", ">=1", "=>1.42", ">=v1.42"}) {
    EXPECT_FALSE(VersionRange::Parse(text)) << text;
  }
  EXPECT_EQ(VersionRange::Parse("1.42").error().Text(),
            "\"1.42\" is no condition on a version\nwrite \">=1.42\" (from it on) or \"<1.42\" (before it), in quotes");
}

}  // namespace
}  // namespace plimsoll
