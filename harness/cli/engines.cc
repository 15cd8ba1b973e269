#include "cli/engines.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "engine/call.h"

namespace plimsoll::cli {
namespace {

TimePoint Limit() { return Now() + std::chrono::seconds(15); }

Result<run::EngineUnderTest> Identified(const engine::Endpoint& endpoint,
                                        std::string private_name, std::string instance) {
  auto identity = engine::Identify(endpoint, Limit());
  if (!identity) return tl::make_unexpected(identity.error());
  const bool disposable = !private_name.empty();
  return run::EngineUnderTest{identity->Name(), endpoint, *identity, disposable,
                              std::move(private_name), std::move(instance)};
}

Result<engine::Endpoint> FirstThatAnswers() {
  auto found = engine::FindCandidates(engine::ProcessEnvironment());
  if (!found) return tl::make_unexpected(found.error());
  std::vector<std::string> tried = found->tried;
  for (const engine::Candidate& candidate : found->list) {
    const auto answer = engine::Get(candidate.endpoint, "/_ping", Limit());
    if (answer.ok()) return candidate.endpoint;
    tried.push_back(fmt::format("GET /_ping at {} ({}): {}", candidate.endpoint.Text(),
                                candidate.source, answer.Describe()));
  }
  return Fail(
      fmt::format("no container engine answers; tried:\n    {}", fmt::join(tried, "\n    ")),
      "name one with --engine unix:///path/to.sock | tcp://host:port | https://host:port, or a "
      "private one "
      "(--engine docker-20.10; `fixtures/engines/engine list` shows them)");
}

Status OpenOne(const std::string& text, const engine::PrivateEngineOptions& options, Engines& engines) {
  engine::Endpoint endpoint;
  std::string private_name, instance_name;
  if (engine::IsPrivateEngineName(text)) {
    auto instance = engine::PrivateEngine::Start(engine::EngineTool(), text, options);
    if (!instance) return tl::make_unexpected(instance.error());
    endpoint = (*instance)->endpoint();
    private_name = text;
    instance_name = (*instance)->instance();
    engines.instances.push_back(std::move(*instance));
  } else {
    auto parsed = engine::ParseEndpoint(text, engine::ProcessEnvironment());
    if (!parsed) return tl::make_unexpected(parsed.error());
    endpoint = *parsed;
  }
  auto identified = Identified(endpoint, private_name, instance_name);
  if (!identified) return tl::make_unexpected(identified.error());
  const bool twice = std::ranges::any_of(
      engines.list, [&](const auto& other) { return other.name == identified->name; });
  if (twice) {
    return Fail(fmt::format("{} is {}, which is among the engines already", text, identified->name),
                "results are kept by product and version: run the two one after the other");
  }
  engines.list.push_back(std::move(*identified));
  return {};
}

}  // namespace

Result<Engines> OpenEngines(const std::vector<std::string>& named, const engine::PrivateEngineOptions& options) {
  Engines engines;
  if (named.empty()) {
    auto endpoint = FirstThatAnswers();
    if (!endpoint) return tl::make_unexpected(endpoint.error());
    auto identified = Identified(*endpoint, "", "");
    if (!identified) return tl::make_unexpected(identified.error());
    engines.list.push_back(std::move(*identified));
    return engines;
  }
  for (const std::string& text : named) {
    if (auto opened = OpenOne(text, options, engines); !opened) return tl::make_unexpected(opened.error());
  }
  std::ranges::sort(engines.list, {}, &run::EngineUnderTest::name);
  return engines;
}

Result<engine::Endpoint> FindRunningEngine(const std::string& named) {
  if (named.empty()) return FirstThatAnswers();
  return engine::ParseEndpoint(named, engine::ProcessEnvironment());
}

}  // namespace plimsoll::cli
