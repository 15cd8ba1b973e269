#include "relay/redact.h"

#include <algorithm>
#include <utility>

#include "base/json.h"
#include "base/text.h"

namespace plimsoll::relay {
namespace {

constexpr std::string_view kSecretHeaders[] = {"x-registry-auth", "x-registry-config", "authorization", "proxy-authorization"};
// Of AuthConfig, of the auths in a configuration, of a swarm, of podman's secrets; in lower case.
constexpr std::string_view kSecretMembers[] = {"password",   "identitytoken", "registrytoken", "auth",      "jointoken",
                                               "jointokens", "unlockkey",     "signingcakey",  "secretdata"};
// A raw body that is longer is no password that somebody types.
constexpr size_t kLongestTyped = 4096;

std::string_view PathOf(std::string_view target) { return target.substr(0, target.find('?')); }

template <size_t N>
bool IsOneOf(const std::string_view (&names)[N], std::string_view name) {
  return std::ranges::find(names, std::string_view(ToLower(name))) != std::end(names);
}

// What a body of this path holds beyond members that have a name of their own.
enum class Holds {
  kNothing,
  kLogin,  // it is about a password, whatever its form
  kData,   // the contents of a secret stand in `Data`, or are the body
};

Holds HeldBy(std::string_view method, std::string_view path) {
  if (path.find("/secrets/") != path.npos) return Holds::kData;
  return method == "POST" && path.ends_with("/auth") ? Holds::kLogin : Holds::kNothing;
}

// YAML, of which a Secret may be a part (podman).
bool IsKube(std::string_view path) { return path.find("/libpod/kube/") != path.npos || path.ends_with("/libpod/play/kube"); }

class Redactor {
 public:
  std::vector<std::string> Taken() && { return std::move(taken_); }

  void TakeHeaders(http::Headers& headers) {
    for (http::Header& header : headers) {
      if (!IsOneOf(kSecretHeaders, header.name)) continue;
      Note(header.value);
      NoteWithin(header.value.substr(header.value.find(' ') + 1));  // "Basic dXNlcg=="
      header.value = kRedacted;
    }
  }

  void TakeBody(journal::Bytes& body, Holds holds, bool is_kube) {
    if (body.kept.empty()) return;
    const bool whole = body.kept.size() == body.size;
    const std::string lower = ToLower(body.kept);
    const auto named = [&](std::string_view name) { return lower.find(name) != lower.npos; };
    if (is_kube && (!whole || named("secret"))) return Replace(body, kRedacted);
    if (holds == Holds::kNothing && !std::ranges::any_of(kSecretMembers, named)) return;
    // TryParseJson bounds the depth, which the other does not.
    if (whole && TryParseJson(body.kept)) {
      OrderedJson json = OrderedJson::parse(body.kept, nullptr, /*allow_exceptions=*/false);
      if (TakeMembers(json, holds == Holds::kData)) Replace(body, json.dump(-1, ' ', false, OrderedJson::error_handler_t::replace));
    } else if (holds != Holds::kNothing || NamesSecret(lower)) {
      if (holds == Holds::kData && body.kept.size() <= kLongestTyped) Note(std::string(Trim(body.kept)));
      Replace(body, kRedacted);
    }
  }

 private:
  static void Replace(journal::Bytes& bytes, std::string_view with) {
    bytes = {};
    bytes.Append(with);
  }

  // Whether something was found. `data_too`: the contents of a secret stand in `Data`.
  bool TakeMembers(OrderedJson& json, bool data_too) {
    bool found = false;
    if (json.is_array()) {
      for (OrderedJson& item : json) found |= TakeMembers(item, data_too);
    }
    if (!json.is_object()) return found;
    for (auto& [name, value] : json.items()) {
      const bool is_data = data_too && ToLower(name) == "data";
      if ((!is_data && !IsOneOf(kSecretMembers, name)) || value.is_null() || value.is_boolean() || value == "") {
        found |= TakeMembers(value, data_too);
        continue;
      }
      NoteTexts(value);
      value = kRedacted;
      found = true;
    }
    return found;
  }

