// What the tests of the whole program share: a folder of their own, files, waiting for facts of the world
// outside, a small scenario. One test at a time.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>

#include "base/clock.h"
#include "base/text.h"
#include "engine/loop.h"

namespace plimsoll::e2e {

inline constexpr auto kPatience = std::chrono::seconds(60);

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "plimsoll-program-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

inline std::string Write(const std::string& path, const std::string& text) {
  EXPECT_TRUE(WriteFileWhole(path, text));
  return path;
}

// Polls until `holds`: for facts of the world outside that nothing announces.
inline bool Eventually(const std::function<bool()>& holds) {
  const TimePoint deadline = Now() + kPatience;
  engine::Loop pause(nullptr);
  while (!holds()) {
    if (Now() >= deadline) return false;
    pause.Wait([] { return false; }, Now() + std::chrono::milliseconds(20));
  }
  return true;
}

// Eight quick cases.
inline constexpr const char* kQuick = R"(title: Quick
question: Which code?
matrix:
  code: [0, 1, 2, 3, 4, 5, 6, 7]
steps:
  - call: POST /containers/create
    as: box
    body: {Image: "${image.probe}", Cmd: [exit, "${code}", "x"]}
  - call: POST /containers/${box.body.Id}/start
  - call: POST /containers/${box.body.Id}/wait
    as: wait
observe:
  wait answers: ${wait.status}
)";

}  // namespace plimsoll::e2e
