#include "bench/sample_journal.h"

#include <fmt/format.h>

#include "journal/records.h"
#include "journal/writer.h"

namespace plimsoll::bench {
namespace {

constexpr int kCallsOfLife = 5;
constexpr int kFlags = 3;
constexpr int kRows = 1 << kFlags;
constexpr const char* kEngine = "docker-20.10";

// A scenario for each hundred repetitions or so, as in a run of many files.
constexpr int kCasesOfScenario = kRows * 25;

std::string IdOf(int number) { return fmt::format("{:056x}{:08x}", 0xabcdef, number); }

std::string ScenarioId(int scenario) { return fmt::format("lives/life-{}", scenario); }

journal::Exchange ExchangeOf(const char* name, int step, const char* method, std::string target, int status,
                             const std::string& body, int64_t at) {
  journal::Exchange exchange;
  exchange.name = name;
  exchange.step = fmt::format("steps[{}]", step);
  exchange.method = method;
  exchange.target = "/v1.41" + std::move(target);
  exchange.head = http::ResponseHead{"HTTP/1.1", status, status == 204 ? "No Content" : "OK",
                                     {{"Api-Version", "1.41"}, {"Docker-Experimental", "false"},
                                      {"Ostype", "linux"}, {"Server", "Docker/20.10.24+dfsg1 (linux)"},
                                      {"Date", "Tue, 24 Nov 2026 13:55:01 GMT"}}};
  if (!body.empty()) {
    exchange.head->headers.push_back({"Content-Type", "application/json"});
    exchange.head->headers.push_back({"Content-Length", std::to_string(body.size())});
    exchange.response_body.Append(body);
  }
  exchange.times = {at, 0, at + 40'000, at + 900'000, at + 900'000, at + 950'000};
  return exchange;
}

// What GET /containers/ID/json answers, in length and kind.
std::string Inspected(const std::string& id, bool tty, int exit_code) {
  Json env = Json::array(), masked = Json::array();
  for (const char* name : {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root"}) env.push_back(name);
  for (const char* path : {"/proc/asound", "/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
                           "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware"}) {
    masked.push_back(path);
  }
  const std::string home = "/var/lib/docker/containers/" + id;
  Json host = {{"Binds", nullptr}, {"NetworkMode", "default"}, {"RestartPolicy", {{"Name", ""}, {"MaximumRetryCount", 0}}},
               {"LogConfig", {{"Type", "json-file"}, {"Config", Json::object()}}}, {"MaskedPaths", masked}};
  for (const char* name : {"CpuShares", "Memory", "NanoCpus", "BlkioWeight", "CpuPeriod", "CpuQuota", "CpuRealtimePeriod",
                           "KernelMemory", "MemoryReservation", "MemorySwap", "CpuCount", "IOMaximumIOps", "ShmSize"}) {
    host[name] = 0;
  }
  for (const char* name : {"CapAdd", "CapDrop", "Dns", "DnsOptions", "ExtraHosts", "GroupAdd", "Links", "SecurityOpt",
                           "VolumesFrom", "Devices", "DeviceRequests", "Ulimits", "PidsLimit"}) {
    host[name] = nullptr;
  }
  Json network = {{"NetworkID", id}, {"EndpointID", ""}, {"Gateway", ""}, {"IPAddress", ""}, {"MacAddress", ""}};
  return CompactJson({{"Id", id}, {"Created", "2026-11-24T13:55:01.123456789Z"}, {"Path", "true"}, {"Args", Json::array()},
                      {"State", {{"Status", "exited"}, {"Running", false}, {"Pid", 0}, {"ExitCode", exit_code},
                                 {"StartedAt", "2026-11-24T13:55:01.4Z"}, {"FinishedAt", "2026-11-24T13:55:01.5Z"}}},
                      {"Image", "sha256:" + id}, {"ResolvConfPath", home + "/resolv.conf"},
                      {"HostnamePath", home + "/hostname"}, {"LogPath", home + "/" + id + "-json.log"},
                      {"Name", "/plimsoll-sample"}, {"Driver", "overlay2"}, {"HostConfig", host}, {"Mounts", Json::array()},
                      {"Config", {{"Hostname", id.substr(0, 12)}, {"Tty", tty}, {"Env", env}, {"Cmd", {"true"}}}},
                      {"NetworkSettings", {{"Ports", Json::object()}, {"Networks", {{"bridge", network}}}}}});
}

journal::ScenarioRecord ScenarioOf(int scenario) {
  journal::ScenarioRecord record;
  record.id = ScenarioId(scenario);
  record.area = "lives";
  record.file = "scenarios/" + record.id + ".yaml";
  record.title = "A life";
  record.question = "What becomes of it?";
  for (int f = 0; f < kFlags; ++f) record.parameters.push_back({fmt::format("flag{}", f), {false, true}});
  record.observe = {{"create answers", "${box.status}"},
                    {"the exit code", "${after.body.State.ExitCode}"},
                    {"the whole state", "${after.body.State}"},
                    {"it has a terminal", {{"value", "${after.body.Config.Tty}"}, {"equals", true}}},
                    {"start takes", {{"value", "${start.took}"}, {"nearest", {"0s", "10s"}}}},
                    {"what wait says", "${wait.text}"}};
  record.expect = Json::array({{{"create answers", 201}, {"because", "The published API says so."}}});
  record.rows = kRows;
  return record;
}

journal::CaseRecord CaseOf(int number) {
  const int scenario = number / kCasesOfScenario, row = number % kRows;
  const int repetition = number % kCasesOfScenario / kRows;
  const std::string id = IdOf(number), box = "/containers/" + id;
  const int exit_code = row % 4 == 3 ? 1 : 0;
  journal::CaseRecord record;
  record.scenario = ScenarioId(scenario);
  record.engine = kEngine;
  record.repetition = repetition;
  for (int f = 0; f < kFlags; ++f) record.parameters[fmt::format("flag{}", f)] = (row >> f & 1) != 0;
  record.id = fmt::format("{}[{}]@{}#{}", record.scenario, row, kEngine, repetition);
  record.container_name = fmt::format("plimsoll-sample-{:08x}", number);
  record.started = 1'000'000'000 + number * int64_t{100'000'000};
  const auto add = [&](const char* name, const char* method, std::string target, int status, const std::string& body) {
    const auto step = static_cast<int>(record.exchanges.size());
    const int64_t at = record.started + step * 1'000'000;
    record.exchanges.push_back(ExchangeOf(name, step, method, std::move(target), status, body, at));
  };
  add("box", "POST", "/containers/create", 201, fmt::format("{{\"Id\":\"{}\",\"Warnings\":[]}}\n", id));
  record.exchanges[0].request_headers.push_back({"Content-Type", "application/json"});
  record.exchanges[0].request_body.Append(CompactJson(
      {{"Image", "localhost/plimsoll/probe:1"}, {"Cmd", {"true"}}, {"Labels", {{"plimsoll.run", "1"}, {"plimsoll.case", "2"}}}}));
  add("start", "POST", box + "/start", 204, "");
  add("wait", "POST", box + "/wait", 200, fmt::format("{{\"Error\":null,\"StatusCode\":{}}}\n", exit_code));
  add("after", "GET", box + "/json", 200, Inspected(id, row % 2 == 1, exit_code));
  add("removed", "DELETE", box, 204, "");
  record.ended = record.started + 50'000'000;
  return record;
}

}  // namespace

Status WriteSampleJournal(const std::string& path, int exchanges) {
  auto writer = journal::JournalWriter::Create(path);
  if (!writer) return tl::make_unexpected(writer.error());
  const int cases = exchanges / kCallsOfLife;
  journal::RunRecord run;
  run.run_id = "sample";
  run.planned = static_cast<size_t>(cases);
  std::vector<Json> head{ToJson(run), ToJson(journal::EngineRecord{kEngine, "unix:///sample", true, {{"api", "1.41"}}})};
  for (int number = 0; number < cases; number += kCasesOfScenario) {
    head.push_back(ToJson(ScenarioOf(number / kCasesOfScenario)));
  }
  for (const Json& record : head) {
    if (auto written = writer->Append(record); !written) return written;
  }
  for (int number = 0; number < cases; ++number) {
    if (auto written = writer->Append(ToJson(CaseOf(number))); !written) return written;
  }
  return writer->Finish();
}

}  // namespace plimsoll::bench
