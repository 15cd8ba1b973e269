#include "scenario/views.h"

#include <map>

namespace plimsoll::scenario {

const Keys& ExchangeView() {
  static const Keys keys = {
      "status",  "reason",    "headers",  "body",   "documents",  "text",        "size",
      "fnv1a",   "outcome",   "error",    "took",   "started_at", "sent_at",     "first_byte_at",
      "head_at", "ended_at",  "framing",  "stdout", "stderr",     "stdout_size", "stderr_size",
      "frames",  "malformed", "upgraded", "websocket", "ended", "probe",       "files",
      "header_documents"};
  return keys;
}

const Keys& ReadingView() {
  static const Keys keys = {"found", "why", "text", "took", "started_at", "ended_at", "probe"};
  return keys;
}

const Keys& MarkView() {
  static const Keys keys = {"found", "took", "started_at", "ended_at"};
  return keys;
}

const Keys& FixedView(std::string_view root) {
  static const std::map<std::string, Keys, std::less<>> views = {
      {"image", {"probe", "shell"}},
      {"case", {"name", "id"}},
      {"engine", {"name", "product", "version", "api"}},
      {"run", {"id"}},
      {"events", {"list", "actions", "container", "network", "volume", "image", "again"}},
  };
  static const Keys none;
  const auto found = views.find(root);
  return found == views.end() ? none : found->second;
}

}  // namespace plimsoll::scenario
