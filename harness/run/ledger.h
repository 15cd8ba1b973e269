// ResourceLedger: what a case has created on the engine and not removed yet, learnt from the exchanges
// themselves. Owned by a case; one thread.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "journal/records.h"
#include "run/labels.h"

namespace plimsoll::run {

struct Resource {
  Creates kind = Creates::kNothing;
  std::string id;  // container and network ids, volume and image names
  // Made beside what was asked for, and mostly gone with that: the image of a build's step (which another case may have found in
  // the cache), a container's volume without a name.
  bool in_passing = false;
};

class ResourceLedger {
 public:
  // `case_name`: volumes that a container mounts under a name with this in it are the case's, too.
  explicit ResourceLedger(std::string case_name = "") : case_name_(std::move(case_name)) {}

  // Looks at a finished exchange: creations that succeeded are noted, removals that succeeded forgotten.
  void Note(const journal::Exchange& exchange);

  // In the order of creation; clean-up goes backwards.
  const std::vector<Resource>& open() const { return open_; }
  // Whether that is or was something of this case: by its id, the beginning of one (12 digits at least), or a name.
  bool Owns(const Resource& resource) const;
  const std::set<std::string>& ids() const { return ever_; }  // but of what was made in passing
  // A creation whose answer never came, or may have come too late: what it made can only be found by its label.
  bool has_lost_creation() const { return lost_; }
  void Add(Resource resource);
  // The volumes of a container of this case that the engine named: `container` is what GET /containers/ID/json gave.
  void NoteMounts(const Json& container);

 private:
  void NoteCreation(Creates kind, const journal::Exchange& exchange);
  void NoteNamedVolumes(const journal::Exchange& creation);
  void Forget(const Resource& resource);

  std::string case_name_;
  std::vector<Resource> open_;
  std::set<std::string> ever_;
  std::set<std::pair<Creates, std::string>> owned_;  // ids and names; of images without "sha256:"
  bool lost_ = false;
};

// What a path (without version, query, "/libpod") is about: "/containers/ID/stop" -> the container ID.
std::optional<Resource> ResourceOf(std::string_view path);

// The names that a request which makes an image gives to it ("repo:tag"); a build may give several.
std::vector<std::string> ImageReferences(std::string_view target);
// Whether it is a pull that brings all tags of a repository.
bool PullsWholeRepository(std::string_view target);
// Whether it is an image's id (or the beginning of one) and no name.
bool IsImageId(std::string_view text);
// Whether an engine gave that name to a volume that was to have none.
bool IsMadeUpName(std::string_view volume);
// The id without "sha256:".
std::string_view BareId(std::string_view image_id);
// Where a resource can be looked at: "/containers/abc/json".
std::string InspectTarget(const Resource& resource);
// The request that removes a resource: {"DELETE", "/containers/abc?force=1&v=1"}.
std::string RemovalTarget(const Resource& resource);
std::string_view KindName(Creates kind);  // "container"

}  // namespace plimsoll::run
