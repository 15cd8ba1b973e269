#include "e2e/live_engines.h"

#include <cstdlib>
#include <optional>

#include "base/text.h"
#include "engine/identity.h"

namespace plimsoll::e2e {
namespace {

std::unique_ptr<LiveEngines>& Instance() {
  static std::unique_ptr<LiveEngines> engines;
  return engines;
}

std::string Variable(const char* name, const char* fallback) {
  const char* value = std::getenv(name);
  return value && *value ? value : fallback;
}

// An instance that somebody else has started and will end; nullopt if there is none that answers.
std::optional<run::EngineUnderTest> Shared(const std::string& name) {
  const std::string suffix = Variable("PLIMSOLL_LIVE_SUFFIX", "");
  if (suffix.empty()) return std::nullopt;
  engine::Endpoint endpoint;
  endpoint.path = Variable("PLIMSOLL_RUN", "/run/plimsoll") + "/" + name + "." + suffix + "/api/engine.sock";
  auto identity = engine::Identify(endpoint, Now() + std::chrono::seconds(15));
  if (!identity) return std::nullopt;
  return run::EngineUnderTest{identity->Name(), endpoint, *identity, true, name, name + "." + suffix};
}

Status Add(const std::string& name, LiveEngines& engines) {
  if (auto shared = Shared(name)) {
    engines.list.push_back(*std::move(shared));
    return {};
  }
  auto instance = engine::PrivateEngine::Start(engine::EngineTool(), name);
  if (!instance) return tl::make_unexpected(instance.error());
  auto identity = engine::Identify((*instance)->endpoint(), Now() + std::chrono::seconds(15));
  if (!identity) return tl::make_unexpected(identity.error());
  engines.list.push_back({identity->Name(), (*instance)->endpoint(), *identity, true, name, (*instance)->instance()});
  engines.instances.push_back(std::move(*instance));
  return {};
}

LiveEngines Open() {
  LiveEngines engines;
  for (const std::string& name : Split(Variable("PLIMSOLL_ENGINES", "docker-20.10,podman-4.3"), ',')) {
    if (auto added = Add(name, engines); !added) {
      engines.missing = added.error().Text();
      return engines;
    }
  }
  auto images = run::MakeImages(run::ImageSources::Default(), "1");
  if (images) {
    engines.images = std::move(*images);
  } else {
    engines.missing = images.error().Text();
  }
  return engines;
}

}  // namespace

const LiveEngines& TheLiveEngines() {
  if (!Instance()) Instance() = std::make_unique<LiveEngines>(Open());
  return *Instance();
}

void StopLiveEngines() { Instance().reset(); }

Status LoadLiveImages() {
  const LiveEngines& engines = TheLiveEngines();
  if (!engines.missing.empty()) return Fail(engines.missing);
  for (const run::EngineUnderTest& engine : engines.list) {
    for (const run::ImageTar& image : engines.images) {
      auto loaded = run::LoadImage(engine.endpoint, image, kLiveRunId, Now() + std::chrono::seconds(60));
      if (!loaded) return loaded;
    }
  }
  return {};
}

bool LiveIsRequired() {
  const char* required = std::getenv("PLIMSOLL_REQUIRE_LIVE");
  return required && *required;
}

}  // namespace plimsoll::e2e
