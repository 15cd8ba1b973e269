#include <gtest/gtest.h>

#include <algorithm>

#include "analyse/rules.h"

namespace plimsoll::analyse {
namespace {

const std::vector<journal::Parameter> kProse{{"Tty", {false, true}},
                                             {"OpenStdin", {false, true}},
                                             {"StdinOnce", {false, true}},
                                             {"t", {0, 2, 5, 10}},
                                             {"signal", {"SIGTERM", "absent", "15", 15, ""}}};

Literal Is(const std::string& parameter, std::vector<Json> values) {
  const auto found = std::find_if(kProse.begin(), kProse.end(),
                                  [&](const auto& known) { return known.name == parameter; });
  return {parameter, std::move(values), found->values.size()};
}

std::string Prose(const std::vector<Term>& terms) { return DescribeCondition(terms, kProse); }

TEST(DescribeCondition, ReadsLikeProse) {
  const Literal no_tty = Is("Tty", {false});
  EXPECT_EQ(Prose({}), "never");
  EXPECT_EQ(Prose({{}}), "always");
  EXPECT_EQ(Prose({{no_tty}}), "Tty=false");
  EXPECT_EQ(Prose({{no_tty, Is("t", {0})}}), "Tty=false and t is 0");
  EXPECT_EQ(Prose({{no_tty, Is("OpenStdin", {false})}, {no_tty, Is("StdinOnce", {true})}}),
            "Tty=false and (OpenStdin=false or StdinOnce=true)");
}

TEST(DescribeCondition, NamesTheSmallerPartOfALargerDomain) {
  EXPECT_EQ(Prose({{Is("t", {0, 2})}}), "t is 0 or 2");
  EXPECT_EQ(Prose({{Is("t", {0, 2, 5})}}), "t is not 10");
  EXPECT_EQ(Prose({{Is("signal", {"SIGTERM", "absent", 15})}}),
            "signal is neither \"15\" nor \"\"");
}

TEST(DescribeCondition, WritesStringsBareUnlessTheyCouldBeTakenForAnotherValue) {
  EXPECT_EQ(Prose({{Is("signal", {"SIGTERM"})}}), "signal is SIGTERM");
  EXPECT_EQ(Prose({{Is("signal", {"15"})}}), "signal is \"15\"");
  EXPECT_EQ(Prose({{Is("signal", {15})}}), "signal is 15");
  EXPECT_EQ(Prose({{Is("signal", {""})}}), "signal is \"\"");
}

TEST(DescribeCondition, PutsBracketsWhereAndMeetsOr) {
  const Literal tty = Is("Tty", {true});
  const Literal open = Is("OpenStdin", {true});
  const Literal once = Is("StdinOnce", {true});
  EXPECT_EQ(Prose({{tty}, {open, once}}), "Tty=true or (OpenStdin=true and StdinOnce=true)");
  EXPECT_EQ(Prose({{tty, open}, {tty, once}, {Is("t", {0})}}),
            "(Tty=true and (OpenStdin=true or StdinOnce=true)) or t is 0");
}

}  // namespace
}  // namespace plimsoll::analyse
