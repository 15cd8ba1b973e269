#include "report/probe_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace plimsoll::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

mutate::FoundClass Found(int status, const std::string& message, const Json& body, size_t count) {
  mutate::FoundClass found;
  found.answer = {mutate::AnswerClass::Kind::kAnswered, status, message, ""};
  found.finding = status >= 500;
  found.count = count;
  found.example = message + " 1";
  found.changes = {"body = " + CompactJson(body).substr(0, 40)};
  found.smallest = {"POST", "/volumes/create", {}, {}, {{"Content-Type", "application/json"}}, body};
  journal::Exchange exchange;
  exchange.name = "trial";
  exchange.step = "steps[0]";
  exchange.method = "POST";
  exchange.target = "/volumes/create";
  exchange.request_headers = {{"Content-Type", "application/json"}};
  exchange.request_body.Append(CompactJson(body));
  found.record.exchanges.push_back(exchange);
  return found;
}

mutate::Probed ProbedOn(const std::string& engine, std::vector<mutate::FoundClass> classes, std::vector<size_t> trials) {
  mutate::Probed probed{engine, "1.41", "POST /volumes/create", "VolumeCreate", 7, 3};
  probed.classes = std::move(classes);
  const char* names[] = {"nothing changed", "body Name = null", "body Name = \"|\""};
  for (size_t i = 0; i < trials.size(); ++i) probed.trials.push_back({names[i], trials[i]});
  return probed;
}

std::vector<mutate::Probed> Two() {
  return {ProbedOn("docker-20.10", {Found(400, "bad <value>", {{"Name", "|"}}, 1), Found(201, "", Json::object(), 2)}, {1, 1, 0}),
          ProbedOn("podman-4.3", {Found(500, "broken | <value>", {{"Name", nullptr}}, 2), Found(201, "", Json::object(), 1)}, {1, 0, 0})};
}

TEST(ProbePages, TellFindingsWithTheirReproductionAndEnginesSideBySide) {
  const Files files = ProbePages(Two());
  ASSERT_EQ(files.size(), 3u);
  const std::string& page = files.at("VolumeCreate.md");
  EXPECT_THAT(page, HasSubstr("### Findings"));
  EXPECT_THAT(page, HasSubstr("2 of 3 trials. The smallest request found: `POST /volumes/create {\"Name\":null}`"));
  EXPECT_THAT(page, HasSubstr("curl --unix-socket \"$S\" -sS -i -X POST http://d/volumes/create"));
  EXPECT_THAT(page, HasSubstr("| 1 | 201 | 201 | `nothing changed` |"));
  EXPECT_THAT(page, HasSubstr("| 1 | 201 | 500: broken"));
  EXPECT_THAT(files.at("README.md"), HasSubstr("[POST /volumes/create](VolumeCreate.md) | podman"));
  const Json json = Json::parse(files.at("probe.json"));
  ASSERT_EQ(json["probed"].size(), 2u);
  EXPECT_EQ(json["probed"][1]["classes"][0]["request"]["body"], Json::parse(R"({"Name":null})"));
  EXPECT_EQ(json["probed"][1]["seed"], 7);
  EXPECT_THAT(json["probed"][1]["classes"][0]["reproduction"].get<std::string>(), HasSubstr("#!/bin/sh"));
  EXPECT_FALSE(json["probed"][0]["classes"][0].contains("reproduction"));
}

TEST(ProbePages, NameTheCommandWhereTheRequestFitsNoScript) {
  auto all = Two();
  all.erase(all.begin());
  const Json body = {{"Name", std::string(70'000, 'a')}};
  all[0].classes[0] = Found(500, "broken", body, 2);
  const std::string page = ProbePages(all).at("VolumeCreate.md");
  EXPECT_THAT(page, HasSubstr("`plimsoll probe 'POST /volumes/create' --seed 7 --budget 3 --engine podman-4.3`"));
  EXPECT_THAT(page, Not(HasSubstr("curl")));
  EXPECT_THAT(page, Not(HasSubstr("Side by side")));
  EXPECT_LT(page.size(), 10'000u);
}

TEST(ProbeText, IsALineForEachFindingWithItsRequest) {
  EXPECT_EQ(ProbeText(Two()[1], ProbeShown::kFindings),
            "POST /volumes/create on podman-4.3: 3 trials, 0 requests, 2 classes of answers, 1 findings\n"
            "  FINDING    2 500: broken | <value>\n"
            "            POST /volumes/create {\"Name\":null}\n");
  EXPECT_THAT(ProbeText(Two()[1], ProbeShown::kAll), HasSubstr("             1 201\n"));
}

}  // namespace
}  // namespace plimsoll::report
