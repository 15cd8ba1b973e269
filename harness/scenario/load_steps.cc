#include "scenario/load_steps.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/duration.h"
#include "base/text.h"
#include "scenario/load_expect.h"
#include "scenario/template_text.h"

namespace plimsoll::scenario {
namespace {

using namespace std::chrono_literals;

constexpr Duration kCallWithin = 60s;  // podman answers nothing for 40 s while a dozen builds use its store
constexpr Duration kOpenWithin = 10s;
constexpr Duration kReadWithin = 5s;
constexpr Duration kJoinWithin = 30s;
constexpr Duration kEventWithin = 10s;
constexpr Duration kEngineWithin = 30s;

class StepLoader {
 public:
  StepLoader(const StepSurroundings& around, WhenReader& whens, Problems& problems)
      : around_(around), whens_(whens), problems_(problems) {}

  Step Load(const StepSource& source) {
    folder_ = source.folder;
    Step step = LoadNode(*source.node, source.where, Verbs());
    for (const NodePtr& node : source.whens) AddCondition(step, *node);
    return step;
  }

 private:
  // `verbs` are those that can stand here.
  Step LoadNode(const Node& node, std::string where, const Keys& verbs) {
    Step step;
    step.where = std::move(where);
    const std::string verb = FindVerb(node, verbs);
    if (verb.empty()) return step;
    const Fields fields(node, fmt::format("`{}`", verb), KeysBeside(verb, node), problems_);
    if (const Node* as = fields.Find("as")) step.name = ReadName(*as);
    if (const Node* when = fields.Find("when")) AddCondition(step, *when);
    LoadAction(step, verb, fields);
    return step;
  }

  // A second verb has a diagnostic of its own.
  static Keys KeysBeside(const std::string& verb, const Node& node) {
    Keys keys = StepKeys(verb);
    for (const Node::Member& member : node.members) {
      if (Contains(Verbs(), member.key) && member.key != verb) keys.push_back(member.key);
    }
    return keys;
  }

  void LoadAction(Step& step, const std::string& verb, const Fields& fields) {
    if (verb == "call") step.action = LoadCall(fields);
    if (verb == "open") step.action = LoadOpen(fields);
    if (verb == "send") step.action = LoadSend(fields);
    if (verb == "half-close") step.action = HalfCloseStep{fields.TextOr(verb, "")};
    if (verb == "read") step.action = LoadRead(fields);
    if (verb == "close") step.action = CloseStep{fields.TextOr(verb, "")};
    if (verb == "sleep") step.action = LoadSleep(*fields.Find(verb));
    if (verb == "join") {
      step.action = JoinStep{fields.TextOr(verb, ""), fields.DurationOr("within", kJoinWithin)};
    }
    if (verb == "await-event") step.action = LoadAwaitEvent(fields);
    if (verb == "engine") step.action = LoadEngine(fields);
    if (verb == "concurrently") step.action = LoadConcurrently(fields, step.where);
  }

  std::string FindVerb(const Node& node, const Keys& verbs) {
    if (!node.is_map()) {
      problems_.Add(node.place, fmt::format("a step must be a map, not {}", KindName(node)),
                    "such as \"call: GET /info\"");
      return "";
    }
    std::vector<const Node::Member*> found;
    for (const Node::Member& member : node.members) {
      if (Contains(verbs, member.key)) found.push_back(&member);
    }
    if (found.empty()) ReportNoVerb(node, verbs);
    if (found.empty()) return "";
    for (size_t i = 1; i < found.size(); ++i) {
      problems_.Add(found[i]->key_place,
                    fmt::format("a step does one thing, and here are `{}` and `{}`", found[0]->key,
                                found[i]->key),
                    "begin the second step with \"- \"");
    }
    return found[0]->key;
  }

