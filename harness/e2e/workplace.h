// What the tests of the whole program share: a folder of their own, files, waiting for facts of the world
// outside, a small scenario. One test at a time.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/text.h"
#include "e2e/live_engines.h"
#include "engine/endpoint.h"
#include "engine/loop.h"

namespace plimsoll::e2e {

inline constexpr auto kPatience = std::chrono::seconds(60);
// Of a run of a few cases that is not stuck.
inline constexpr auto kLongestRun = std::chrono::minutes(4);

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

// Without engines a test says why and is skipped, or fails where that is forbidden.
class LiveTest : public testing::Test {
 protected:
  void SetUp() override {
    const LiveEngines& engines = TheLiveEngines();
    if (engines.missing.empty()) return;
    if (LiveIsRequired()) FAIL() << engines.missing;
    GTEST_SKIP() << engines.missing;
  }
};

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

// What an engine holds: ids and names of everything that a run could leave behind or take away.
std::set<std::string> Holdings(const engine::Endpoint& endpoint);
// Path -> contents of a report, without what two runs of the same behaviour may differ in.
std::map<std::string, std::string> ReportFiles(const std::string& folder);

// Eight quick cases.
inline constexpr const char* kQuick = R"(title: Quick
question: Which code?
matrix:
  code: ["0", "1", "2", "3", "4", "5", "6", "7"]
steps:
  - call: POST /containers/create
    as: box
    body: {Image: "${image.probe}", Cmd: [exit, "${code}"], HostConfig: {NetworkMode: host}}
  - call: POST /containers/${box.body.Id}/start
  - call: POST /containers/${box.body.Id}/wait
    as: wait
observe:
  wait says: ${wait.body.StatusCode}
expect:
  - when: {code: "0"}
    wait says: 0
    because: (test)
  - when: {code: "3"}
    wait says: 3
    because: (test)
  - when: {code: "7"}
    wait says: 7
    because: (test)
)";

}  // namespace plimsoll::e2e
