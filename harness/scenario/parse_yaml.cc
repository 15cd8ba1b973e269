// ParseYaml: yaml-cpp's events made into a tree of Nodes. The events are used rather than
// YAML::Node because they keep duplicate keys apart and let limits be enforced while building.
#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>
#include <unordered_map>

#include "base/text.h"
#include "scenario/yaml_error.h"
#include "scenario/yaml_node.h"
#include "scenario/yaml_scalar.h"

namespace plimsoll::scenario {
namespace {

using Source = std::shared_ptr<const SourceText>;

// Thrown through yaml-cpp to stop it; never leaves ParseYaml.
struct TooMuch {
  SourcePlace place;
  std::string message;
};

// Where a node's own text begins: behind its anchor and tag.
size_t SkipProperties(std::string_view line, size_t column) {
  while (column < line.size() && (line[column] == '&' || line[column] == '!')) {
    const size_t end = line.find(' ', column);
    const size_t next = end == line.npos ? line.npos : line.find_first_not_of(' ', end);
    if (next == line.npos) return column;
    column = next;
  }
  return column;
}

// Bytes up to and with the closing quote, where there is one.
std::optional<size_t> QuotedLength(std::string_view text) {
  const char quote = text[0];
  for (size_t i = 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    }
  }
  return std::nullopt;
}

// yaml-cpp tells where a scalar begins, not where it ends.
size_t ScalarLength(std::string_view rest, std::string_view value) {
  if (!value.empty() && rest.starts_with(value)) return value.size();
  if (!rest.empty() && (rest[0] == '"' || rest[0] == '\''))
    return QuotedLength(rest).value_or(rest.size());
  return std::max<size_t>(Trim(rest).size(), 1);
}

class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(Source source, Problems& problems)
      : source_(std::move(source)), problems_(problems) {}

