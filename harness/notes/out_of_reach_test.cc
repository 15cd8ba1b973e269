#include "notes/out_of_reach.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::notes {
namespace {

using ::testing::HasSubstr;

TEST(ParseOutOfReach, ReadsRows) {
  const auto rows = ParseOutOfReach(R"(
- {operation: "*", status: 500, reason: a fault of the engine}
- {operation: POST /containers/create, field: HostConfig.Isolation, on: [docker-20, podman], reason: Windows only}
- {operation: POST /swarm/join, on: podman, reason: it has no swarm}
)");
  ASSERT_TRUE(rows) << rows.error().Text();
  ASSERT_EQ(rows->size(), 3u);
  EXPECT_EQ((*rows)[0], (OutOfReach{"*", 500, "", "", {}, "a fault of the engine"}));
  EXPECT_TRUE((*rows)[0].IsAbout("GET /info", "docker-20.10"));
  EXPECT_TRUE((*rows)[1].IsAbout("POST /containers/create", "podman-5.8"));
  EXPECT_FALSE((*rows)[1].IsAbout("POST /containers/create", "docker-26.1"));
  EXPECT_FALSE((*rows)[1].IsAbout("POST /build", "podman-5.8"));
  EXPECT_TRUE(ParseOutOfReach("")->empty());
}

TEST(ParseOutOfReach, SaysWhereAMistakeIs) {
  const auto error = [](const char* yaml) { return ParseOutOfReach(yaml).error().Text(); };
  EXPECT_THAT(error("a: b"), HasSubstr("line 1, column 1: this is no list"));
  EXPECT_THAT(error("\n- {operation: GET /info, stats: 500, reason: x}"), HasSubstr("line 2, column 26: unknown key 'stats'"));
  EXPECT_THAT(error("- {operation: GET /info, status: 5000, reason: x}"), HasSubstr("100 to 599"));
  EXPECT_THAT(error("- {operation: GET /info, status: 500}"), HasSubstr("operation and reason are needed"));
  EXPECT_THAT(error("- {operation: GET /info, status: 500, query: x, reason: x}"), HasSubstr("only one of"));
  EXPECT_THAT(error("- ["), HasSubstr("line 1"));
  EXPECT_THAT(LoadOutOfReach("/nowhere").error().what, HasSubstr("/nowhere"));
}

}  // namespace
}  // namespace plimsoll::notes
