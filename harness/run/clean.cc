#include "run/clean.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>

#include "base/text.h"
#include "run/labels.h"

namespace plimsoll::run {
namespace {

constexpr auto kPingLimit = std::chrono::seconds(5);
constexpr auto kLimit = std::chrono::seconds(60);

struct Listing {
  Creates kind;
  std::string target;
  std::string array;  // member that holds the list; "" where the answer is the list
  std::string id;     // member with the id
};

// "plimsoll-1a2b3c4d-...", as cases name what they make: of this run, or ("") of any. Somebody's project may be called plimsoll, too.
bool IsCaseName(std::string_view name, const std::string& run_id) {
  constexpr size_t kRunIdDigits = 8;
  if (!name.starts_with(kNamePrefix)) return false;
  name.remove_prefix(kNamePrefix.size());
  const std::string_view run = name.substr(0, name.find('-'));
  if (run.size() == name.size()) return false;
  if (!run_id.empty()) return run == run_id;
  return run.size() == kRunIdDigits && run.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// The names of an image that a case gave to it; it may have those of others, too.
std::vector<std::string> OurTags(const Json& image, const std::string& run_id) {
  std::vector<std::string> ours;
  const Json* tags = Find(image, "RepoTags");
  if (!tags || !tags->is_array()) return ours;
  for (const Json& tag : *tags) {
    const std::string name = tag.is_string() ? tag.get<std::string>() : "";
    const auto parts = Split(name, '/');
    if (std::ranges::any_of(parts, [&](const std::string& part) { return IsCaseName(part, run_id); })) ours.push_back(name);
  }
  return ours;
}

// `run_id` "": of any run.
bool IsOurs(const Json& item, const std::string& run_id) {
  const Json* labels = Find(item, "Labels");
  if (labels && labels->is_object() && labels->contains(kRunLabel)) {
    return run_id.empty() || GetString(*labels, kRunLabel) == run_id;
  }
  if (IsCaseName(GetString(item, "Name"), run_id)) return true;
  const Json* names = Find(item, "Names");
  if (!names || !names->is_array()) return false;
  return std::ranges::any_of(*names, [&](const Json& name) {
    const std::string_view text = name.is_string() ? name.get_ref<const std::string&>() : std::string_view();
    return text.starts_with('/') && IsCaseName(text.substr(1), run_id);
  });
}

Result<std::vector<Resource>> Ours(const engine::Endpoint& endpoint, const Listing& listing, const std::string& run_id) {
  const auto answer = engine::Get(endpoint, listing.target, Now() + kLimit);
  if (!answer.ok()) return Fail(fmt::format("GET {} at {}: {}", listing.target, endpoint.Text(), answer.Describe()));
  const Json json = answer.json();
  const Json* list = listing.array.empty() ? &json : Find(json, listing.array);
  std::vector<Resource> ours;
  if (!list || !list->is_array()) return ours;
  for (const Json& item : *list) {
    if (IsOurs(item, run_id)) {
      ours.push_back({listing.kind, GetString(item, listing.id)});
    } else if (listing.kind == Creates::kImage) {
      for (const std::string& tag : OurTags(item, run_id)) ours.push_back({listing.kind, tag});
    }
  }
  return ours;
}

}  // namespace

engine::Answer LookAt(const engine::Endpoint& endpoint, const std::string& target, TimePoint deadline, TimePoint patience) {
  for (;;) {
    auto answer = engine::Get(endpoint, target, deadline);
    if (answer.status() < 500 || Now() >= patience) return answer;
    poll(nullptr, 0, kBetweenAttemptsMs);
  }
}

bool IsOfRun(const Json& listed, const std::string& run_id) {
  if (IsOurs(listed, run_id)) return true;
  const Json* tags = Find(listed, "RepoTags");
  return tags && tags->is_array() && !tags->empty() && OurTags(listed, run_id).size() == tags->size();
}

engine::Answer RemoveFrom(const engine::Endpoint& endpoint, const Resource& resource, TimePoint deadline, TimePoint patience) {
  for (;;) {
    auto answer = engine::Call(endpoint, {"DELETE", RemovalTarget(resource), {}, ""}, deadline);
    const bool busy = answer.status() == 409 || answer.status() >= 500;
    if (!busy || Now() >= patience) return answer;
    poll(nullptr, 0, kBetweenAttemptsMs);
  }
}

Result<Cleaned> CleanLeftovers(const engine::Endpoint& endpoint, const CleanOptions& options) {
  const Listing listings[] = {{Creates::kContainer, "/containers/json?all=1", "", "Id"},
                              {Creates::kNetwork, "/networks", "", "Id"},
                              {Creates::kVolume, "/volumes", "Volumes", "Name"},
                              {Creates::kImage, "/images/json", "", "Id"}};
  Cleaned cleaned;
  bool silent = false;
  const TimePoint patience = Now() + kBusyLimit;
  for (const Listing& listing : listings) {
    if (options.keep_images && listing.kind == Creates::kImage) continue;
    if (silent) {
      cleaned.failed.push_back(fmt::format("{}s: not looked for, the engine had fallen silent", KindName(listing.kind)));
      continue;
    }
    auto ours = Ours(endpoint, listing, options.run_id);
    if (!ours) return tl::make_unexpected(ours.error());
    for (const Resource& resource : *ours) {
      const std::string name = fmt::format("{} {}", KindName(resource.kind), resource.id);
      if (options.dry) {
        cleaned.removed.push_back(name);
        continue;
      }
      if (silent) {
        cleaned.failed.push_back(name + ": not tried, the engine had fallen silent");
        continue;
      }
      const auto answer = RemoveFrom(endpoint, resource, Now() + kLimit, patience);
      silent = answer.status() == 0 && !engine::Get(endpoint, "/_ping", Now() + kPingLimit).ok();
      if (answer.ok() || answer.status() == 404) {
        cleaned.removed.push_back(name);
      } else {
        cleaned.failed.push_back(name + ": " + answer.Describe());
      }
    }
  }
  return cleaned;
}

}  // namespace plimsoll::run