  void ReportNoVerb(const Node& node, const Keys& verbs) {
    for (const Node::Member& member : node.members) {
      if (Contains(Verbs(), member.key)) {
        problems_.Add(member.key_place, fmt::format("`{}` cannot stand here", member.key),
                      fmt::format("only {} can", fmt::join(verbs, ", ")));
        return;
      }
      const std::string nearest = NearestName(member.key, verbs);
      if (nearest.empty()) continue;
      problems_.Add(member.key_place, fmt::format("a step cannot `{}`", member.key),
                    fmt::format("did you mean \"{}\"?", nearest));
      return;
    }
    problems_.Add(node.place, "this step does nothing",
                  fmt::format("it needs one of {}", fmt::join(verbs, ", ")));
  }

  std::string ReadName(const Node& node) {
    const std::string name = ReadText(node, "as", problems_);
    if (!name.empty()) CheckName(name, node.place, problems_);
    return name;
  }

  void AddCondition(Step& step, const Node& node) {
    When when = whens_.Read(node);
    if (!step.when) step.when.emplace();
    for (auto& [name, values] : when.parameters) Narrow(*step.when, name, values, node);
  }

  // Both conditions must hold, so of a parameter that both name the common values are left.
  void Narrow(When& when, const std::string& name, std::vector<Json>& values, const Node& node) {
    const auto same = [&](const auto& pair) { return pair.first == name; };
    const auto known = std::find_if(when.parameters.begin(), when.parameters.end(), same);
    if (known == when.parameters.end()) {
      when.parameters.emplace_back(name, std::move(values));
      return;
    }
    std::vector<Json>& left = known->second;
    const auto missing = [&](const Json& value) {
      return std::find(values.begin(), values.end(), value) == values.end();
    };
    left.erase(std::remove_if(left.begin(), left.end(), missing), left.end());
    if (!left.empty()) return;
    problems_.Add(node.place,
                  fmt::format("a step in the included file never runs: its own `when` asks for "
                              "other values of `{}`",
                              name));
  }

  RequestSurroundings ForRequest() const { return {around_.api, around_.scenario_folder, folder_}; }

  CallStep LoadCall(const Fields& fields) {
    CallStep call;
    call.request = LoadRequest(fields, "call", ForRequest(), problems_);
    call.within = fields.DurationOr("within", kCallWithin);
    call.background = fields.BoolOr("background", false);
    if (call.background) RequireName(fields);
    if (const Node* until = fields.Find("until")) call.until = LoadPolling(*until);
    if (call.background && call.until) {
      problems_.Add(fields.node().Find("until")->key_place,
                    "a call in the background cannot be polled",
                    "remove `background`, or poll with a call of its own after it");
    }
    return call;
  }

  void RequireName(const Fields& fields) {
    if (fields.Has("as")) return;
    problems_.Add(fields.node().Find("background")->key_place,
                  "what runs in the background needs `as`", "`join` waits for it by that name");
  }

  std::optional<Polling> LoadPolling(const Node& node) {
    const Fields fields(node, "`until` of a call", PollingKeys(), problems_);
    Polling polling{{}, *expect::Predicate::Parse(nullptr), std::nullopt};
    if (fields.Has("every")) polling.every = fields.DurationOr("every", {});
    if (!fields.is_map() || !fields.all_known()) return std::nullopt;
    const Node* value = fields.Require("value", "such as ${after.body.State.Status}");
    const auto path = value ? ReadTemplate(*value, "value", problems_) : std::nullopt;
    if (path && !path->whole()) {
      problems_.Add(value->place, "`value` must be one ${...} and nothing else");
    } else if (path) {
      polling.value = *path->whole();
    }
    if (auto predicate = LoadPollingPredicate(node)) polling.predicate = *std::move(predicate);
    return polling;
  }

  std::optional<expect::Predicate> LoadPollingPredicate(const Node& until) {
    Node predicate = until;
    std::erase_if(predicate.members, [](const Node::Member& member) {
      return !Contains(expect::Predicate::Names(), member.key);
    });
    if (!predicate.members.empty()) return ReadPredicate(predicate, problems_);
    problems_.Add(until.place, "`until` does not say what to wait for",
                  fmt::format("add one of {}", fmt::join(expect::Predicate::Names(), ", ")));
    return std::nullopt;
  }

