// Golden files of this folder's tests. PLIMSOLL_APPROVE=1 writes what is there now; look at the
// diff.
#pragma once

#include <gmock/gmock.h>

#include <cstdlib>
#include <string>

#include "base/text.h"

namespace plimsoll::report {

inline void ExpectGolden(const std::string& name, const std::string& actual) {
  const std::string path = std::string(PLIMSOLL_SOURCE_DIR) + "/harness/report/testdata/" + name;
  if (std::getenv("PLIMSOLL_APPROVE") != nullptr) {
    ASSERT_TRUE(WriteFileWhole(path, actual));
    return;
  }
  const auto expected = ReadFile(path);
  ASSERT_TRUE(expected) << expected.error().Text() << "\nPLIMSOLL_APPROVE=1 writes it";
  EXPECT_EQ(*expected, actual) << "differs from " << name << "; PLIMSOLL_APPROVE=1 accepts it";
}

}  // namespace plimsoll::report
