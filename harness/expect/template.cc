#include "expect/template.h"

#include <fmt/format.h>

#include <charconv>
#include <span>

#include "base/text.h"
#include "expect/value.h"

namespace plimsoll::expect {
namespace {

constexpr std::string_view kAbsentKey = "plimsoll.absent";
constexpr std::string_view kBracketHint = "write [0], [-1], [*] or [\"any key\"]";
constexpr std::string_view kDollarHint =
    "write ${name} or ${name.member[0]}; for the two characters ${ themselves write $${";

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsRootStart(char c) { return IsLetter(c) || c == '_'; }
bool IsKeyCharacter(char c) {
  return IsLetter(c) || IsDigit(c) || c == '_' || c == '-' || c == ' ' || c == '/';
}

std::string Quoted(std::string_view path) { return fmt::format("\"${{{}}}\"", Abridged(path, 80)); }

size_t KeyLength(std::string_view text) {
  size_t length = 0;
  while (length < text.size() && IsKeyCharacter(text[length])) ++length;
  return length;
}

// Reads the steps of one path; the text is what stands between ${ and }.
class PathReader {
 public:
  explicit PathReader(std::string_view text) : text_(text) {}

  Result<std::string> Root() {
    if (text_.empty()) return Fail("\"${}\" names nothing", std::string(kDollarHint));
    if (!IsRootStart(text_[0])) {
      return Fail(fmt::format("{} does not begin with a name", Quoted(text_)),
                  std::string(kDollarHint));
    }
    at_ = KeyLength(text_);
    return std::string(Trim(text_.substr(0, at_)));
  }

  bool AtEnd() const { return at_ == text_.size(); }

  Result<PathStep> Next() {
    if (text_[at_] == '.') return Key();
    if (text_[at_] == '[') return Bracket();
    return Fail(fmt::format("{} has an unexpected \"{}\" after \"{}\"", Quoted(text_),
                            CharacterAt(), Printable(text_.substr(0, at_))),
                "a key with other characters is written in brackets and quotes: "
                "${box[\"a:b\"]}; for the two characters ${ themselves write $${");
  }

 private:
  Result<PathStep> Key() {
    ++at_;
    const size_t length = KeyLength(text_.substr(at_));
    if (length == 0) {
      return Fail(
          fmt::format("{} has no key after \"{}\"", Quoted(text_), Printable(text_.substr(0, at_))),
          "a key with other characters is written in brackets and quotes: ${box[\"a:b\"]}");
    }
    PathStep step{PathStep::Kind::kKey, std::string(text_.substr(at_, length)), 0};
    at_ += length;
    return step;
  }

  Result<PathStep> Bracket() {
    ++at_;
    if (!AtEnd() && text_[at_] == '"') return QuotedKey();
    const size_t close = text_.find(']', at_);
    if (close == std::string_view::npos) return NoClosing("]");
    const std::string_view inside = Trim(text_.substr(at_, close - at_));
    at_ = close + 1;
    if (inside == "*") return PathStep{PathStep::Kind::kEach, "", 0};
    int index = 0;
    const auto [rest, error] = std::from_chars(inside.data(), inside.data() + inside.size(), index);
    if (error != std::errc() || rest != inside.data() + inside.size()) {
      return Fail(fmt::format("{} has [{}], which is neither an index, a * nor a quoted key",
                              Quoted(text_), Printable(inside)),
                  std::string(kBracketHint));
    }
    return PathStep{PathStep::Kind::kIndex, "", index};
  }

  Result<PathStep> QuotedKey() {
    PathStep step{PathStep::Kind::kKey, "", 0};
    for (++at_; !AtEnd() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      step.key += text_[at_];
    }
    if (AtEnd()) return NoClosing("\"");
    ++at_;
    if (AtEnd() || text_[at_] != ']') return NoClosing("]");
    ++at_;
    return step;
  }

  tl::unexpected<Error> NoClosing(std::string_view what) const {
    return Fail(fmt::format("{} has no closing {}", Quoted(text_), what),
                std::string(kBracketHint));
  }

  // A whole character even where it is several bytes long, so that the message stays readable.
  std::string CharacterAt() const {
    size_t end = at_ + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xc0) == 0x80) ++end;
    return Printable(text_.substr(at_, end - at_));
  }