  OpenStep LoadOpen(const Fields& fields) {
    OpenStep open;
    open.request = LoadRequest(fields, "open", ForRequest(), problems_);
    fields.Require("as", "a stream is read and closed by its name");
    open.within = fields.DurationOr("within", kOpenWithin);
    open.background = fields.BoolOr("background", false);
    const Node* upgrade = fields.Find("upgrade");
    if (upgrade) {
      if (upgrade->text != "none") open.upgrade = ReadTemplate(*upgrade, "upgrade", problems_);
    } else if (open.request.method == "POST") {
      open.upgrade = *expect::Template::Parse("tcp");
    }
    return open;
  }

  SendStep LoadSend(const Fields& fields) {
    SendStep send{fields.TextOr("send", ""), expect::Template(), ""};
    if (const Node* opcode = fields.Find("opcode")) {
      send.opcode = ReadText(*opcode, "opcode", problems_);
      if (!Contains(Opcodes(), send.opcode)) {
        problems_.Add(opcode->place, "`opcode` is no opcode of a websocket frame",
                      fmt::format("write one of {}", fmt::join(Opcodes(), ", ")));
      }
    }
    const Node* text = fields.Find("text");
    const Node* bytes = fields.Find("bytes");
    if ((text != nullptr) == (bytes != nullptr)) {
      problems_.Add(fields.node().place,
                    text ? "`send` has both `text` and `bytes`" : "`send` has nothing to send",
                    "give one of text: TEXT, bytes: BASE64");
    } else if (text) {
      if (auto data = ReadTemplate(*text, "text", problems_)) send.data = *std::move(data);
    } else {
      send.data = ReadBytes(*bytes);
    }
    return send;
  }

  std::string ReadBytes(const Node& node) {
    auto bytes = FromBase64(ReadText(node, "bytes", problems_));
    if (bytes) return *std::move(bytes);
    problems_.Add(node.place, "`bytes` is " + bytes.error().what, "a text is sent as `text:`");
    return "";
  }

  ReadStep LoadRead(const Fields& fields) {
    static constexpr std::string_view kForms = "write end, {text: TEXT} or {bytes: COUNT}";
    ReadStep read{fields.TextOr("read", ""), ReadStep::UntilEnd(),
                  fields.DurationOr("within", kReadWithin)};
    const Node* until = fields.Require("until", std::string(kForms));
    if (!until || until->text == "end") return read;
    if (!until->is_map()) {
      problems_.Add(until->place, "`until` of a read must be end or a map", std::string(kForms));
      return read;
    }
    const Fields ways(*until, "`until` of a read", ReadUntilKeys(), problems_);
    if (!ways.all_known()) return read;
    if (ways.Has("text") == ways.Has("bytes")) {
      problems_.Add(until->place, "`until` of a read has one of `text` and `bytes`",
                    std::string(kForms));
    } else if (const Node* text = ways.Find("text")) {
      if (text->is_text() && text->text.empty()) {
        problems_.Add(text->place, "an empty text is there before anything has come",
                      std::string(kForms));
      }
      if (auto wanted = ReadTemplate(*text, "text", problems_)) {
        read.until = ReadStep::UntilText{*std::move(wanted)};
      }
    } else {
      read.until = ReadStep::UntilBytes{
          static_cast<uint64_t>(ReadCount(*ways.Find("bytes"), "bytes", 1, problems_))};
    }
    return read;
  }

  SleepStep LoadSleep(const Node& node) {
    if (node.is_text() && !SpansIn(node.text).empty()) {
      const auto duration = ReadTemplate(node, "sleep", problems_);
      if (!duration) return {};
      CheckParameterIsDuration(*duration, node);
      return {*duration};
    }
    ReadDuration(node, "sleep", problems_);
    auto literal = expect::Template::Parse(node.text);
    return {literal ? *std::move(literal) : expect::Template()};
  }

