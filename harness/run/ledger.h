// ResourceLedger: what a case has created on the engine and not removed yet, learnt from the exchanges
// themselves. Owned by a case; one thread.
#pragma once

#include <set>
#include <string>
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
  // Looks at a finished exchange: creations that succeeded are noted, removals that succeeded forgotten.
  void Note(const journal::Exchange& exchange);

  // In the order of creation; clean-up goes backwards.
  const std::vector<Resource>& open() const { return open_; }
  // Whether `id` is or was something of this case: an id, the beginning of one (12 digits at least), a name.
  bool Owns(std::string_view id) const;
  const std::set<std::string>& ids() const { return ever_; }  // but of what was made in passing
  // A creation whose answer never came, or may have come too late: what it made can only be found by its label.
  bool has_lost_creation() const { return lost_; }
  void Add(Resource resource);

 private:
  void NoteVolumes(const journal::Exchange& inspected);
  void NoteCreation(Creates kind, const journal::Exchange& exchange);
  void Forget(std::string_view id);

  std::vector<Resource> open_;
  std::set<std::string> ever_;
  std::set<std::string> names_;
  bool lost_ = false;
};

// The names that a request which makes an image gives to it ("repo:tag"); a build may give several.
std::vector<std::string> ImageReferences(std::string_view target);
// Whether it is an image's id (or the beginning of one) and no name.
bool IsImageId(std::string_view text);
// The request that removes a resource: {"DELETE", "/containers/abc?force=1&v=1"}.
std::string RemovalTarget(const Resource& resource);
std::string_view KindName(Creates kind);  // "container"

}  // namespace plimsoll::run
