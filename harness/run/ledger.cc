#include "run/ledger.h"

#include <algorithm>

#include "base/text.h"

namespace plimsoll::run {
namespace {

constexpr std::string_view kAlgorithm = "sha256:";
constexpr std::string_view kHexDigits = "0123456789abcdef";
constexpr size_t kWholeId = 64;

std::vector<Json> Documents(const std::string& body) {
  std::vector<Json> documents;
  for (const std::string& line : Split(body, '\n')) {
    if (auto document = TryParseJson(line); document && document->is_object()) documents.push_back(std::move(*document));
  }
  return documents;
}

std::vector<Resource> Images(const std::vector<std::string>& names) {
  std::vector<Resource> images;
  for (const std::string& name : names) images.push_back({Creates::kImage, name});
  return images;
}

// "Loaded image: x:y" or "Loaded image ID: sha256:..." in the answer of /images/load; podman has "x:y,z:1" there.
std::vector<Resource> Loaded(const std::string& body) {
  constexpr std::string_view kBegin = "Loaded image";
  std::vector<Resource> loaded;
  for (size_t at = body.find(kBegin); at != std::string::npos; at = body.find(kBegin, at + 1)) {
    const size_t colon = body.find(": ", at);
    if (colon == std::string::npos) break;
    const std::string names = body.substr(colon + 2, body.find_first_of("\\\"\n", colon + 2) - colon - 2);
    for (const std::string& name : Split(names, ',')) loaded.push_back({Creates::kImage, name});
  }
  return loaded;
}

// The images and containers that a classic build tells of as it goes: " ---> 01c7d0f74872", "Running in dbb0ae70117d"; or, with
// `q`, the image's id alone. The last image of each stage is what was made, those before it are made in passing.
class BuildLog {
 public:
  explicit BuildLog(const std::string& body) {
    for (const Json& document : Documents(body)) {
      if (const Json* aux = Find(document, "aux"); aux && aux->is_object()) images_.push_back(GetString(*aux, "ID"));
      Read(GetString(document, "stream"));
    }
    EndStage();
  }

  std::vector<Resource> Made(const std::vector<std::string>& names) const {
    std::vector<Resource> made;
    for (const std::string& step : steps_) {
      if (!IsMade(step)) made.push_back({Creates::kImage, step, true});
    }
    for (const std::string& image : images_) {
      if (!image.empty()) made.push_back({Creates::kImage, image});
    }
    for (const std::string& name : names) made.push_back({Creates::kImage, name});
    for (const std::string& container : containers_) made.push_back({Creates::kContainer, container});
    return made;
  }

 private:
  void Read(std::string_view line) {
    while (line.ends_with('\n')) line.remove_suffix(1);
    const std::string word(line.substr(line.rfind(' ') + 1));
    if (ToLower(line.substr(0, 5)) == "step ") begins_ = line.find(": FROM ") != std::string_view::npos;
    if (!IsImageId(word)) {
      if (line.find(": FROM ") != std::string_view::npos) EndStage();
    } else if (line.find("Running in ") != std::string_view::npos) {
      containers_.push_back(word);
    } else if (line.find(" intermediate container ") != std::string_view::npos) {
      std::erase(containers_, word);
    } else if (line.find("--> ") != std::string_view::npos) {
      last_ = word;
      if (!begins_) steps_.push_back(word);  // else it is what the stage begins with
    } else if (word == line) {  // all that a quiet build tells
      images_.push_back(word);
    }
  }

  void EndStage() {
    if (!IsMade(last_)) images_.push_back(last_);
  }

  // `id` may be the beginning of one.
  bool IsMade(const std::string& id) const {
    return std::ranges::any_of(images_, [&](const std::string& image) { return image.find(id) != std::string::npos; });
  }

