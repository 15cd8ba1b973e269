#include "report/latency_page.h"

#include <gmock/gmock.h>

#include <fmt/format.h>

#include <cstdlib>

#include "base/text.h"
#include "report/gnuplot.h"
#include "report/golden.h"
#include "report/latency_data.h"
#include "report/latency_plots.h"
#include "report/latency_text.h"
#include "report/test_latency.h"

namespace plimsoll::report {
namespace {

using latency::Measurement;
using latency::Series;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::vector<std::string> kBothEngines = {"docker-20.10", "podman-4.3"};

std::vector<std::string> FilesOf(const std::map<std::string, std::string>& pages) {
  std::vector<std::string> names;
  for (const auto& [name, text] : pages) names.push_back(name);
  return names;
}

// HasSubstr would print all of a plot.
bool Says(const std::string& text, std::string_view words) { return text.find(words) != std::string::npos; }

// With PLIMSOLL_KEEP_REPORTS=DIR to be looked at.
void KeepPages(const std::map<std::string, std::string>& pages, const std::string& name) {
  const char* folder = std::getenv("PLIMSOLL_KEEP_REPORTS");
  if (folder == nullptr) return;
  for (const auto& [file, text] : pages) EXPECT_TRUE(WriteFileWhole(fmt::format("{}/{}/{}", folder, name, file), text));
}

TEST(LatencyPages, SayWhatWasMeasured) {
  const auto pages = LatencyPages(example::Bench(kBothEngines));
  ASSERT_TRUE(pages) << pages.error().Text();
  KeepPages(*pages, "latency-two");
  EXPECT_THAT(FilesOf(*pages), ElementsAre("latency.md", "latency/growth.svg", "latency/life.svg", "latency/lists.svg", "latency/networks-and-volumes.svg",
                                           "latency/other.svg", "latency/questions.svg", "latency/saturation.svg", "latency/start.svg", "latency/streams.svg"));
  ExpectGolden("latency/latency.md", pages->at("latency.md"));
}

TEST(LatencyPages, AreTheSameBytesForTheSameMeasurement) {
  const Measurement bench = example::Bench(kBothEngines);
  const auto one = LatencyPages(bench), other = LatencyPages(bench);
  ASSERT_TRUE(one && other);
  EXPECT_EQ(*one, *other);
}

TEST(LatencyPages, ShowEveryEngineOfSix) {
  const std::vector<std::string> engines = {"docker-20.10", "docker-24.0", "docker-28.0", "podman-4.3", "podman-5.0", "podman-5.4"};
  const auto pages = LatencyPages(example::Bench(engines));
  ASSERT_TRUE(pages) << pages.error().Text();
  KeepPages(*pages, "latency-six");
  for (const char* file : {"latency.md", "latency/life.svg", "latency/growth.svg", "latency/start.svg", "latency/saturation.svg"}) {
    for (const std::string& engine : engines) EXPECT_TRUE(Says(pages->at(file), engine)) << file << ": " << engine;
  }
}

TEST(LatencyPages, LeaveOutWhatWasNotMeasured) {
  const auto empty = LatencyPages({});
  ASSERT_TRUE(empty) << empty.error().Text();
  EXPECT_THAT(FilesOf(*empty), ElementsAre("latency.md"));
  Measurement one = example::Bench({"docker-20.10"});
  one.starts.clear();
  one.saturations.clear();
  one.peers.clear();
  std::erase_if(one.series, [](const Series& series) { return series.operation != "ping" || series.clients > 1 || series.rate > 0; });
  const auto pages = LatencyPages(one);
  ASSERT_TRUE(pages) << pages.error().Text();
  EXPECT_THAT(FilesOf(*pages), ElementsAre("latency.md", "latency/questions.svg"));
  for (const char* absent : {"Ratios", "Growth", "open loop*", "Saturation", "a start goes", "as a client", "could not be measured", "take turns"}) {
    EXPECT_THAT(pages->at("latency.md"), Not(HasSubstr(absent)));
  }
}

TEST(LatencyPlots, AreThese) {
  std::string scripts;
  for (const LatencyPlot& plot : LatencyPlots(example::Bench(kBothEngines))) scripts += fmt::format("# {}\n{}\n", plot.file, plot.script);
  ExpectGolden("latency/plots.gp", scripts);
}

TEST(LatencyPlots, AreSvgOnWhiteWithTitlesAndUnits) {
  const auto pages = LatencyPages(example::Bench(kBothEngines));
  ASSERT_TRUE(pages) << pages.error().Text();
  struct {
    const char* file;
    std::vector<const char*> texts;
  } const kTable[] = {
      {"latency/life.svg", {"The life of a container: how long a call takes", "Time of one call", "wait delay", "docker-20.10", "podman-4.3", "100 ms", "floor"}},
      {"latency/growth.svg", {"list size=1", "Containers that the engine has", "1000", "docker-20.10", "100 ms"}},
      {"latency/saturation.svg", {"ping", "Calls a second", "p99", "the bound"}},
      {"latency/start.svg", {"Where the time of a start goes", "Milliseconds after the request began", "until first instruction of the process"}},
  };
  for (const auto& [file, texts] : kTable) {
    const std::string& svg = pages->at(file);
    EXPECT_TRUE(Says(svg, "<svg")) << file;
    EXPECT_TRUE(Says(svg, "fill=\"#ffffff\"")) << file;
    for (const char* text : texts) EXPECT_TRUE(Says(svg, text)) << file << ": " << text;
  }
}

TEST(LatencyPages, TakeNamesAsText) {
  const std::string evil = "a'b`touch /tmp/x`\"$(id)<script>|\n_x^2@m";
  Measurement bench = example::Bench({"docker-20.10", evil});
  bench.series[1].operation = evil;
  bench.peers[1].client = evil;
  bench.starts.back().events[evil] = 1;
  const auto pages = LatencyPages(bench);
  ASSERT_TRUE(pages) << pages.error().Text();
  EXPECT_THAT(pages->at("latency.md"), Not(HasSubstr("<script>")));
  EXPECT_FALSE(Says(pages->at("latency/questions.svg"), "<script>"));
  EXPECT_TRUE(Says(pages->at("latency/questions.svg"), "a'b`touch /tmp/x`\"$(id)&lt;script>|\\n_x^2@m"));
}

TEST(RunGnuplot, SaysWhichPackageIsMissing) {
  const auto drawn = RunGnuplot("plot x\n", "/nowhere/gnuplot");
  ASSERT_FALSE(drawn);
  EXPECT_EQ(drawn.error().Text(), "cannot run /nowhere/gnuplot, which draws the plots: No such file or directory\ninstall Debian's package gnuplot-nox");
}

TEST(RunGnuplot, SaysWhatGnuplotSaid) {
  const auto drawn = RunGnuplot("set terminal svg\nplot nothing_of_that_name\n");
  ASSERT_FALSE(drawn);
  EXPECT_THAT(drawn.error().what, StartsWith("gnuplot drew nothing: "));
  EXPECT_THAT(drawn.error().what, HasSubstr("nothing_of_that_name"));
}

TEST(GnuplotText, QuotesWhatWouldEndIt) {
  EXPECT_EQ(GnuplotText("it's"), "'it''s'");
  EXPECT_EQ(GnuplotText("a\nb"), "'a\\nb'");
}

TEST(ShownTime, HasThreeDigits) {
  struct {
    double nanos;
    const char* shown;
  } const kTable[] = {{-1, "-"},          {0, "0\u00a0ns"},         {812, "812\u00a0ns"},     {999.6, "1.00\u00a0µs"}, {1234, "1.23\u00a0µs"},         {62'149, "62.1\u00a0µs"},
                      {999'499, "999\u00a0µs"}, {999'500, "1.00\u00a0ms"}, {9'996'000, "10.0\u00a0ms"}, {1.5e9, "1.50\u00a0s"}, {1.234e12, "1234\u00a0s"}};
  for (const auto& [nanos, shown] : kTable) EXPECT_EQ(ShownTime(nanos), shown);
}

TEST(ShownNumber, HasThreeDigits) {
  struct {
    double number;
    const char* shown;
  } const kTable[] = {{0, "0.00"}, {1.234, "1.23"}, {12.34, "12.3"}, {123.4, "123"}, {999.7, "1,000"}, {15'234, "15,200"}, {1'234'567, "1,230,000"}};
  for (const auto& [number, shown] : kTable) EXPECT_EQ(ShownNumber(number), shown);
  EXPECT_EQ(ShownCount(15'234), "15,234");
  EXPECT_EQ(ShownCount(20), "20");
  EXPECT_EQ(ShownBytes(96.44 * 1024 * 1024), "96.4\u00a0MiB");
  EXPECT_EQ(ShownBytes(1023.9 * 1024), "1.00\u00a0MiB");
}

TEST(StartBreakdowns, PutTheMomentsInTheirOrder) {
  const Measurement bench = example::Bench(kBothEngines);
  const auto all = StartBreakdowns(bench);
  ASSERT_EQ(all.size(), 2u);
  std::vector<std::string> names;
  for (const StartMoment& moment : all[1].moments) names.push_back(moment.name);
  EXPECT_THAT(names, ElementsAre("connected", "request sent", "event \"init\"", "event \"start\"", "first instruction of the process", "first byte of the answer",
                                 "last byte of the answer"));
}

}  // namespace
}  // namespace plimsoll::report
