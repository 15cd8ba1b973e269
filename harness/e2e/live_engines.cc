#include "e2e/live_engines.h"

#include <cstdlib>

#include "base/text.h"
#include "engine/identity.h"

namespace plimsoll::e2e {
namespace {

std::unique_ptr<LiveEngines>& Instance() {
  static std::unique_ptr<LiveEngines> engines;
  return engines;
}

Status Add(const std::string& name, LiveEngines& engines) {
  auto instance = engine::PrivateEngine::Start(engine::EngineTool(), name);
  if (!instance) return tl::make_unexpected(instance.error());
  auto identity = engine::Identify((*instance)->endpoint(), Now() + std::chrono::seconds(15));
  if (!identity) return tl::make_unexpected(identity.error());
  engines.list.push_back({identity->Name(), (*instance)->endpoint(), *identity, true, name});
  engines.instances.push_back(std::move(*instance));
  return {};
}

LiveEngines Open() {
  LiveEngines engines;
  const char* named = std::getenv("PLIMSOLL_ENGINES");
  for (const std::string& name : Split(named && *named ? named : "docker-20.10,podman-4.3", ',')) {
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

bool LiveIsRequired() {
  const char* required = std::getenv("PLIMSOLL_REQUIRE_LIVE");
  return required && *required;
}

}  // namespace plimsoll::e2e
