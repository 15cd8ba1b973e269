// The JSON Schema for editors (harness/docs/scenario.schema.json) says the same as the loader.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <set>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

#include "base/text.h"
#include "scenario/keys.h"
#include "scenario/load_scenario.h"
#include "scenario/read_source.h"
#include "scenario/yaml_node.h"

namespace plimsoll::scenario {
namespace {

namespace fs = std::filesystem;
using ::testing::ElementsAreArray;
using ::testing::UnorderedElementsAreArray;
using Adapter = valijson::adapters::NlohmannJsonAdapter;

const std::string kDocuments = PLIMSOLL_SOURCE_DIR "/harness/scenario/testdata/";

const Json& SchemaJson() {
  static const Json json = [] {
    const auto text = ReadFile(PLIMSOLL_SOURCE_DIR "/harness/docs/scenario.schema.json");
    return text ? ParseJson(*text).value_or(Json()) : Json();
  }();
  return json;
}

// What the schema has against `document`; empty where it is valid.
std::string Complaints(const Json& document) {
  static const std::unique_ptr<const valijson::Schema> schema = [] {
    auto parsed = std::make_unique<valijson::Schema>();
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(Adapter(SchemaJson()), *parsed);
    return parsed;
  }();
  valijson::Validator validator;
  valijson::ValidationResults results;
  if (validator.validate(*schema, Adapter(document), &results)) return "";
  std::string text = "invalid";
  for (const auto& error : results) {
    text += "\n";
    for (const std::string& part : error.context) text += part;
    text += ": " + error.description;
  }
  return text;
}

// nullopt where `text` is no YAML without problems.
std::optional<Json> FromYaml(const std::string& text) {
  Problems problems;
  const NodePtr root = ParseYaml(MakeSource("x.yaml", text), problems);
  if (!root || problems.count() > 0) return std::nullopt;
  return ToJson(*root);
}

Keys PropertiesOf(const std::string& definition) {
  Keys keys;
  const Json& found = SchemaJson()["definitions"][definition];
  const Json& map = found.contains("properties") ? found : found["anyOf"].back();
  for (const auto& [key, schema] : map["properties"].items()) keys.push_back(key);
  return keys;
}

TEST(ScenarioSchema, HasTheLoadersKeysAndNoOthers) {
  EXPECT_THAT(PropertiesOf("scenario"), UnorderedElementsAreArray(ScenarioKeys()));
  EXPECT_THAT(PropertiesOf("need"), UnorderedElementsAreArray(NeedKeys()));
  EXPECT_THAT(PropertiesOf("polling"), UnorderedElementsAreArray(PollingKeys()));
  EXPECT_THAT(PropertiesOf("tar-file"), UnorderedElementsAreArray(TarFileKeys()));
  EXPECT_THAT(PropertiesOf("included-file"), UnorderedElementsAreArray(IncludedFileKeys()));
  EXPECT_THAT(PropertiesOf("observation"), UnorderedElementsAreArray(ObservationKeys()));
  EXPECT_THAT(PropertiesOf("predicate"), UnorderedElementsAreArray(expect::Predicate::Names()));
  EXPECT_THAT(PropertiesOf("expectation"), UnorderedElementsAreArray(ExpectKeys()));
  EXPECT_THAT(PropertiesOf("known-deviation"), UnorderedElementsAreArray(KnownDeviationKeys()));
  EXPECT_THAT(PropertiesOf("known-to-vary"), UnorderedElementsAreArray(VariesKeys()));
  EXPECT_THAT(PropertiesOf("matrix"), UnorderedElementsAreArray(MatrixKeys()));
  for (const std::string& verb : Verbs()) {
    EXPECT_THAT(PropertiesOf(verb + "-step"), UnorderedElementsAreArray(StepKeys(verb))) << verb;
  }
  const Json& until = SchemaJson()["definitions"]["read-step"]["properties"]["until"]["oneOf"][1];
  Keys ways;
  for (const auto& [key, schema] : until["properties"].items()) ways.push_back(key);
  EXPECT_THAT(ways, UnorderedElementsAreArray(ReadUntilKeys()));
}

TEST(ScenarioSchema, OffersEveryVerb) {
  std::vector<std::string> offered;
  for (const Json& step : SchemaJson()["definitions"]["steps"]["items"]["oneOf"]) {
    offered.push_back(step["$ref"]);
  }
  std::vector<std::string> wanted;
  for (const std::string& verb : Verbs()) wanted.push_back("#/definitions/" + verb + "-step");
  EXPECT_THAT(offered, ElementsAreArray(wanted));
}

// An editor shows descriptions while one types.
TEST(ScenarioSchema, DescribesEveryKey) {
  for (const auto& [name, definition] : SchemaJson()["definitions"].items()) {
    const Json& map = definition.contains("anyOf") ? definition["anyOf"].back() : definition;
    if (!map.contains("properties")) continue;
    for (const auto& [key, schema] : map["properties"].items()) {
      EXPECT_TRUE(schema.contains("description")) << name << "." << key;
    }
  }
}

TEST(ScenarioSchema, AcceptsWhatTheLoaderAccepts) {
  for (const auto& entry : fs::recursive_directory_iterator(kDocuments + "good")) {
    if (entry.path().extension() != ".yaml") continue;
    const auto json = FromYaml(ReadFile(entry.path().string()).value_or(""));
    ASSERT_TRUE(json) << entry.path();
    EXPECT_EQ(Complaints(*json), "") << entry.path();
  }
}

TEST(ScenarioSchema, RefusesFilesWithMistakesOfForm) {
  // Mistakes that only show when names are followed, or when all of the file is read.
  const std::set<std::string> not_of_form = {"references", "matrix-too-large",
                                             "matrix-all-excluded", "sweep-alone", "through",
                                             "given", "given-sweep"};
  size_t refused = 0;
  for (const auto& entry : fs::directory_iterator(kDocuments + "bad")) {
    if (entry.path().extension() != ".yaml" || not_of_form.contains(entry.path().stem())) continue;
    const auto json = FromYaml(ReadFile(entry.path().string()).value_or(""));
    if (!json || json->is_null()) continue;
    EXPECT_NE(Complaints(*json), "") << entry.path();
    ++refused;
  }
  EXPECT_GE(refused, 10u);
}

class MistakeOfForm : public ::testing::TestWithParam<std::string> {};

TEST_P(MistakeOfForm, IsRefusedByLoaderAndSchemaAlike) {
  std::string step = "call: GET /info";
  std::string rest;
  if (GetParam().starts_with("step ")) {
    step = GetParam().substr(5);
  } else {
    rest = GetParam() + "\n";
  }
  const std::string text =
      "title: t\nquestion: q\nobserve: {engine: \"${engine.api}\"}\nsteps:\n"
      "  - {open: GET /events, as: s}\n  - {" +
      step + "}\n" + rest;
  EXPECT_EQ(LoadScenarioText("a/b.yaml", text).scenario, nullptr);
  const auto json = FromYaml(text);
  ASSERT_TRUE(json);
  EXPECT_NE(Complaints(*json), "");
}

INSTANTIATE_TEST_SUITE_P(
    ScenarioSchema, MistakeOfForm,
    ::testing::Values(
        "tittle: x", "alone: sure", "deadline: 10", "deadline: 10 s", "api: 1.41", "api: newest",
        "matrix: {Tty: []}", "matrix: {Tty: true}", "matrix: {Tty: [1, 1]}", "matrix: {case: [1]}",
        "matrix: {combine: some}", "needs: [{api: \"1.41\"}]",
        "needs: [{product: a, api: \">=1.4\"}]", "needs: [{reason: x}]",
        "needs: [{disposable: false}]", "needs: [{registry: false}]", "expect: [{engine: x}]", "expect: [{because: x}]",
        "expect: [{because: x, engine: {equal: 1}}]",
        "expect: [{because: x, engine: {equals: 1, not: 2}}]", "known-deviations: [{on: podman}]",
        "step call: /info", "step call: GET", "step call: GET info", "step as: x",
        "step call: GET /, sleep: 1s", "step call: GET /, body: {}, text: x",
        "step call: GET /, background: true", "step call: GET /, background: 1, as: x",
        "step call: GET /, until: {equals: 1}", "step call: GET /, as: x, until: {value: \"${x}\"}",
        "step call: GET /, query: {a: [b]}", "step call: GET /, headers: [a]",
        "step call: PUT /, tar: [{path: x}]",
        "step call: PUT /, tar: [{path: x, text: y, link: z}]",
        "step call: PUT /, tar: [{path: x, text: y, mode: 0644}]", "step call: PUT /, bytes: \"!\"",
        "step open: GET /events", "step open: GET /events, as: 1x", "step send: s",
        "step send: s, text: a, bytes: YQ==", "step read: s", "step read: s, until: now",
        "step read: s, until: {bytes: 0}", "step read: s, until: {text: \"\"}",
        "step read: s, until: {text: a, bytes: 1}", "step sleep: 10", "step sleep: soon",
        "step await-event: die, count: 0", "step engine: explode", "step engine: [kill]", "daemon: [live-restore]",
        "daemon: {}", "step concurrently: []",
        "step concurrently: [{sleep: 1s}]",
        "step concurrently: [{call: GET /, until: {value: \"${x}\", equals: 1}}]",
        "step include: []"));

}  // namespace
}  // namespace plimsoll::scenario
