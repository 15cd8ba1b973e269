#include "scenario/load_request.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "scenario/template_text.h"

namespace plimsoll::scenario {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kTarget = "write METHOD and path, such as \"GET /info\"";

// RFC 9110 section 5.6.2: what a method may be made of.
bool IsToken(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

bool HasSpaceOutsideTemplates(std::string_view path) {
  size_t at = 0;
  for (const TemplateSpan& span : SpansIn(path)) {
    if (path.substr(at, span.begin - at).find(' ') != path.npos) return true;
    at = span.end;
  }
  return path.find(' ', at) != path.npos;
}

void LoadTarget(const Node& node, std::string_view verb, RequestSpec& request, Problems& problems) {
  const auto whole = ReadTemplate(node, verb, problems);
  if (!whole) return;
  const size_t space = std::min(node.text.find(' '), node.text.size());
  request.method = node.text.substr(0, space);
  const std::string path(Trim(std::string_view(node.text).substr(space)));
  if (!IsToken(request.method) || request.method.starts_with("$")) {
    problems.Add(node.place, fmt::format("`{}` must begin with a method", verb),
                 std::string(kTarget));
  } else if (path.empty()) {
    problems.Add(node.place, fmt::format("`{}` has no path", verb), std::string(kTarget));
  } else if (path[0] != '/' && !path.starts_with("${")) {
    problems.Add(PlaceOfPart({node.text, node.place}, path), "a path begins with /",
                 std::string(kTarget));
  } else if (HasSpaceOutsideTemplates(path)) {
    problems.Add(PlaceOfPart({node.text, node.place}, path), "a path cannot hold spaces",
                 "write %20 for a space, and parameters of the query as `query:`");
  } else if (auto parsed = expect::Template::Parse(path)) {
    request.path = *std::move(parsed);
  }
}

std::vector<std::pair<std::string, expect::Template>> LoadPairs(const Fields& step,
                                                                std::string_view key,
                                                                Problems& problems) {
  std::vector<std::pair<std::string, expect::Template>> pairs;
  const Node* node = step.Find(key);
  if (!node) return pairs;
  if (!node->is_map()) {
    problems.Add(node->place, fmt::format("`{}` must be a map, not {}", key, KindName(*node)),
                 fmt::format("write one \"name: value\" on each line below `{}:`", key));
  }
  for (const Node::Member& member : node->members) {
    if (member.key.find("${") != member.key.npos) {
      problems.Add(member.key_place, fmt::format("a name in `{}` is fixed, ${{...}} means nothing in it", key),
                   "write it into the path (/x?${name}=1), or write one step for each name with `when:`");
    }
    auto value = ReadScalarTemplate(*member.value, member.key, problems);
    if (value) pairs.emplace_back(member.key, *std::move(value));
  }
  return pairs;
}

std::optional<int> ReadMode(const Node& node, Problems& problems) {
  const std::string& text = node.text;
  const bool octal = node.is_text() && !text.empty() && text.size() <= 5 &&
                     text.find_first_not_of("01234567") == text.npos;
  if (octal) return std::stoi(text, nullptr, 8);
  problems.Add(node.place, "`mode` must be octal digits in quotes", "such as \"0755\"");
  return std::nullopt;
}

// A relative `from` counts from the file that the step stands in; the executor knows only the
// scenario's folder.
std::string ReadFrom(const Node& node, const RequestSurroundings& around, Problems& problems) {
  const std::string from = ReadText(node, "from", problems);
  if (from.empty()) return "";
  const fs::path relative = (fs::path(around.step_folder) / from).lexically_normal();
  const fs::path found = fs::path(around.scenario_folder) / relative;
  std::error_code error;
  if (!fs::is_regular_file(found, error)) {
    problems.Add(node.place, fmt::format("there is no file {}", from),
                 "the path is relative to the file that this stands in");
  }
  return relative.string();
}

TarFile LoadTarFile(const Node& node, const RequestSurroundings& around, Problems& problems) {
  const Fields fields(node, "a file of `tar`", TarFileKeys(), problems);
  TarFile file;
  file.path = fields.RequireText("path");
  int sources = 0;
  if (const Node* text = fields.Find("text"); text && ++sources) {
    file.text = ReadTemplate(*text, "text", problems);
  }
  if (const Node* from = fields.Find("from"); from && ++sources) {
    file.from = ReadFrom(*from, around, problems);
  }
  if (fields.Has("link") && ++sources) file.link = fields.TextOr("link", "");
  file.folder = fields.BoolOr("folder", false);
  if (file.folder) {
    ++sources;
    file.mode = 0755;
  }
  if (fields.is_map() && sources != 1) {
    problems.Add(node.place, sources == 0 ? "this file has no content" : "this file is two things",
                 "give one of text: TEXT, from: FILE, link: TARGET, folder: true");
  }
  if (const Node* mode = fields.Find("mode")) {
    file.mode = ReadMode(*mode, problems).value_or(file.mode);
  }
  return file;
}

BytesPayload LoadBytes(const Node& node, Problems& problems) {
  const std::string text = ReadText(node, "bytes", problems);
  auto bytes = FromBase64(text);
  if (bytes) return {*std::move(bytes)};
  problems.Add(node.place, "`bytes` is " + bytes.error().what,
               "encode the bytes with base64, or send a text as `text:`");
  return {};
}

Payload LoadBody(const Node& node, Problems& problems) {
  if (node.is_empty()) {
    problems.Add(node.place, "`body` is empty",
                 "leave it out to send no body, or write null, {} or [] for these JSON values");
  }
  CheckTemplatesIn(node, problems);
  return JsonPayload{ToJson(node)};
}

int ReadBlockingFactor(const Node& node, Problems& problems) {
  constexpr int64_t kMost = 65'536;  // 32 MiB
  const int64_t factor = ReadCount(node, "blocking-factor", 1, problems);
  if (factor <= kMost) return static_cast<int>(factor);
  problems.Add(node.place, fmt::format("`blocking-factor` is {} at most", kMost), "an archive is made in memory");
  return 1;
}

TarPayload LoadTar(const Node& node, const Node* blocking_factor, const RequestSurroundings& around, Problems& problems) {
  TarPayload tar;
  if (blocking_factor) tar.blocking_factor = ReadBlockingFactor(*blocking_factor, problems);
  // No files at all are an archive too, which engines must take.
  if (node.is_list() && node.items.empty()) return tar;
  for (const Node* file : ReadList(node, "tar", problems)) {
    tar.files.push_back(LoadTarFile(*file, around, problems));
  }
  return tar;
}

Payload LoadPayload(const Fields& step, const RequestSurroundings& around, Problems& problems) {
  std::vector<std::string> given;
  for (const std::string kind : {"body", "text", "bytes", "tar"}) {
    if (step.Has(kind)) given.push_back(kind);
  }
  const Node* blocking_factor = step.Find("blocking-factor");
  if (blocking_factor && !step.Has("tar")) {
    problems.Add(blocking_factor->place, "`blocking-factor` without `tar`", "it says how an archive that is made of files ends");
  }
  if (given.empty()) return NoPayload{};
  if (given.size() > 1) {
    problems.Add(
        step.node().Find(given[1])->key_place,
        fmt::format("a request has one payload, and here are {}", fmt::join(given, " and ")));
  }
  const Node& node = *step.Find(given[0]);
  if (given[0] == "body") return LoadBody(node, problems);
  if (given[0] == "bytes") return LoadBytes(node, problems);
  if (given[0] == "tar") return LoadTar(node, blocking_factor, around, problems);
  auto text = ReadTemplate(node, "text", problems);
  return TextPayload{text ? *std::move(text) : expect::Template()};
}

}  // namespace

std::optional<expect::Template> ReadThrough(const Node& node, const Matrix& matrix, Problems& problems) {
  constexpr const char* kHint = "write unix, tcp or tls, or ${parameter} with these values";
  static const Keys kWays = {"unix", "tcp", "tls"};
  const std::string text = node.is_text() ? node.text : "";
  std::vector<Json> values{node.is_text() ? Json(text) : ToJson(node)};
  for (const Parameter& parameter : matrix.parameters) {
    if (text == "${" + parameter.name + "}") values = parameter.values;
  }
  for (const Json& value : values) {
    if (value.is_string() && Contains(kWays, value.get<std::string>())) continue;
    problems.Add(node.place, fmt::format("{} is no way to reach an engine", Abridged(CompactJson(value), 40)), kHint);
    return std::nullopt;
  }
  return ReadTemplate(node, "through", problems);
}

std::optional<expect::Template> ReadApi(const Node& node, Problems& problems) {
  if (!node.is_text()) {
    problems.Add(
        node.place, fmt::format("`api` must be text, not {}", KindName(node)),
        node.scalar.is_number()
            ? fmt::format("write \"{}\" in quotes: as a number 1.40 would be 1.4", node.text)
            : "a version such as \"1.41\", or none");
    return std::nullopt;
  }
  const bool version =
      !node.text.empty() && node.text.find_first_not_of("0123456789.") == std::string::npos;
  if (!version && node.text != "none" && SpansIn(node.text).empty()) {
    problems.Add(node.place, fmt::format("\"{}\" is no API version", Abridged(node.text, 40)),
                 "a version such as \"1.41\", none for no version in the path, or ${parameter}");
    return std::nullopt;
  }
  return ReadTemplate(node, "api", problems);
}

RequestSpec LoadRequest(const Fields& step, std::string_view verb,
                        const RequestSurroundings& around, Problems& problems) {
  RequestSpec request;
  if (const Node* target = step.Find(verb)) LoadTarget(*target, verb, request, problems);
  request.query = LoadPairs(step, "query", problems);
  request.headers = LoadPairs(step, "headers", problems);
  request.payload = LoadPayload(step, around, problems);
  const Node* api = step.Find("api");
  request.api = api ? ReadApi(*api, problems) : around.api;
  return request;
}

}  // namespace plimsoll::scenario