  NodePtr root() const { return root_; }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) {
      throw TooMuch{PlaceOf(mark), "a second document begins here: a scenario file holds one"};
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    // The event does not tell `null` from nothing, which matters to keys and to messages.
    const std::string_view rest = RestOfLine(mark);
    std::string text;
    for (const std::string_view word : {"null", "Null", "NULL", "~"}) {
      if (rest.starts_with(word)) text = word;
    }
    AddScalar(mark, anchor, std::move(text), nullptr, /*quoted=*/false);
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const bool plain = tag == "?";
    CheckClosed(mark);
    AddScalar(mark, anchor, value, Typed(mark, tag, value), !plain);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const auto found = anchors_.find(anchor);
    if (found != anchors_.end()) {
      Place(found->second);
      return;
    }
    problems_.Add(PlaceOf(mark), "this alias stands inside of what it refers to");
    AddScalar(mark, 0, "", nullptr, /*quoted=*/true);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    CheckTag(mark, tag, "tag:yaml.org,2002:seq");
    Open(mark, anchor, Node::Kind::kList);
  }
  void OnSequenceEnd() override { Close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    CheckTag(mark, tag, "tag:yaml.org,2002:map");
    Open(mark, anchor, Node::Kind::kMap);
  }
  void OnMapEnd() override {
    const std::vector<NodePtr> merges = std::move(open_.back().merges);
    for (const NodePtr& merged : merges) Merge(open_.back(), *merged);
    Close();
  }

 private:
  struct Frame {
    std::shared_ptr<Node> node;
    YAML::anchor_t anchor;
    NodePtr key = nullptr;                            // of a map: read, its value not yet
    std::unordered_map<std::string, int> lines = {};  // of the keys so far, for duplicates
    std::vector<NodePtr> merges = {};
  };

  std::string_view RestOfLine(const YAML::Mark& mark) const {
    const std::string_view line = source_->Line(mark.line + 1);
    const size_t column = SkipProperties(line, static_cast<size_t>(std::max(mark.column, 0)));
    return line.substr(std::min(column, line.size()));
  }

  SourcePlace PlaceOf(const YAML::Mark& mark, size_t length = 1) const {
    const std::string_view line = source_->Line(mark.line + 1);
    const size_t column = line.size() - RestOfLine(mark).size();
    return {source_, mark.line + 1, static_cast<int>(column) + 1, static_cast<int>(length)};
  }

  // yaml-cpp takes the end of the file for the end of a quoted text.
  void CheckClosed(const YAML::Mark& mark) const {
    const std::string_view line = RestOfLine(mark);
    if (line.empty() || (line[0] != '"' && line[0] != '\'')) return;
    const std::string_view rest =
        std::string_view(source_->text())
            .substr(static_cast<size_t>(line.data() - source_->text().data()));
    if (QuotedLength(rest)) return;
    throw TooMuch{PlaceOf(mark), "the quotes of this text are never closed"};
  }

  Json Typed(const YAML::Mark& mark, const std::string& tag, const std::string& value) {
    static constexpr std::string_view kCore = "tag:yaml.org,2002:";
    if (tag == "!" || tag == "tag:yaml.org,2002:str") return value;
    const std::string_view name = std::string_view(tag).starts_with(kCore)
                                      ? std::string_view(tag).substr(kCore.size())
                                      : std::string_view();
    if (tag != "?" && name != "int" && name != "float" && name != "bool" && name != "null") {
      problems_.Add(PlaceOf(mark), fmt::format("the tag `{}` means nothing here", tag),
                    "scenario files need no tags: quote a text, leave a number or boolean plain");
      return value;
    }
    const Result<Json> typed = PlainScalar(value);
    if (typed) return *typed;
    problems_.Add(PlaceOf(mark, value.size()), typed.error().what, typed.error().hint);
    return value;
  }

  void CheckTag(const YAML::Mark& mark, const std::string& tag, std::string_view core) {
    if (tag.empty() || tag == "?" || tag == "!" || tag == core) return;
    problems_.Add(PlaceOf(mark), fmt::format("the tag `{}` means nothing here", tag));
  }

  void AddScalar(const YAML::Mark& mark, YAML::anchor_t anchor, std::string text, Json value,
                 bool quoted) {
    auto node = std::make_shared<Node>();
    node->place = PlaceOf(mark, text.empty() && !quoted ? 1 : ScalarLength(RestOfLine(mark), text));
    node->text = std::move(text);
    node->scalar = std::move(value);
    node->quoted = quoted;
    if (anchor != 0) anchors_[anchor] = node;
    Place(node);
  }

  void Open(const YAML::Mark& mark, YAML::anchor_t anchor, Node::Kind kind) {
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->place = PlaceOf(mark);
    if (open_.size() >= kMaxDepth) ThrowTooDeep(node->place);
    open_.push_back({std::move(node), anchor});
  }

  void Close() {
    const Frame closed = std::move(open_.back());
    open_.pop_back();
    if (closed.anchor != 0) anchors_[closed.anchor] = closed.node;
    // What the file as a whole lacks stands nowhere in it.
    if (open_.empty() && closed.node->is_map()) closed.node->place = {source_, 0, 0, 1};
    // A block map begins at its first key, which is what a caret should underline.
    if (closed.node->is_map() && !closed.node->members.empty()) {
      const SourcePlace& first = closed.node->members.front().key_place;
      if (first.line == closed.node->place.line && first.column == closed.node->place.column) {
        closed.node->place.length = first.length;
      }
    }
    Place(closed.node);
  }

  void Place(const NodePtr& node) {
    if (open_.empty()) {
      root_ = node;
      return;
    }
    Frame& frame = open_.back();
    Grow(*frame.node, *node);
    if (frame.node->is_list()) {
      frame.node->items.push_back(node);
    } else if (!frame.key) {
      frame.key = node;
    } else {
      AddMember(frame, *std::exchange(frame.key, nullptr), node);
    }
  }

  void AddMember(Frame& frame, const Node& key, const NodePtr& value) {
    if (key.kind != Node::Kind::kScalar) {
      problems_.Add(key.place, fmt::format("a key must be a plain name, not {}", KindName(key)),
                    "a text that begins with { or [ must be in quotes");
      return;
    }
    if (key.text == "<<" && !key.quoted) {
      frame.merges.push_back(value);
      return;
    }
    const auto [first, is_new] = frame.lines.emplace(key.text, key.place.line);
    if (!is_new) {
      problems_.Add(key.place, fmt::format("`{}` is given twice", key.text),
                    fmt::format("it stands in line {} already", first->second));
      return;
    }
    frame.node->members.push_back({key.text, key.place, PlacedAt(key.place, value)});
  }

  // yaml-cpp finds an empty value where the next token is, which may be lines below.
  static NodePtr PlacedAt(const SourcePlace& key, const NodePtr& value) {
    if (!value->is_empty()) return value;
    auto moved = std::make_shared<Node>(*value);
    moved->place = key;
    return moved;
  }

  // http://yaml.org/type/merge.html: what the map itself says wins, then the earlier merged map.
  void Merge(Frame& frame, const Node& merged) {
    if (merged.is_list()) {
      for (const NodePtr& item : merged.items) Merge(frame, *item);
      return;
    }
    if (!merged.is_map()) {
      problems_.Add(merged.place,
                    fmt::format("`<<` merges maps, and this is {}", KindName(merged)));
      return;
    }
    for (const Node::Member& member : merged.members) {
      if (!frame.lines.emplace(member.key, member.key_place.line).second) continue;
      Grow(*frame.node, *member.value);
      frame.node->members.push_back(member);
    }
  }

  void Grow(Node& parent, const Node& child) {
    parent.size += child.size;
    parent.depth = std::max(parent.depth, child.depth + 1);
    if (parent.depth > kMaxDepth) ThrowTooDeep(child.place);
    if (parent.size <= kMaxValues) return;
    throw TooMuch{parent.place,
                  fmt::format("this holds more than {} values, aliases written out", kMaxValues)};
  }

  [[noreturn]] static void ThrowTooDeep(const SourcePlace& place) {
    throw TooMuch{place, fmt::format("nested deeper than {} levels", kMaxDepth)};
  }

  Source source_;
  Problems& problems_;
  NodePtr root_;
  int documents_ = 0;
  std::vector<Frame> open_;
  std::map<YAML::anchor_t, NodePtr> anchors_;
};

