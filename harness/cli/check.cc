#include <fmt/format.h>

#include <memory>

#include "cli/commands.h"
#include "cli/scenario_files.h"
#include "plan/plan.h"

namespace plimsoll::cli {

// plimsoll check: every problem of every file, without an engine.
void AddCheck(CLI::App& program, Chosen& chosen) {
  auto paths = std::make_shared<std::vector<std::string>>();
  CLI::App* command =
      program.add_subcommand("check", "Report every problem in scenario files, without an engine");
  command->add_option("PATH", *paths, "Scenario files, or folders of them")->required();
  command->callback([&chosen, paths] {
    chosen = [paths] {
      const auto loaded = LoadFiles(*paths);
      if (!loaded) return PrintError(loaded.error(), kBadInput);
      fmt::print("{} files, {} problems\n", loaded->files, loaded->problems);
      return loaded->problems == 0 ? kOk : kBadInput;
    };
  });
}

// plimsoll plan: the cases that would be run.
void AddPlan(CLI::App& program, Chosen& chosen) {
  struct Arguments {
    std::vector<std::string> paths, engines{"ENGINE"}, filters;
    std::string shard = "1/1";
    int repeat = 1;
  };
  auto arguments = std::make_shared<Arguments>();
  CLI::App* command =
      program.add_subcommand("plan", "Print the ids of the cases, without an engine");
  command->add_option("PATH", arguments->paths, "Scenario files, or folders of them")->required();
  command->add_option("-e,--engine", arguments->engines, "Names to put into the ids")
      ->delimiter(',')
      ->allow_extra_args(false);
  command
      ->add_option("--filter", arguments->filters,
                   "Only cases whose id fits: a glob, or a part of it; may be repeated")
      ->allow_extra_args(false);
  command->add_option("--shard", arguments->shard, "i/n: every n-th case");
  command->add_option("--repeat", arguments->repeat, "How often each case")
      ->check(CLI::Range(1, 1000));
  command->callback([&chosen, arguments] {
    chosen = [arguments] {
      const auto shard = plan::ParseShard(arguments->shard);
      if (!shard) return PrintError(shard.error(), kBadInput);
      const auto loaded = LoadFiles(arguments->paths);
      if (!loaded) return PrintError(loaded.error(), kBadInput);
      if (loaded->problems > 0) return kBadInput;
      const plan::Options options{arguments->engines, arguments->repeat, arguments->filters,
                                  shard->first, shard->second};
      const auto plan = plan::MakePlan(loaded->scenarios, options);
      for (const plan::Case& c : plan.cases) fmt::print("{}\n", c.id);
      fmt::print(stderr, "{} cases of {} scenarios\n", plan.cases.size(), loaded->scenarios.size());
      return kOk;
    };
  });
}

}  // namespace plimsoll::cli
