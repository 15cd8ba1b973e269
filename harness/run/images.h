// The images that scenarios use, made here and loaded through the engine's own API (no registry):
// ${image.probe}: the probe (fixtures/probe) under the names of its applets, Cmd ["report"];
// ${image.shell}: busybox under the names of its applets, and the probe, Cmd ["sh"].
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/json.h"
#include "base/result.h"
#include "engine/endpoint.h"

namespace plimsoll::run {

// Where the two binaries lie. Defaults: as built, and /bin/busybox (Debian's busybox-static).
struct ImageSources {
  std::string probe;
  std::string busybox;
  static ImageSources Default();
};

struct ImageTar {
  std::string key;        // "probe"
  std::string reference;  // "localhost/plimsoll/probe:1"
  std::string command;    // JSON array for CMD
  std::string tar;
};
// `tag` keeps runs on a shared engine apart. Errors name the missing binary and how to get it.
Result<std::vector<ImageTar>> MakeImages(const ImageSources& sources, const std::string& tag);

// Does nothing where this run has loaded it already.
Status LoadImage(const engine::Endpoint& endpoint, const ImageTar& image, const std::string& run_id, TimePoint deadline);
Status RemoveImage(const engine::Endpoint& endpoint, const ImageTar& image, TimePoint deadline);
// {"probe": "localhost/plimsoll/probe:1", ...}: what ${image} sees.
Json ImageNames(const std::vector<ImageTar>& images);

}  // namespace plimsoll::run
