// What a body that is a tar archive holds, as the views of exchanges show it. Pure; libarchive reads from memory.
#pragma once

#include <string_view>

#include "base/json.h"

namespace plimsoll::journal {

// [{path, kind ("file", "folder", "link", "hard link", "other"), mode ("0644"), size, link, uid, gid, text}] in the
// archive's order, as far as it can be read; `text` is the first kShownText bytes of a file that is UTF-8. null: no tar.
Json FilesIn(std::string_view bytes);
inline constexpr size_t kShownText = 4096;
inline constexpr size_t kMostFiles = 1000;

}  // namespace plimsoll::journal
