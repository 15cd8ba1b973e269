#include "analyse/refusals.h"

#include <utility>

#include "base/text.h"

namespace plimsoll::analyse {
namespace {

std::string MessageIn(const Json& body) {
  if (const std::string message = GetString(body, "message"); !message.empty()) return message;
  return GetString(body, "error");
}

std::string ErrorInDocuments(const journal::Exchange& exchange) {
  const std::string& text = exchange.response_body.kept;
  if (exchange.stream || text.find("\"error") == std::string::npos) return "";
  for (const std::string& line : Split(text, '\n')) {
    const auto document = TryParseJson(line);
    if (document && document->is_object() && document->contains("error")) return GetString(*document, "error");
  }
  return "";
}

}  // namespace

std::vector<Refusal> RefusalsIn(const journal::CaseRecord& record) {
  std::vector<Refusal> refusals;
  for (size_t i = 0; i < record.exchanges.size(); ++i) {
    const journal::Exchange& exchange = record.exchanges[i];
    if (!exchange.head) continue;
    const int status = exchange.head->status;
    if (status >= 400) {
      const auto body = TryParseJson(exchange.response_body.kept);
      refusals.push_back({i, status, body ? MessageIn(*body) : std::string(Trim(exchange.response_body.kept))});
    } else if (std::string error = ErrorInDocuments(exchange); !error.empty()) {
      refusals.push_back({i, status, std::move(error)});
    }
  }
  return refusals;
}

}  // namespace plimsoll::analyse
