#include "run/clean.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/call.h"
#include "run/labels.h"
#include "run/ledger.h"

namespace plimsoll::run {
namespace {

constexpr auto kLimit = std::chrono::seconds(60);

struct Listing {
  Creates kind;
  std::string target;
  std::string array;  // member that holds the list; "" where the answer is the list
  std::string id;     // member with the id
};

std::string PrefixOf(const std::string& run_id) {
  return run_id.empty() ? std::string(kNamePrefix) : fmt::format("{}{}-", kNamePrefix, run_id);
}

// The names of an image that a case gave to it; it may have those of others, too.
std::vector<std::string> OurTags(const Json& image, const std::string& run_id) {
  std::vector<std::string> ours;
  const Json* tags = Find(image, "RepoTags");
  if (!tags || !tags->is_array()) return ours;
  const std::string prefix = PrefixOf(run_id);
  for (const Json& tag : *tags) {
    const std::string name = tag.is_string() ? tag.get<std::string>() : "";
    if (name.starts_with(prefix) || name.find("/" + prefix) != std::string::npos) ours.push_back(name);
  }
  return ours;
}

// `run_id` "": of any run.
bool IsOurs(const Json& item, const std::string& run_id) {
  const Json* labels = Find(item, "Labels");
  if (labels && labels->is_object() && labels->contains(kRunLabel)) {
    return run_id.empty() || GetString(*labels, kRunLabel) == run_id;
  }
  const std::string prefix = PrefixOf(run_id);
  if (GetString(item, "Name").starts_with(prefix)) return true;
  const Json* names = Find(item, "Names");
  if (!names || !names->is_array()) return false;
  return std::ranges::any_of(*names, [&](const Json& name) {
    return name.is_string() && name.get_ref<const std::string&>().starts_with("/" + prefix);
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

Result<Cleaned> CleanLeftovers(const engine::Endpoint& endpoint, const CleanOptions& options) {
  const Listing listings[] = {{Creates::kContainer, "/containers/json?all=1", "", "Id"},
                              {Creates::kNetwork, "/networks", "", "Id"},
                              {Creates::kVolume, "/volumes", "Volumes", "Name"},
                              {Creates::kImage, "/images/json", "", "Id"}};
  Cleaned cleaned;
  for (const Listing& listing : listings) {
    if (options.keep_images && listing.kind == Creates::kImage) continue;
    auto ours = Ours(endpoint, listing, options.run_id);
    if (!ours) return tl::make_unexpected(ours.error());
    for (const Resource& resource : *ours) {
      const std::string name = fmt::format("{} {}", KindName(resource.kind), resource.id);
      if (options.dry) {
        cleaned.removed.push_back(name);
        continue;
      }
      const auto answer = engine::Call(endpoint, {"DELETE", RemovalTarget(resource), {}, ""}, Now() + kLimit);
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
