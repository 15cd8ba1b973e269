#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <random>

#include "base/diagnostic.h"
#include "base/duration.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/engines.h"
#include "cli/interrupt.h"
#include "openapi/description.h"
#include "report/probe_pages.h"
#include "run/prober.h"

namespace plimsoll::cli {
namespace {

struct ProbeArguments {
  std::string operation;
  std::vector<std::string> engines;
  std::string reports, specs, patience = "20s";
  uint64_t seed = 0;
  bool seed_given = false;
  size_t budget = 300;
  size_t shrink = 30;
  bool all_classes = false;
};

constexpr const char* kRunId = "probe";

bool TakesBody(const openapi::Operation& operation) {
  return std::ranges::any_of(operation.parameters, [](const auto& parameter) { return parameter.in == "body"; });
}

// The operations meant by the user's word.
Result<std::vector<const openapi::Operation*>> OperationsOf(const openapi::Description& description, const std::string& word) {
  std::vector<const openapi::Operation*> found;
  if (word == "all") {
    for (const openapi::Operation& operation : description.operations()) {
      if (TakesBody(operation)) found.push_back(&operation);
    }
    return found;
  }
  if (const openapi::Operation* operation = description.Named(word)) return std::vector{operation};
  std::vector<std::string> names = {"all"};
  for (const openapi::Operation& operation : description.operations()) names.insert(names.end(), {operation.id, operation.Name()});
  const std::string nearest = NearestName(word, names);
  return Fail(fmt::format("API {} has no operation \"{}\"", description.version(), word),
              nearest.empty() ? "name one as \"POST /containers/create\", as its operationId (\"ContainerCreate\"), or all that take a body: all"
                              : fmt::format("did you mean \"{}\"?", nearest));
}

// An engine with what is needed to start it anew.
struct Probing {
  openapi::Description description;
  std::unique_ptr<engine::PrivateEngine> instance;
  run::ProbedEngine engine;
};

Status CheckDisposable(const std::vector<std::string>& engines) {
  for (const std::string& name : engines) {
    if (!engine::IsPrivateEngineName(name)) {
      return Fail(fmt::format("probe does not touch {}: what it sends may spoil an engine", name),
                  "name a private engine, which is started for this and thrown away: --engine docker-20.10 "
                  "(`fixtures/engines/engine list` shows them)");
    }
  }
  return {};
}

Result<engine::Endpoint> StartAnew(Probing& probing, const std::string& name, const run::ImageTar& image) {
  probing.instance.reset();
  auto instance = engine::PrivateEngine::Start(engine::EngineTool(), name);
  if (!instance) return tl::make_unexpected(instance.error());
  probing.instance = std::move(*instance);
  const engine::Endpoint endpoint = probing.instance->endpoint();
  if (auto loaded = run::LoadImage(endpoint, image, kRunId, Now() + std::chrono::seconds(60)); !loaded)
    return tl::make_unexpected(loaded.error());
  return endpoint;
}

Result<std::unique_ptr<Probing>> Open(const std::string& name, const run::ImageTar& image, const std::string& specs) {
  auto probing = std::make_unique<Probing>();
  auto* raw = probing.get();
  probing->engine.image = image.reference;
  probing->engine.renew = [raw, name, image] { return StartAnew(*raw, name, image); };
  auto endpoint = probing->engine.renew();
  if (!endpoint) return tl::make_unexpected(endpoint.error());
  probing->engine.endpoint = *endpoint;
  const auto identity = engine::Identify(*endpoint, Now() + std::chrono::seconds(15));
  if (!identity) return tl::make_unexpected(identity.error());
  probing->engine.name = identity->Name();
  auto description = openapi::Description::Load(fmt::format("{}/v{}.yaml", specs, identity->api));
  if (!description) {
    return Fail(description.error().what,
                fmt::format("{} speaks API {}; `fixtures/engines/engine specs` prepares the files, --specs names another folder", name,
                            identity->api));
  }
  probing->description = std::move(*description);
  return probing;
}

run::ProbeOptions OptionsOf(const ProbeArguments& arguments, Duration patience, const std::string& title) {
  run::ProbeOptions options;
  options.seed = arguments.seed;
  options.budget = arguments.budget;
  options.shrink = arguments.shrink;
  options.patience = patience;
  options.cancel = &InterruptBell();
  const bool terminal = isatty(STDERR_FILENO) != 0;
  options.progress = [=](size_t done, size_t total) {
    if (terminal) fmt::print(stderr, "\r\x1b[K{}: {}/{}", title, done, total);
    else if (done == 0) fmt::print(stderr, "{}: {} trials\n", title, total);
  };
  return options;
}

// All operations on one engine. What was found before an interrupt is kept. Else the exit status; the error was printed.
tl::expected<std::vector<mutate::Probed>, int> ProbeEngine(const ProbeArguments& arguments, Duration patience, const std::string& name,
                                                const run::ImageTar& image) {
  auto probing = Open(name, image, arguments.specs);
  if (!probing) return tl::make_unexpected(PrintError(probing.error()));
  run::ProbedEngine& engine = (*probing)->engine;
  const auto operations = OperationsOf((*probing)->description, arguments.operation);
  if (!operations) return tl::make_unexpected(PrintError(operations.error(), kBadInput));
  std::vector<mutate::Probed> found;
  for (const openapi::Operation* operation : *operations) {
    const auto options = OptionsOf(arguments, patience, fmt::format("{} on {}", operation->Name(), engine.name));
    auto probed = run::ProbeOperation((*probing)->description, *operation, engine, options);
    if (!probed) return tl::make_unexpected(PrintError(probed.error()));
    if (isatty(STDERR_FILENO)) fmt::print(stderr, "\r\x1b[K");
    fmt::print("{}", report::ProbeText(*probed, arguments.all_classes ? report::ProbeShown::kAll : report::ProbeShown::kFindings));
    std::fflush(stdout);
    found.push_back(std::move(*probed));
    if (found.back().stopped == "interrupted") break;
  }
  return found;
}

int Probe(ProbeArguments arguments) {
  const auto patience = ParseDuration(arguments.patience);
  if (!patience) return PrintError(patience.error(), kBadInput);
  if (auto fine = CheckDisposable(arguments.engines); !fine) return PrintError(fine.error(), kBadInput);
  if (!arguments.seed_given) arguments.seed = std::random_device{}();
  const auto images = run::MakeImages(run::ImageSources::Default(), "1");
  if (!images) return PrintError(images.error());
  fmt::print("seed: {}\n", arguments.seed);
  std::vector<mutate::Probed> all;
  bool interrupted = false;
  for (const std::string& name : arguments.engines) {
    auto found = ProbeEngine(arguments, *patience, name, images->front());
    if (!found) return found.error();
    interrupted = !found->empty() && found->back().stopped == "interrupted";
    std::ranges::move(*found, std::back_inserter(all));
    if (interrupted) break;
  }
  std::ranges::stable_sort(all, {}, &mutate::Probed::operation);
  if (!arguments.reports.empty()) {
    if (auto written = report::WriteReports(arguments.reports, report::ProbePages(all)); !written) return PrintError(written.error());
    fmt::print("{}/README.md\n", arguments.reports);
  }
  if (interrupted) return kInterrupted;
  return std::ranges::any_of(all, &mutate::Probed::any_finding) ? kFindingsFail : kOk;
}

}  // namespace

// plimsoll probe: odd requests made from the API's description, to an engine that may be spoiled.
void AddProbe(CLI::App& program, Chosen& chosen) {
  auto arguments = std::make_shared<ProbeArguments>();
  CLI::App* command = program.add_subcommand(
      "probe", "Send odd requests, made from the API's description, to a private engine; exit status 1 if it answers with 5xx, not at all, or dies");
  command->add_option("OPERATION", arguments->operation, "\"POST /containers/create\", ContainerCreate, or all: each that takes a body")->required();
  command->add_option("-e,--engine", arguments->engines, "Private engines (docker-20.10), started for this and thrown away")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->required();
  auto* seed = command->add_option("--seed", arguments->seed, "The same seed tries the same; printed");
  command->add_option("--budget", arguments->budget, "How many requests to try for each operation and engine; the smallest of each class of answers "
                                                     "is looked for with more")
      ->capture_default_str()
      ->check(CLI::Range(1, 1'000'000));
  command->add_option("--shrink", arguments->shrink, "How many more for each class of answers")->capture_default_str();
  command->add_option("--patience", arguments->patience, "How long an answer may take; a hang is looked at again for three times as long")
      ->capture_default_str()
      ->type_name("DURATION");
  command->add_flag("--all-classes", arguments->all_classes, "Print each class of answers, not findings alone");
  command->add_option("-o,--reports", arguments->reports, "Folder for Markdown and JSON")->type_name("FOLDER");
  const char* cache = std::getenv("PLIMSOLL_CACHE");
  arguments->specs = std::string(cache && *cache ? cache : "/var/cache/plimsoll") + "/specs";
  command->add_option("--specs", arguments->specs, "Folder of the API's Swagger files (v1.41.yaml ...)")->capture_default_str()->type_name("FOLDER");
  command->callback([&chosen, arguments, seed] {
    arguments->seed_given = seed->count() > 0;
    chosen = [arguments] { return Probe(*arguments); };
  });
}

}  // namespace plimsoll::cli
