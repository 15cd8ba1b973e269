// TempFolder: an empty folder of its own for a test, removed with all it holds when the object goes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace plimsoll::testing {

class TempFolder {
 public:
  // Aborts the test program if the machine gives no folder: nothing could be tested then.
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;

  const std::string& path() const { return path_; }
  // The path of `name` inside; folders before it are made.
  std::string File(std::string_view name) const;
  // The same, with the file written.
  std::string Write(std::string_view name, std::string_view content) const;

 private:
  std::string path_;
};

}  // namespace plimsoll::testing