  std::vector<std::string> images_, steps_, containers_;
  std::string last_;
  bool begins_ = false;  // a stage
};

bool HasTag(const std::string& name) { return name.find_first_of(":@", name.rfind('/') + 1) != std::string::npos; }

std::vector<Resource> Imported(const std::string& body) {
  std::vector<Resource> made;
  for (const Json& document : Documents(body)) {
    if (const std::string status = GetString(document, "status"); IsImageId(status)) made.push_back({Creates::kImage, status});
  }
  return made;
}

// The tags of a repository that was pulled whole.
std::vector<Resource> Pulled(const journal::Exchange& exchange) {
  std::vector<Resource> made;
  const std::string from = QueryValue(exchange.target, "fromImage");
  for (const Json& document : Documents(exchange.response_body.kept)) {
    if (GetString(document, "status").starts_with("Pulling from ")) made.push_back({Creates::kImage, from + ":" + GetString(document, "id")});
  }
  return made;
}

std::vector<Resource> CreatedImages(const journal::Exchange& exchange) {
  const std::string_view path = PathOf(exchange.target);
  const std::string& body = exchange.response_body.kept;
  const auto names = ImageReferences(exchange.target);
  if (path == "/images/load") return Loaded(body);
  if (path == "/build") return BuildLog(body).Made(names);
  std::vector<Resource> made;  // the id, too: an engine may give no name, and a name may go to another image
  if (path == "/images/create" && QueryValue(exchange.target, "fromImage").empty()) {
    made = Imported(body);
  } else if (path == "/images/create") {
    if (PullsWholeRepository(exchange.target)) made = Pulled(exchange);
    if (!made.empty()) return made;
  } else if (const auto json = TryParseJson(body); json && !GetString(*json, "Id").empty()) {  // of /commit
    made = Images({GetString(*json, "Id")});
  }
  for (Resource& named : Images(names)) made.push_back(std::move(named));
  return made;
}

std::vector<Resource> Created(Creates kind, const journal::Exchange& exchange) {
  if (kind == Creates::kImage) return CreatedImages(exchange);
  const auto body = TryParseJson(exchange.response_body.kept);
  if (!body) return {};
  return {{kind, GetString(*body, kind == Creates::kVolume ? "Name" : "Id")}};
}

std::string ImagePath(std::string_view name) {
  std::string path;
  for (const char c : name) path += c == '/' || c == ':' || c == '@' ? std::string(1, c) : http::PercentEncode({&c, 1});
  return path;
}

}  // namespace

bool IsMadeUpName(std::string_view volume) {
  return volume.size() == kWholeId && volume.find_first_not_of(kHexDigits) == std::string_view::npos;
}

std::string_view BareId(std::string_view image_id) {
  if (image_id.starts_with(kAlgorithm)) image_id.remove_prefix(kAlgorithm.size());
  return image_id;
}

bool IsImageId(std::string_view text) {
  text = BareId(text);
  return text.size() >= 11 && text.find_first_not_of(kHexDigits) == std::string_view::npos;
}

bool PullsWholeRepository(std::string_view target) {
  const std::string from = QueryValue(target, "fromImage");
  return !from.empty() && QueryValue(target, "tag").empty() && !HasTag(from);
}

std::optional<Resource> ResourceOf(std::string_view path) {
  constexpr std::pair<std::string_view, Creates> kFolders[] = {{"/containers/", Creates::kContainer},
                                                               {"/networks/", Creates::kNetwork},
                                                               {"/volumes/", Creates::kVolume},
                                                               {"/images/", Creates::kImage}};
  const auto folder = std::ranges::find_if(kFolders, [&](const auto& each) { return path.starts_with(each.first); });
  if (folder == std::end(kFolders)) return std::nullopt;
  std::string_view id = path.substr(folder->first.size());
  if (folder->second != Creates::kImage) {
    id = id.substr(0, id.find('/'));
  } else if (constexpr std::string_view kPush = "/push"; id.ends_with(kPush)) {  // the names of images have slashes of their own
    id.remove_suffix(kPush.size());
  }
  if (id.empty()) return std::nullopt;
  return Resource{folder->second, http::PercentDecode(id)};
}

std::vector<std::string> ImageReferences(std::string_view target) {
  const std::string_view path = PathOf(target);
  if (path == "/build") return QueryValues(target, "t");
  const std::string from = path == "/images/create" ? QueryValue(target, "fromImage") : "";  // a pull heeds no `repo`
  const std::string repo = from.empty() ? QueryValue(target, "repo") : from;
  const std::string tag = QueryValue(target, "tag");
  if (repo.empty()) return {};
  if (tag.empty()) return {repo};
  const size_t own_tag = HasTag(repo) ? repo.find_first_of(":@", repo.rfind('/') + 1) : repo.size();  // gives way to `tag`
  return {repo.substr(0, own_tag) + (tag.find(':') == std::string::npos ? ":" : "@") + tag};  // a tag may be a digest
}

void ResourceLedger::Note(const journal::Exchange& exchange) {
  const std::string_view path = PathOf(exchange.target);
  const int status = exchange.head ? exchange.head->status : 0;
  const bool succeeded = status >= 200 && status < 300;
  const Creates kind = CreatedBy(exchange.method, path);
  if (kind != Creates::kNothing) {
    if (exchange.outcome != http::Outcome::kAnswered && exchange.outcome != http::Outcome::kRefused) lost_ = true;
    if (kind == Creates::kImage && status >= 500) lost_ = true;  // docker commits first, and then refuses the name
    if (kind == Creates::kImage && exchange.response_body.size > exchange.response_body.kept.size()) lost_ = true;
    if (kind == Creates::kContainer) NoteNamedVolumes(exchange);
    if (succeeded) NoteCreation(kind, exchange);
    return;
  }
  const auto about = ResourceOf(path);
  if (!about || !succeeded) return;
  const bool inspects = exchange.method == "GET" && about->kind == Creates::kContainer && path.ends_with("/json") && Owns(*about);
  if (inspects) NoteMounts(TryParseJson(exchange.response_body.kept).value_or(Json()));
  if (exchange.method == "DELETE") Forget(*about);
}

void ResourceLedger::NoteCreation(Creates kind, const journal::Exchange& exchange) {
  const std::vector<Resource> created = Created(kind, exchange);
  lost_ = lost_ || created.empty();
  for (const Resource& resource : created) {
    if (resource.id.empty()) {
      lost_ = true;
    } else {
      Add(resource);
    }
  }
  if (const std::string name = QueryValue(exchange.target, "name"); !name.empty() && !created.empty()) owned_.emplace(kind, name);
}

void ResourceLedger::NoteMounts(const Json& container) {
  const Json* mounts = Find(container, "Mounts");
  if (!mounts || !mounts->is_array()) return;
  for (const Json& mount : *mounts) {
    const std::string name = GetString(mount, "Name");
    if (IsMadeUpName(name) && GetString(mount, "Type") == "volume") Add({Creates::kVolume, name, true});
  }
}

// An engine makes a volume that a container is to have and that is not there yet, be the container made or not.
void ResourceLedger::NoteNamedVolumes(const journal::Exchange& creation) {
  const Json body = TryParseJson(creation.request_body.kept).value_or(Json());
  const Json* host = Find(body, "HostConfig");
  if (!host) return;
  const auto add = [&](const std::string& name) {
    if (!case_name_.empty() && !name.starts_with('/') && name.find(case_name_) != std::string::npos) Add({Creates::kVolume, name, true});
  };
  if (const Json* binds = Find(*host, "Binds"); binds && binds->is_array()) {
    for (const Json& bind : *binds) {
      if (bind.is_string()) add(Split(bind.get<std::string>(), ':').front());
    }
  }
  if (const Json* mounts = Find(*host, "Mounts"); mounts && mounts->is_array()) {
    for (const Json& mount : *mounts) add(GetString(mount, "Source"));
  }
}

void ResourceLedger::Add(Resource resource) {
  owned_.emplace(resource.kind, resource.kind == Creates::kImage ? BareId(resource.id) : resource.id);
  if (!resource.in_passing) ever_.insert(resource.id);
  // Without "sha256:" podman takes it for a name, and refuses that.
  if (resource.kind == Creates::kImage && resource.id.size() == kWholeId && IsImageId(resource.id)) resource.id.insert(0, kAlgorithm);
  const auto known = std::ranges::find_if(open_, [&](const Resource& r) { return r.kind == resource.kind && r.id == resource.id; });
  if (known == open_.end()) {
    open_.push_back(std::move(resource));
  } else {
    known->in_passing = known->in_passing && resource.in_passing;
  }
}

// Only an exact id is forgotten: a removal by name may leave its entry, whose removal then gives a 404.
void ResourceLedger::Forget(const Resource& resource) {
  std::erase_if(open_, [&](const Resource& r) { return r.kind == resource.kind && r.id == resource.id; });
}

bool ResourceLedger::Owns(const Resource& resource) const {
  constexpr size_t kEnoughDigits = 12;
  const bool image = resource.kind == Creates::kImage;
  const std::string id(image ? BareId(resource.id) : resource.id);
  return std::ranges::any_of(owned_, [&](const auto& owned) {
    if (owned.first != resource.kind || id.empty()) return false;
    if (owned.second == id) return true;
    // An id may be told, or given, in short: builds tell so of their images.
    if (!IsImageId(id) || !IsImageId(owned.second)) return false;
    return (id.size() >= kEnoughDigits && owned.second.starts_with(id)) || (image && id.starts_with(owned.second));
  });
}

std::string InspectTarget(const Resource& resource) {
  const std::string id = http::PercentEncode(resource.id);
  switch (resource.kind) {
    case Creates::kContainer: return "/containers/" + id + "/json";
    case Creates::kNetwork: return "/networks/" + id;
    case Creates::kVolume: return "/volumes/" + id;
    case Creates::kImage: return "/images/" + ImagePath(resource.id) + "/json";
    case Creates::kNothing: break;
  }
  return "";
}

std::string RemovalTarget(const Resource& resource) {
  // What an engine calls an id may hold anything, a whole request too. Only the names of images have slashes
  // (and colons) that are part of the path.
  const std::string id = http::PercentEncode(resource.id);
  switch (resource.kind) {
    case Creates::kContainer: return "/containers/" + id + "?force=1&v=1";
    case Creates::kNetwork: return "/networks/" + id;
    case Creates::kVolume: return "/volumes/" + id + "?force=1";
    case Creates::kImage: return "/images/" + ImagePath(resource.id) + "?force=1";
    case Creates::kNothing: break;
  }
  return "";
}

std::string_view KindName(Creates kind) {
  switch (kind) {
    case Creates::kContainer: return "container";
    case Creates::kNetwork: return "network";
    case Creates::kVolume: return "volume";
    case Creates::kImage: return "image";
    case Creates::kNothing: break;
  }
  return "nothing";
}

}  // namespace plimsoll::run
