#include "notes/clients.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "base/yaml.h"
#include "notes/row.h"

namespace plimsoll::notes {
namespace {

constexpr const char* kStudyHint = "a study has clients ({name, command, module, about}) and tasks ({name, title, does, saw}): fixtures/clients/README.md";

StudiedClient ClientFrom(const YAML::Node& node) {
  StudiedClient client;
  for (const auto& member : node) {
    const std::string key = member.first.Scalar();
    if (key == "name") client.name = TextOf(member.second, key);
    else if (key == "command") client.command = TextsOf(member.second, key);
    else if (key == "module") client.module = TextOf(member.second, key);
    else if (key == "about") client.about = Trim(TextOf(member.second, key));
    else Refuse(member.first, fmt::format("unknown key '{}'", key));
  }
  if (client.name.empty() || client.command.empty() || client.about.empty()) Refuse(node, "name, command and about are needed");
  return client;
}

ClientTask TaskFrom(const YAML::Node& node) {
  ClientTask task;
  for (const auto& member : node) {
    const std::string key = member.first.Scalar();
    if (key == "name") task.name = TextOf(member.second, key);
    else if (key == "title") task.title = TextOf(member.second, key);
    else if (key == "does") task.does = Trim(TextOf(member.second, key));
    else if (key != "saw") Refuse(member.first, fmt::format("unknown key '{}'", key));
    else if (!member.second.IsMap()) Refuse(member.second, "saw is a map from names to values");
    else
      for (const auto& seen : member.second) task.saw.emplace_back(TextOf(seen.first, "a name in saw"), JsonOf(seen.second, Scalars::kTyped));
  }
  if (task.name.empty() || task.title.empty() || task.does.empty() || task.saw.empty()) Refuse(node, "name, title, does and saw are needed");
  return task;
}

template <class Row>
void ReadRows(const YAML::Node& list, const std::string& key, Row (*read)(const YAML::Node&), std::vector<Row>& rows) {
  if (!list.IsSequence()) Refuse(list, key + " is a list");
  for (const YAML::Node& node : list) {
    if (!node.IsMap()) Refuse(node, "this is no row");
    Row row = read(node);
    if (std::ranges::any_of(rows, [&](const Row& other) { return other.name == row.name; })) Refuse(node, fmt::format("there are two called '{}'", row.name));
    rows.push_back(std::move(row));
  }
}

ClientStudy StudyFrom(const YAML::Node& file) {
  if (!file.IsMap()) Refuse(file, "this is no study");
  ClientStudy study;
  for (const auto& member : file) {
    const std::string key = member.first.Scalar();
    if (key == "clients") ReadRows(member.second, key, ClientFrom, study.clients);
    else if (key == "tasks") ReadRows(member.second, key, TaskFrom, study.tasks);
    else Refuse(member.first, fmt::format("unknown key '{}'", key));
  }
  if (study.clients.empty() || study.tasks.empty()) Refuse(file, "clients and tasks are needed");
  return study;
}

}  // namespace

Result<ClientStudy> ParseClientStudy(const std::string& yaml) {
  try {
    return StudyFrom(YAML::Load(yaml));
  } catch (const YAML::Exception& error) {
    return Fail(fmt::format("line {}, column {}: {}", error.mark.line + 1, error.mark.column + 1, Printable(error.msg)), kStudyHint);
  }
}

Result<ClientStudy> LoadClientStudy(const std::string& path) {
  const auto text = ReadFile(path);
  if (!text) return tl::make_unexpected(text.error());
  auto study = ParseClientStudy(*text);
  if (!study) return Fail(path + ": " + study.error().what, study.error().hint);
  const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
  for (StudiedClient& client : study->clients) {
    for (std::string& word : client.command) {
      if (std::filesystem::is_regular_file(folder / word)) word = folder / word;
    }
  }
  return study;
}

}  // namespace plimsoll::notes
