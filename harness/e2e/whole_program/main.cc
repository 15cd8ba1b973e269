// main() of the test programs that start the whole plimsoll.
#include <gtest/gtest.h>

#include "e2e/live_engines.h"

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const int status = RUN_ALL_TESTS();
  plimsoll::e2e::StopLiveEngines();
  return status;
}