  void NoteTexts(const OrderedJson& value) {
    if (value.is_structured()) {
      for (const OrderedJson& inside : value) NoteTexts(inside);
    }
    if (!value.is_string()) return;
    Note(value.get<std::string>());
    NoteWithin(value.get<std::string>());
  }

  // What it says in base64: "user:password", the JSON of an AuthConfig, the contents of a secret.
  void NoteWithin(std::string text) {
    std::ranges::replace(text, '-', '+');
    std::ranges::replace(text, '_', '/');
    const auto decoded = FromBase64(text);
    if (!decoded || !IsValidUtf8(*decoded)) return;
    if (TryParseJson(*decoded)) {
      OrderedJson json = OrderedJson::parse(*decoded, nullptr, /*allow_exceptions=*/false);
      TakeMembers(json, /*data_too=*/false);
      return;
    }
    const std::string_view said = Trim(*decoded);
    Note(std::string(said));
    if (const size_t colon = said.find(':'); colon != said.npos) Note(std::string(said.substr(colon + 1)));
  }

  void Note(std::string value) {
    if (!value.empty() && value != kRedacted) taken_.push_back(std::move(value));
  }

  std::vector<std::string> taken_;
};

}  // namespace

std::vector<std::string> Redact(journal::Exchange& exchange) {
  Redactor redactor;
  redactor.TakeHeaders(exchange.request_headers);
  if (exchange.head) redactor.TakeHeaders(exchange.head->headers);
  const std::string_view path = PathOf(exchange.target);
  const Holds holds = HeldBy(exchange.method, path);
  redactor.TakeBody(exchange.request_body, holds, IsKube(path));
  if (!exchange.stream) redactor.TakeBody(exchange.response_body, holds, /*is_kube=*/false);
  // The words of a parser quote what it stumbled over.
  if (const size_t quote = exchange.error.find('"'); quote != std::string::npos) {
    const std::string error = ToLower(exchange.error);
    const auto named = [&](std::string_view name) { return error.find(name) != error.npos; };
    const bool may_quote = holds != Holds::kNothing || std::ranges::any_of(kSecretMembers, named) || named("registry-config");
    if (may_quote) exchange.error = exchange.error.substr(0, quote) + std::string(kRedacted);
  }
  return std::move(redactor).Taken();
}

bool IsOpaque(std::string_view method, std::string_view target, const http::Headers& headers) {
  const std::string* upgrade = http::FindHeader(headers, "Upgrade");
  const std::string_view path = PathOf(target);
  const bool buildkit = method == "POST" && (path.ends_with("/session") || path.ends_with("/grpc"));
  return buildkit || (upgrade && ToLower(*upgrade) == "h2c");
}

bool NamesSecret(std::string_view text) {
  std::string plain = ToLower(text);
  std::erase(plain, '\\');  // of JSON within a text
  return std::ranges::any_of(kSecretMembers, [&](std::string_view name) {
    if (plain.find('"' + std::string(name) + '"') != plain.npos) return true;
    const std::string field = std::string(name) + "=";
    for (size_t at = plain.find(field); at != plain.npos; at = plain.find(field, at + 1)) {
      if (at == 0 || std::string_view("&?;'\" \t\r\n").find(plain[at - 1]) != std::string_view::npos) return true;
    }
    return false;
  });
}

size_t EndOfSecretHeader(std::string_view text) {
  const std::string lower = ToLower(text);
  size_t end = text.npos;
  for (const std::string_view name : kSecretHeaders) {
    const size_t at = lower.find(name);
    const size_t colon = at == lower.npos ? lower.npos : lower.find_first_not_of(" \t", at + name.size());
    if (colon != lower.npos && lower[colon] == ':') end = std::min(end, colon + 1);
  }
  return end;
}

}  // namespace plimsoll::relay
