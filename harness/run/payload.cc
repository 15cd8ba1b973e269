#include "run/payload.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "http/sha1.h"
#include "run/labels.h"
#include "run/tar.h"

namespace plimsoll::run {
namespace {

struct Body {
  std::string bytes;
  std::string type;  // the Content-Type that goes with it unless the step gives one
};

Result<std::string> TarOf(const scenario::TarPayload& payload, const RequestContext& context) {
  std::vector<TarEntry> entries;
  for (const scenario::TarFile& file : payload.files) {
    TarEntry entry{file.path, TarEntry::Kind::kFile, "", file.mode};
    if (file.folder) entry.kind = TarEntry::Kind::kFolder;
    if (!file.link.empty()) {
      entry.kind = TarEntry::Kind::kLink;
      entry.content = file.link;
    }
    if (file.text) {
      auto text = file.text->EvaluateText(context.scope);
      if (!text) return text;
      entry.content = std::move(*text);
    }
    if (!file.from.empty()) {
      auto text = ReadFile((std::filesystem::path(context.scenario_file).parent_path() / file.from).string());
      if (!text) return text;
      entry.content = std::move(*text);
    }
    entries.push_back(std::move(entry));
  }
  return MakeTar(entries, payload.blocking_factor);
}

Result<Body> BodyOf(const scenario::RequestSpec& spec, std::string_view path, const RequestContext& context) {
  if (const auto* json = std::get_if<scenario::JsonPayload>(&spec.payload)) {
    auto value = expect::EvaluateJson(json->body, context.scope);
    if (!value) return tl::make_unexpected(value.error());
    const Creates creates = CreatedBy(spec.method, path);
    if (creates != Creates::kNothing && creates != Creates::kImage) {
      AddLabels(*value, context.run_id, context.case_token);
    }
    return Body{CompactJson(*value), "application/json"};
  }
  if (const auto* text = std::get_if<scenario::TextPayload>(&spec.payload)) {
    auto value = text->text.EvaluateText(context.scope);
    if (!value) return tl::make_unexpected(value.error());
    return Body{std::move(*value), ""};
  }
  if (const auto* bytes = std::get_if<scenario::BytesPayload>(&spec.payload)) return Body{bytes->bytes, ""};
  if (const auto* tar = std::get_if<scenario::TarPayload>(&spec.payload)) {
    auto value = TarOf(*tar, context);
    if (!value) return tl::make_unexpected(value.error());
    return Body{std::move(*value), "application/x-tar"};
  }
  return Body{};
}

// nullopt: absent, leave it out.
Result<std::optional<std::string>> Value(const expect::Template& text, const Json& scope) {
  auto value = text.Evaluate(scope);
  if (!value) return tl::make_unexpected(value.error());
  if (!*value) return Fail(fmt::format("${{{}}} has no value here", text.whole()->text()));
  if (expect::IsAbsent(**value)) return std::nullopt;
  return (*value)->is_string() ? (*value)->get<std::string>() : CompactJson(**value);
}

Result<std::string> TargetOf(const scenario::RequestSpec& spec, const RequestContext& context) {
  auto target = spec.path.EvaluateText(context.scope);
  if (!target) return target;
  if (PathOf(*target) == target->substr(0, target->find('?'))) {  // no version of its own
    std::string api = context.engine_api;
    if (spec.api) {
      auto named = Value(*spec.api, context.scope);
      if (!named) return tl::make_unexpected(named.error());
      api = named->value_or("none");
    }
    if (api != "none") *target = "/v" + api + *target;
  }
  for (const auto& [name, text] : spec.query) {
    auto value = Value(text, context.scope);
    if (!value) return tl::make_unexpected(value.error());
    if (!*value) continue;
    const char separator = target->find('?') == std::string::npos ? '?' : '&';
    *target += fmt::format("{}{}={}", separator, http::PercentEncode(name), http::PercentEncode(**value));
  }
  return target;
}

Status AddHeaders(http::Request& request, const scenario::RequestSpec& spec, const std::string& type, const Json& scope) {
  bool typed = false;
  for (const auto& [name, text] : spec.headers) {
    typed = typed || ToLower(name) == "content-type";
    auto value = Value(text, scope);
    if (!value) return tl::make_unexpected(value.error());
    if (*value) request.headers.push_back({name, **value});
  }
  if (!typed && !type.empty()) request.headers.push_back({"Content-Type", type});
  return {};
}

// What a client has to send besides (RFC 6455, 4.1), but for what the scenario names, if only as absent. The key is the
// same in every run: it is to tell a websocket's server from others, and keeps no secret.
void AddWebSocketHeaders(http::Request& request, const scenario::RequestSpec& spec, const std::string& case_token) {
  const auto add = [&](const std::string& name, const std::string& value) {
    const bool named = std::ranges::any_of(spec.headers, [&](const auto& header) { return ToLower(header.first) == ToLower(name); });
    if (!named) request.headers.push_back({name, value});
  };
  add("Sec-WebSocket-Key", Base64(http::Sha1(case_token).substr(0, 16)));
  add("Sec-WebSocket-Version", "13");
}

}  // namespace

Result<http::Request> MakeRequest(const scenario::RequestSpec& spec, const std::optional<std::string>& upgrade,
                                  const RequestContext& context) {
  auto target = TargetOf(spec, context);
  if (!target) return tl::make_unexpected(target.error());
  auto body = BodyOf(spec, PathOf(*target), context);
  if (!body) return tl::make_unexpected(body.error());
  http::Request request{spec.method, std::move(*target), {}, std::move(body->bytes)};
  if (auto added = AddHeaders(request, spec, body->type, context.scope); !added) return tl::make_unexpected(added.error());
  if (upgrade) {
    request.headers.push_back({"Connection", "Upgrade"});
    request.headers.push_back({"Upgrade", *upgrade});
    if (ToLower(*upgrade) == "websocket") AddWebSocketHeaders(request, spec, context.case_token);
  }
  return request;
}

}  // namespace plimsoll::run