// REQUIRES: the text is not UTF-8.
SourcePlace FirstNotUtf8(const Source& source) {
  int number = 1;
  while (IsValidUtf8(source->Line(number))) ++number;
  const std::string_view line = source->Line(number);
  size_t at = 0;
  for (size_t length = 1; length <= 4 && at + length <= line.size(); ++length) {
    if (!IsValidUtf8(line.substr(at, length))) continue;
    at += length;
    length = 0;
  }
  return {source, number, static_cast<int>(at) + 1, 1};
}

// Before yaml-cpp sees the text: bytes that it would take for something else or show badly.
bool IsReadableText(const Source& source, Problems& problems) {
  const std::string& text = source->text();
  if (!IsValidUtf8(text)) {
    problems.Add(FirstNotUtf8(source), "this byte is not UTF-8",
                 "save the file as UTF-8; bytes to send can be written as base64 (`bytes:`)");
    return false;
  }
  const auto bad = std::find_if(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\r' && c != '\t';
  });
  if (bad == text.end()) return true;
  const auto offset = static_cast<size_t>(bad - text.begin());
  const auto line = 1 + std::count(text.begin(), bad, '\n');
  const size_t start = offset == 0 ? 0 : text.rfind('\n', offset - 1) + 1;
  problems.Add({source, static_cast<int>(line), static_cast<int>(offset - start) + 1, 1},
               fmt::format("the control character 0x{:02x} cannot stand in YAML",
                           static_cast<unsigned char>(*bad)),
               "in double quotes it can be written as an escape, such as \"\\x1b\"");
  return false;
}

}  // namespace

NodePtr ParseYaml(std::shared_ptr<const SourceText> source, Problems& problems) {
  if (!IsReadableText(source, problems)) return nullptr;
  TreeBuilder builder(source, problems);
  try {
    std::istringstream text(source->text());
    YAML::Parser parser(text);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const TooMuch& stop) {
    problems.Add(stop.place, stop.message);
    return nullptr;
  } catch (const YAML::Exception& e) {
    problems.Add(ExplainYamlError(source, e.mark.line, e.mark.column, e.msg));
    return nullptr;
  } catch (const std::exception& e) {
    problems.Add({source, 0, 0, 1}, fmt::format("this cannot be read as YAML: {}", e.what()));
    return nullptr;
  }
  return builder.root();
}

}  // namespace plimsoll::scenario
