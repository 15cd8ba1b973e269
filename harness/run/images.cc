#include "run/images.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"
#include "engine/call.h"
#include "run/clean.h"
#include "run/labels.h"
#include "run/tar.h"

namespace plimsoll::run {
namespace {

// The words that `command` prints, e.g. the applets of busybox.
std::vector<std::string> LinesOf(const std::string& command) {
  std::string text;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  if (!pipe) return {};
  char buffer[4096];
  for (size_t n; (n = fread(buffer, 1, sizeof buffer, pipe.get())) > 0;) text.append(buffer, n);
  std::vector<std::string> lines;
  for (const std::string& line : Split(text, '\n')) {
    if (!line.empty()) lines.push_back(line);
  }
  return lines;
}

std::vector<TarEntry> Skeleton() {
  using Kind = TarEntry::Kind;
  return {{"bin", Kind::kFolder, "", 0755},
          {"etc", Kind::kFolder, "", 0755},
          {"tmp", Kind::kFolder, "", 01777},
          {"root", Kind::kFolder, "", 0700},
          {"etc/passwd", Kind::kFile, "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/tmp:/bin/sh\n", 0644},
          {"etc/group", Kind::kFile, "root:x:0:\nuser:x:1000:\nstaff:x:50:user\n", 0644}};
}

Result<TarEntry> Binary(const std::string& path, const std::string& as, const char* hint) {
  auto content = ReadFile(path);
  if (!content) return Fail(content.error().what, hint);
  return TarEntry{as, TarEntry::Kind::kFile, std::move(*content), 0755};
}

void AddApplets(std::vector<TarEntry>& entries, const std::string& list_command, const std::string& binary) {
  for (const std::string& applet : LinesOf(list_command)) {
    if (applet != binary) entries.push_back({"bin/" + applet, TarEntry::Kind::kLink, binary, 0777});
  }
}

Result<ImageTar> Pack(std::string key, const std::string& tag, std::string command, const std::vector<TarEntry>& entries) {
  auto tar = MakeTar(entries);
  if (!tar) return tl::make_unexpected(tar.error());
  std::string reference = fmt::format("localhost/plimsoll/{}:{}", key, tag);
  return ImageTar{std::move(key), std::move(reference), std::move(command), std::move(*tar)};
}

}  // namespace

namespace {

// By this very run: loading it again would give the name to a new image under the feet of cases that use it.
bool IsLoaded(const engine::Endpoint& endpoint, const ImageTar& image, const std::string& run_id, TimePoint deadline) {
  const Json inspected = engine::Get(endpoint, fmt::format("/images/{}/json", image.reference), deadline).json();
  const Json* config = Find(inspected, "Config");
  const Json* labels = config ? Find(*config, "Labels") : nullptr;
  return labels && GetString(*labels, kRunLabel) == run_id;
}

}  // namespace

ImageSources ImageSources::Default() {
  const auto from = [](const char* name, const char* fallback) {
    const char* value = std::getenv(name);
    return std::string(value && *value ? value : fallback);
  };
  return {from("PLIMSOLL_PROBE", PLIMSOLL_PROBE), from("PLIMSOLL_BUSYBOX", "/bin/busybox")};
}

Result<std::vector<ImageTar>> MakeImages(const ImageSources& sources, const std::string& tag) {
  auto probe = Binary(sources.probe, "bin/probe", "build the target `probe`, or set PLIMSOLL_PROBE to its path");
  if (!probe) return tl::make_unexpected(probe.error());
  auto busybox = Binary(sources.busybox, "bin/busybox",
                        "install Debian's busybox-static, or set PLIMSOLL_BUSYBOX to a static busybox");
  if (!busybox) return tl::make_unexpected(busybox.error());
  auto probe_entries = Skeleton(), shell_entries = Skeleton();
  probe_entries.push_back(*probe);
  AddApplets(probe_entries, fmt::format("'{}' --list", sources.probe), "probe");
  shell_entries.push_back(*probe);
  shell_entries.push_back(*busybox);
  AddApplets(shell_entries, fmt::format("'{}' --list", sources.busybox), "busybox");
  auto first = Pack("probe", tag, R"(["report"])", probe_entries);
  if (!first) return tl::make_unexpected(first.error());
  auto second = Pack("shell", tag, R"(["sh"])", shell_entries);
  if (!second) return tl::make_unexpected(second.error());
  return std::vector{std::move(*first), std::move(*second)};
}

Status LoadImage(const engine::Endpoint& endpoint, const ImageTar& image, const std::string& run_id, TimePoint deadline) {
  if (IsLoaded(endpoint, image, run_id, deadline)) return {};
  // The tag goes with the repository: podman 4.3 ignores a `tag` of its own.
  const auto encode = http::PercentEncode;
  const std::string target = fmt::format("/images/create?fromSrc=-&repo={}&changes={}&changes={}", encode(image.reference),
                                         encode("CMD " + image.command),
                                         encode(fmt::format("LABEL {}={}", kRunLabel, run_id)));
  const auto answer = engine::Call(endpoint, {"POST", target, {{"Content-Type", "application/x-tar"}}, image.tar}, deadline);
  // The answer is a stream of progress lines; a failure comes as {"error": ...} under status 200.
  if (answer.ok() && answer.body.find("\"error\"") == std::string::npos) return {};
  return Fail(fmt::format("cannot load the image {} into {}: {}", image.reference, endpoint.Text(), answer.Describe()));
}

Status RemoveImage(const engine::Endpoint& endpoint, const ImageTar& image, TimePoint deadline) {
  const auto answer = RemoveFrom(endpoint, {Creates::kImage, image.reference}, deadline, std::min<TimePoint>(deadline, Now() + kBusyLimit));
  if (answer.ok() || answer.status() == 404) return {};
  return Fail(fmt::format("cannot remove the image {}: {}", image.reference, answer.Describe()));
}

Json ImageNames(const std::vector<ImageTar>& images) {
  Json names = Json::object();
  for (const ImageTar& image : images) names[image.key] = image.reference;
  return names;
}

}  // namespace plimsoll::run