  std::string_view text_;
  size_t at_ = 0;
};

const Json* Step(const Json& value, const PathStep& step) {
  if (step.kind == PathStep::Kind::kKey) return Find(value, step.key);
  if (!value.is_array()) return nullptr;
  const auto size = static_cast<int64_t>(value.size());
  const int64_t index = step.index < 0 ? size + step.index : step.index;
  return index < 0 || index >= size ? nullptr : &value[static_cast<size_t>(index)];
}

std::optional<Json> Follow(const Json* value, std::span<const PathStep> steps) {
  for (; !steps.empty(); steps = steps.subspan(1)) {
    if (steps.front().kind != PathStep::Kind::kEach) {
      value = Step(*value, steps.front());
      if (!value) return std::nullopt;
      continue;
    }
    if (!value->is_array()) return std::nullopt;
    Json found = Json::array();
    for (const Json& element : *value) {
      if (auto part = Follow(&element, steps.subspan(1))) found.push_back(*std::move(part));
    }
    return found;
  }
  return *value;
}

// Index of the } that ends the path at the front of `text`, or npos. A } within a quoted key is
// part of the key.
size_t FindClosing(std::string_view text) {
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (quoted && text[i] == '\\') {
      ++i;
    } else if (text[i] == '"' && (quoted || (i > 0 && text[i - 1] == '['))) {
      quoted = !quoted;
    } else if (text[i] == '}' && !quoted) {
      return i;
    }
  }
  return std::string_view::npos;
}

Error AtOffset(Error error, size_t offset) {
  if (offset > 0) error.what += fmt::format(" (at offset {})", offset);
  return error;
}

tl::unexpected<Error> NoValue(const Path& path) {
  return Fail(fmt::format("${{{}}} has no value here", Abridged(path.text(), 200)));
}

// A path's value as text; nothing and absent cannot stand in a text.
Result<std::string> PrintedValue(const Path& path, const Json& scope) {
  const std::optional<Json> value = path.Resolve(scope);
  if (!value) return NoValue(path);
  if (IsAbsent(*value)) {
    return Fail(fmt::format("${{{}}} is absent, which a part of a text cannot be", path.text()),
                "only a whole value can be left out: a member of the body, a query parameter or a "
                "header");
  }
  return TextOf(*value);
}

// Literals need no scope and are by far the most strings of a body.
bool MayHoldTemplate(const std::string& text) { return text.find('$') != std::string::npos; }

Result<Json> EvaluateString(const std::string& text, const Json& scope) {
  if (!MayHoldTemplate(text)) return text;
  auto parsed = Template::Parse(text);
  if (!parsed) return tl::make_unexpected(parsed.error());
  auto value = parsed->Evaluate(scope);
  if (!value) return tl::make_unexpected(value.error());
  if (!value->has_value()) return NoValue(*parsed->whole());
  return **std::move(value);
}

Result<std::string> EvaluateKey(const std::string& key, const Json& scope) {
  if (!MayHoldTemplate(key)) return key;
  auto parsed = Template::Parse(key);
  if (!parsed) return tl::make_unexpected(parsed.error());
  return parsed->EvaluateText(scope);
}

Result<Json> EvaluateObject(const Json& object, const Json& scope) {
  Json result = Json::object();
  for (const auto& [key, member] : object.items()) {
    auto value = EvaluateJson(member, scope);
    if (!value) return value;
    if (IsAbsent(*value)) continue;
    auto name = EvaluateKey(key, scope);
    if (!name) return tl::make_unexpected(name.error());
    result[*name] = *std::move(value);
  }
  return result;
}

Result<Json> EvaluateArray(const Json& array, const Json& scope) {
  Json result = Json::array();
  for (const Json& element : array) {
    auto value = EvaluateJson(element, scope);
    if (!value) return value;
    if (!IsAbsent(*value)) result.push_back(*std::move(value));
  }
  return result;
}

Status CollectPaths(const std::string& text, std::vector<Path>& paths) {
  if (!MayHoldTemplate(text)) return {};
  const auto parsed = Template::Parse(text);
  if (!parsed) return tl::make_unexpected(parsed.error());
  for (const Path* path : parsed->paths()) paths.push_back(*path);
  return {};
}

