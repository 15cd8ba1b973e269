#include "bench/engine_bed.h"

#include "engine/identity.h"
#include "scenario/load_scenario.h"

namespace plimsoll::bench {
namespace {

constexpr const char* kLife = R"(
title: A life
question: How long does it take?
steps:
  - call: POST /containers/create
    as: box
    body: {Image: "${image.probe}", Cmd: ["true"]}
  - {call: "POST /containers/${box.body.Id}/start", as: start}
  - {call: "POST /containers/${box.body.Id}/wait", as: wait}
  - {call: "GET /containers/${box.body.Id}/json", as: after}
  - {call: "DELETE /containers/${box.body.Id}", as: removed}
observe: {exit code: "${after.body.State.ExitCode}"}
)";

}  // namespace

Result<std::unique_ptr<EngineBed>> EngineBed::Start(const std::string& name,
                                                    engine::PrivateEngineOptions options) {
  options.gogc = 0;
  auto bed = std::unique_ptr<EngineBed>(new EngineBed);
  auto instance = engine::PrivateEngine::Start(engine::EngineTool(), name, options);
  if (!instance) return tl::make_unexpected(instance.error());
  bed->instance_ = std::move(*instance);
  auto identity = engine::Identify(bed->instance_->socket(), Now() + std::chrono::seconds(15));
  if (!identity) return tl::make_unexpected(identity.error());
  bed->engine_ = {identity->Name(), bed->instance_->socket(), *identity, true, name};
  auto images = run::MakeImages(run::ImageSources::Default(), "1");
  if (!images) return tl::make_unexpected(images.error());
  bed->images_ = std::move(*images);
  bed->run_.run_id = "bench";
  bed->run_.options["images"] = run::ImageNames(bed->images_);
  auto session = run::EngineSession::Open(bed->engine_, bed->images_, bed->run_.run_id);
  if (!session) return tl::make_unexpected(session.error());
  bed->session_ = std::move(*session);
  const auto loaded = scenario::LoadScenarioText("bench/life.yaml", kLife);
  if (!loaded.scenario) return Fail(Render(loaded.diagnostics.front()));
  bed->life_ = loaded.scenario;
  return bed;
}

plan::Plan EngineBed::Lives(int count) const {
  plan::Options options;
  options.engines = {engine_.name};
  options.repeat = count;
  return plan::MakePlan({life_}, options);
}

}  // namespace plimsoll::bench