  void CheckParameterIsDuration(const expect::Template& duration, const Node& node) {
    const expect::Path* path = duration.whole();
    for (const Parameter& parameter : around_.matrix.parameters) {
      if (!path || path->text() != parameter.name) continue;
      for (const Json& value : DomainOf(around_.matrix, parameter)) {
        const bool fits = value.is_string() && ParseDuration(value.get<std::string>());
        if (fits) continue;
        problems_.Add(node.place,
                      fmt::format("`sleep` must be a duration, and `{}` can be {}", parameter.name,
                                  Abridged(CompactJson(value), 40)),
                      "durations have a unit: 250ms, 10s");
      }
    }
  }

  AwaitEventStep LoadAwaitEvent(const Fields& fields) {
    AwaitEventStep await;
    await.action = fields.TextOr("await-event", "");
    if (const Node* count = fields.Find("count")) {
      await.count = static_cast<int>(ReadCount(*count, "count", 1, problems_));
    }
    await.within = fields.DurationOr("within", kEventWithin);
    return await;
  }

  EngineStep LoadEngine(const Fields& fields) {
    const Node& node = *fields.Find("engine");
    EngineStep engine{{}, fields.DurationOr("within", kEngineWithin)};
    if (!around_.disposable && !std::exchange(told_of_sharing_, true)) {
      problems_.Add(node.place, "`engine` acts on a whole engine, and this scenario's cases share theirs with others",
                    "add needs: [{disposable: true}], so that each case has an engine of its own");
    }
    const std::string text = node.is_text() ? node.text : "";
    std::vector<Json> acts{node.is_text() ? Json(text) : ToJson(node)};
    for (const Parameter& parameter : around_.matrix.parameters) {
      if (text == "${" + parameter.name + "}") acts = DomainOf(around_.matrix, parameter);
    }
    for (const Json& act : acts) {
      if (act.is_string() && Contains(EngineActs(), act.get<std::string>())) continue;
      problems_.Add(node.place, fmt::format("{} is nothing that `engine` can do", Abridged(CompactJson(act), 40)),
                    fmt::format("write one of {}, or ${{parameter}} with these values", fmt::join(EngineActs(), ", ")));
      return engine;
    }
    if (auto act = ReadTemplate(node, "engine", problems_)) engine.act = *std::move(act);
    return engine;
  }

  ConcurrentlyStep LoadConcurrently(const Fields& fields, const std::string& where) {
    static const Keys kCallOnly = {"call"};
    ConcurrentlyStep group;
    for (const Node* node : ReadList(*fields.Find("concurrently"), "concurrently", problems_)) {
      group.steps.push_back(LoadNode(
          *node, fmt::format("{}.concurrently[{}]", where, group.steps.size()), kCallOnly));
      for (const std::string key : {"background", "until"}) {
        const Node::Member* refused = node->Find(key);
        if (!refused) continue;
        problems_.Add(refused->key_place, fmt::format("`{}` cannot stand in `concurrently`", key),
                      "these calls are sent together, and all answers are awaited");
      }
    }
    return group;
  }

  const StepSurroundings& around_;
  WhenReader& whens_;
  Problems& problems_;
  std::string folder_;
  bool told_of_sharing_ = false;  // once is enough for all steps of a file
};

}  // namespace

std::vector<Step> LoadSteps(const std::vector<StepSource>& sources, const StepSurroundings& around,
                            WhenReader& whens, Problems& problems) {
  StepLoader loader(around, whens, problems);
  std::vector<Step> steps;
  for (const StepSource& source : sources) steps.push_back(loader.Load(source));
  return steps;
}

std::string VerbOf(const Node& step) {
  for (const Node::Member& member : step.members) {
    if (Contains(Verbs(), member.key)) return member.key;
  }
  return "";
}

Json SourceOf(const StepSource& source, const Step& step) {
  Json json = ToJson(*source.node);
  if (source.whens.empty()) return json;
  Json when = Json::object();
  for (const auto& [name, values] : step.when->parameters) {
    when[name] = values.size() == 1 ? values[0] : Json(values);
  }
  json["when"] = std::move(when);
  return json;
}

}  // namespace plimsoll::scenario