Status CollectPaths(const Json& value, std::vector<Path>& paths) {
  if (value.is_string()) return CollectPaths(value.get_ref<const std::string&>(), paths);
  if (!value.is_structured()) return {};
  for (const auto& [key, member] : value.items()) {
    if (value.is_object()) {
      if (auto status = CollectPaths(key, paths); !status) return status;
    }
    if (auto status = CollectPaths(member, paths); !status) return status;
  }
  return {};
}

}  // namespace

Json AbsentMarker() { return Json{{kAbsentKey, true}}; }

bool IsAbsent(const Json& value) {
  return value.is_object() && value.size() == 1 && Find(value, kAbsentKey) != nullptr;
}

Result<Path> Path::Parse(std::string_view text) {
  Path path;
  path.text_ = Trim(text);
  PathReader reader(path.text_);
  auto root = reader.Root();
  if (!root) return tl::make_unexpected(root.error());
  path.root_ = *std::move(root);
  while (!reader.AtEnd()) {
    auto step = reader.Next();
    if (!step) return tl::make_unexpected(step.error());
    path.steps_.push_back(*std::move(step));
  }
  return path;
}

std::optional<Json> Path::Resolve(const Json& scope) const {
  const Json* root = Find(scope, root_);
  if (!root) return std::nullopt;
  return Follow(root, steps_);
}

Result<Template> Template::Parse(std::string_view text) {
  Template result;
  std::string literal;
  const auto end_literal = [&] {
    if (!literal.empty()) result.parts_.emplace_back(std::exchange(literal, {}));
  };
  size_t at = 0;
  while (at < text.size()) {
    const size_t dollar = std::min(text.find('$', at), text.size());
    literal += text.substr(at, dollar - at);
    if (dollar == text.size()) break;
    const char next = dollar + 1 < text.size() ? text[dollar + 1] : '\0';
    if (next != '{') {  // `$$` is one dollar sign, and so is a lone `$`
      literal += '$';
      at = dollar + (next == '$' ? 2 : 1);
      continue;
    }
    const std::string_view rest = text.substr(dollar + 2);
    const size_t closing = FindClosing(rest);
    if (closing == std::string_view::npos) {
      return tl::make_unexpected(
          AtOffset({fmt::format("\"${{{}\" has no closing }}", Abridged(rest, 80)),
                    std::string(kDollarHint)},
                   dollar));
    }
    auto path = Path::Parse(rest.substr(0, closing));
    if (!path) return tl::make_unexpected(AtOffset(path.error(), dollar));
    end_literal();
    result.parts_.emplace_back(*std::move(path));
    at = dollar + 2 + closing + 1;
  }
  end_literal();
  return result;
}

bool Template::is_literal() const { return paths().empty(); }

const Path* Template::whole() const {
  return parts_.size() == 1 ? std::get_if<Path>(&parts_.front()) : nullptr;
}

std::vector<const Path*> Template::paths() const {
  std::vector<const Path*> found;
  for (const auto& part : parts_) {
    if (const auto* path = std::get_if<Path>(&part)) found.push_back(path);
  }
  return found;
}

Result<std::optional<Json>> Template::Evaluate(const Json& scope) const {
  if (const Path* path = whole()) return path->Resolve(scope);
  auto text = EvaluateText(scope);
  if (!text) return tl::make_unexpected(text.error());
  return Json(*std::move(text));
}

Result<std::string> Template::EvaluateText(const Json& scope) const {
  std::string text;
  for (const auto& part : parts_) {
    if (const auto* literal = std::get_if<std::string>(&part)) {
      text += *literal;
      continue;
    }
    auto value = PrintedValue(std::get<Path>(part), scope);
    if (!value) return value;
    text += *value;
  }
  return text;
}

Result<Json> EvaluateJson(const Json& value, const Json& scope) {
  if (value.is_string()) return EvaluateString(value.get_ref<const std::string&>(), scope);
  if (value.is_object()) return EvaluateObject(value, scope);
  if (value.is_array()) return EvaluateArray(value, scope);
  return value;
}

Result<std::vector<Path>> PathsIn(const Json& value) {
  std::vector<Path> paths;
  if (auto status = CollectPaths(value, paths); !status) {
    return tl::make_unexpected(status.error());
  }
  return paths;
}

}  // namespace plimsoll::expect
