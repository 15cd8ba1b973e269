#include "relay/redact.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"

namespace plimsoll::relay {
namespace {

constexpr std::string_view kSecretHeaders[] = {"x-registry-auth", "x-registry-config", "authorization", "proxy-authorization"};
// Of AuthConfig, of the auths in a configuration, of a swarm; in lower case.
constexpr std::string_view kSecretMembers[] = {"password",   "identitytoken", "registrytoken", "auth",
                                               "jointoken",  "jointokens",    "unlockkey",     "signingcakey"};

std::string_view PathOf(std::string_view target) { return target.substr(0, target.find('?')); }

template <size_t N>
bool IsOneOf(const std::string_view (&names)[N], std::string_view name) {
  return std::ranges::find(names, std::string_view(ToLower(name))) != std::end(names);
}

void RedactHeaders(http::Headers& headers) {
  for (http::Header& header : headers) {
    if (IsOneOf(kSecretHeaders, header.name)) header.value = kRedacted;
  }
}

// Whether something was found. `data_too`: the contents of a secret stand in `Data`.
bool RedactMembers(OrderedJson& json, bool data_too) {
  bool found = false;
  if (json.is_array()) {
    for (OrderedJson& item : json) found |= RedactMembers(item, data_too);
  }
  if (!json.is_object()) return found;
  for (auto& [name, value] : json.items()) {
    const bool secret = IsOneOf(kSecretMembers, name) || (data_too && ToLower(name) == "data");
    if (!secret || value.is_null() || value.is_boolean() || value == "") {
      found |= RedactMembers(value, data_too);
      continue;
    }
    value = kRedacted;
    found = true;
  }
  return found;
}

bool MayHoldSecrets(std::string_view body, bool data_too) {
  const std::string lower = ToLower(body);
  return data_too || std::ranges::any_of(kSecretMembers, [&](std::string_view name) { return lower.find(name) != lower.npos; });
}

void Replace(journal::Bytes& bytes, std::string_view with) {
  bytes = {};
  bytes.Append(with);
}

void RedactBody(journal::Bytes& body, bool is_login, bool data_too) {
  if (body.kept.empty() || (!is_login && !MayHoldSecrets(body.kept, data_too))) return;
  // TryParseJson bounds the depth, which the other does not.
  const bool is_json = body.kept.size() == body.size && TryParseJson(body.kept).has_value();
  if (!is_json) {
    if (is_login) Replace(body, kRedacted);
    return;
  }
  OrderedJson json = OrderedJson::parse(body.kept, nullptr, /*allow_exceptions=*/false);
  if (RedactMembers(json, data_too)) Replace(body, json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
}

bool IsHidden(std::string_view word) { return word.starts_with("--password=") || word.starts_with("--pass="); }

}  // namespace

void Redact(journal::Exchange& exchange) {
  RedactHeaders(exchange.request_headers);
  if (exchange.head) RedactHeaders(exchange.head->headers);
  const std::string_view path = PathOf(exchange.target);
  const bool is_login = exchange.method == "POST" && path.ends_with("/auth");
  const bool data_too = path.ends_with("/secrets/create");
  RedactBody(exchange.request_body, is_login, data_too);
  if (!exchange.stream) RedactBody(exchange.response_body, is_login, /*data_too=*/false);
  // The words of a parser quote what it stumbled over.
  if (exchange.error.find('"') == std::string::npos) return;
  const std::string error = ToLower(exchange.error);
  const bool may_quote = is_login || MayHoldSecrets(error, false) || error.find("registry-config") != error.npos;
  if (may_quote) exchange.error = exchange.error.substr(0, exchange.error.find('"')) + std::string(kRedacted);
}

bool IsOpaque(std::string_view method, std::string_view target, const http::Headers& headers) {
  const std::string* upgrade = http::FindHeader(headers, "Upgrade");
  const std::string_view path = PathOf(target);
  const bool buildkit = method == "POST" && (path.ends_with("/session") || path.ends_with("/grpc"));
  return buildkit || (upgrade && ToLower(*upgrade) == "h2c");
}

std::vector<std::string> WithoutPasswords(std::vector<std::string> command) {
  const bool is_login = std::ranges::find(command, "login") != command.end();
  bool next = false;
  for (std::string& word : command) {
    const bool hide = next;
    next = word == "--password" || word == "--pass" || (is_login && word == "-p");
    if (hide) word = kRedacted;
    if (IsHidden(word)) word = word.substr(0, word.find('=') + 1) + std::string(kRedacted);
    const bool joined = is_login && word.starts_with("-p") && word.size() > 2 && !word.starts_with("--");
    if (joined) word = "-p" + std::string(kRedacted);
  }
  return command;
}

}  // namespace plimsoll::relay
