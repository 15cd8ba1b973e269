#include "latency/measurement.h"

#include <fmt/format.h>

#include <optional>

namespace plimsoll::latency {
namespace {

constexpr int kFormat = 1;
constexpr std::string_view kWhatToDo = "take a file that `plimsoll bench` wrote, whole and unchanged";

// Members with their default value are left out: there are many series, and few are of an open loop.
void PutText(Json& json, const char* key, const std::string& text) {
  if (!text.empty()) json[key] = text;
}

template <class Number>
void PutNumber(Json& json, const char* key, Number number, Number usual = 0) {
  if (number != usual) json[key] = number;
}

Json RoundJson(const Round& round) {
  Json json = {{"nanos", round.nanos}, {"wall_nanos", round.wall_nanos}};
  if (round.cost.known) json["cpu_nanos"] = round.cost.cpu_nanos;
  if (round.cost.peak_known) json["peak_memory_bytes"] = round.cost.peak_memory_bytes;
  return json;
}

Json SeriesJson(const Series& series) {
  Json json = {{"operation", series.operation}, {"engine", series.engine}, {"rounds", Json::array()}};
  PutText(json, "variant", series.variant);
  PutText(json, "timed", series.timed);
  PutNumber<int64_t>(json, "containers", series.containers, -1);
  if (series.loop == Loop::kOpen) json["loop"] = "open";
  PutNumber(json, "clients", series.clients, 1);
  PutNumber(json, "rate", series.rate);
  PutNumber(json, "bytes", series.bytes);
  for (const Round& round : series.rounds) json["rounds"].push_back(RoundJson(round));
  if (!series.floor.empty()) json["floor"] = series.floor;
  PutText(json, "trouble", series.trouble);
  return json;
}

Json SaturationJson(const Saturation& saturation) {
  Json steps = Json::array();
  for (const Saturation::Step& step : saturation.steps) {
    steps.push_back({{"rate", step.rate}, {"achieved", step.achieved}, {"p99_nanos", step.p99_nanos}, {"held", step.held}});
  }
  return {{"operation", saturation.operation},
          {"engine", saturation.engine},
          {"bound_nanos", saturation.bound_nanos},
          {"steps", std::move(steps)},
          {"highest", saturation.highest}};
}

Json StartJson(const Start& start) {
  Json json = {{"engine", start.engine}, {"events", start.events}};
  PutNumber<int64_t>(json, "connected", start.connected, -1);
  PutNumber<int64_t>(json, "sent", start.sent, -1);
  PutNumber<int64_t>(json, "first_instruction", start.first_instruction, -1);
  PutNumber<int64_t>(json, "first_byte", start.first_byte, -1);
  PutNumber<int64_t>(json, "last_byte", start.last_byte, -1);
  return json;
}

Json PeerJson(const PeerSeries& peer) {
  Json json = {{"task", peer.task}, {"client", peer.client}, {"engine", peer.engine}, {"rounds", peer.rounds}};
  PutText(json, "version", peer.version);
  PutText(json, "trouble", peer.trouble);
  return json;
}

template <class T>
Json ListJson(const std::vector<T>& values, Json (*json_of)(const T&)) {
  Json list = Json::array();
  for (const T& value : values) list.push_back(json_of(value));
  return list;
}

// Reads members of one object. What is wrong goes into `error`, once: the first thing; what is returned then does not matter.
class Reader {
 public:
  Reader(const Json& json, std::string place, std::optional<Error>& error) : json_(json), place_(std::move(place)), error_(error) {
    if (!json_.is_object()) Wrong("", "not an object");
  }

  enum class Need { kMust, kMay };

  std::string Text(const char* key, Need need) {
    const Json* found = Member(key, need);
    if (found == nullptr) return "";
    if (!found->is_string()) return Wrong(key, "not a text"), "";
    return found->get<std::string>();
  }

  int64_t Whole(const char* key, Need need, int64_t usual = 0) {
    const Json* found = Member(key, need);
    if (found == nullptr) return usual;
    if (!IsWhole(*found)) return Wrong(key, "not a whole number"), usual;
    return found->get<int64_t>();
  }

  double Number(const char* key, Need need) {
    const Json* found = Member(key, need);
    if (found == nullptr) return 0;
    if (!found->is_number()) return Wrong(key, "not a number"), 0;
    return found->get<double>();
  }

  bool YesOrNo(const char* key) {
    const Json* found = Member(key, Need::kMust);
    if (found == nullptr) return false;
    if (!found->is_boolean()) return Wrong(key, "neither true nor false"), false;
    return found->get<bool>();
  }

  std::vector<int64_t> Nanos(const char* key, Need need) {
    const Json* list = List(key, need);
    std::vector<int64_t> all;
    if (list == nullptr) return all;
    all.reserve(list->size());
    for (const Json& one : *list) {
      if (!IsWhole(one) || one.get<int64_t>() < 0) return Wrong(At(key, all.size()), "not a whole number of nanoseconds"), all;
      all.push_back(one.get<int64_t>());
    }
    return all;
  }

  std::vector<double> Numbers(const char* key) {
    std::vector<double> all;
    const Json* list = List(key, Need::kMust);
    if (list == nullptr) return all;
    for (const Json& one : *list) {
      if (!one.is_number()) return Wrong(At(key, all.size()), "not a number"), all;
      all.push_back(one.get<double>());
    }
    return all;
  }

  std::map<std::string, int64_t> Moments(const char* key) {
    std::map<std::string, int64_t> all;
    const Json* found = Member(key, Need::kMay);
    if (found == nullptr) return all;
    if (!found->is_object()) return Wrong(key, "not an object"), all;
    Reader moments(*found, Below(key), error_);
    for (const auto& [name, moment] : found->items()) all[name] = moments.Whole(name.c_str(), Need::kMust);
    return all;
  }

  template <class T>
  std::vector<T> All(const char* key, Need need, T (*read)(Reader&)) {
    std::vector<T> all;
    const Json* list = List(key, need);
    if (list == nullptr) return all;
    for (const Json& one : *list) {
      Reader reader(one, Below(At(key, all.size())), error_);
      all.push_back(read(reader));
      if (error_) break;
    }
    return all;
  }

  Reader Part(const char* key) {
    static const Json kNone = Json::object();
    const Json* found = Member(key, Need::kMust);
    return Reader(found == nullptr ? kNone : *found, Below(key), error_);
  }

  bool Has(const char* key) const { return plimsoll::Find(json_, key) != nullptr; }
  const Json* Raw(const char* key) const { return plimsoll::Find(json_, key); }

  void Wrong(const std::string& key, std::string_view why) {
    if (error_) return;
    const std::string where = key.empty() ? place_ : Below(key);
    error_ = Error{fmt::format("not a measurement: {}{}{}", where, where.empty() ? "" : ": ", why), std::string(kWhatToDo)};
  }

 private:
  static bool IsWhole(const Json& value) {
    // What does not fit would be another number.
    if (value.is_number_unsigned()) return value.get<uint64_t>() <= static_cast<uint64_t>(INT64_MAX);
    return value.is_number_integer();
  }
  static std::string At(const char* key, size_t index) { return fmt::format("{}[{}]", key, index); }
  std::string Below(const std::string& key) const { return place_.empty() ? key : fmt::format("{}.{}", place_, key); }

  const Json* Member(const char* key, Need need) {
    const Json* found = plimsoll::Find(json_, key);
    if (found == nullptr && need == Need::kMust) Wrong(key, "missing");
    return found;
  }

  const Json* List(const char* key, Need need) {
    const Json* found = Member(key, need);
    if (found != nullptr && !found->is_array()) return Wrong(key, "not a list"), nullptr;
    return found;
  }

  const Json& json_;
  std::string place_;
  std::optional<Error>& error_;
};

constexpr auto kMust = Reader::Need::kMust;
constexpr auto kMay = Reader::Need::kMay;

Round ReadRound(Reader& reader) {
  Round round;
  round.nanos = reader.Nanos("nanos", kMust);
  round.wall_nanos = reader.Whole("wall_nanos", kMust);
  round.cost.known = reader.Has("cpu_nanos");
  round.cost.cpu_nanos = reader.Whole("cpu_nanos", kMay);
  round.cost.peak_known = reader.Has("peak_memory_bytes");
  round.cost.peak_memory_bytes = reader.Whole("peak_memory_bytes", kMay);
  return round;
}

Loop ReadLoop(Reader& reader) {
  const std::string loop = reader.Text("loop", kMay);
  if (!loop.empty() && loop != "open" && loop != "closed") reader.Wrong("loop", "neither \"open\" nor \"closed\"");
  return loop == "open" ? Loop::kOpen : Loop::kClosed;
}

Series ReadSeries(Reader& reader) {
  Series series;
  series.operation = reader.Text("operation", kMust);
  series.variant = reader.Text("variant", kMay);
  series.engine = reader.Text("engine", kMust);
  series.timed = reader.Text("timed", kMay);
  series.containers = reader.Whole("containers", kMay, -1);
  series.loop = ReadLoop(reader);
  series.clients = static_cast<int>(reader.Whole("clients", kMay, 1));
  series.rate = reader.Number("rate", kMay);
  series.bytes = reader.Whole("bytes", kMay);
  series.rounds = reader.All<Round>("rounds", kMust, &ReadRound);
  series.floor = reader.Nanos("floor", kMay);
  series.trouble = reader.Text("trouble", kMay);
  return series;
}

Saturation::Step ReadStep(Reader& reader) {
  return {.rate = reader.Number("rate", kMust),
          .achieved = reader.Number("achieved", kMust),
          .p99_nanos = reader.Whole("p99_nanos", kMust),
          .held = reader.YesOrNo("held")};
}

Saturation ReadSaturation(Reader& reader) {
  return {.operation = reader.Text("operation", kMust),
          .engine = reader.Text("engine", kMust),
          .bound_nanos = reader.Whole("bound_nanos", kMust),
          .steps = reader.All<Saturation::Step>("steps", kMust, &ReadStep),
          .highest = reader.Number("highest", kMust)};
}

Start ReadStart(Reader& reader) {
  return {.engine = reader.Text("engine", kMust),
          .connected = reader.Whole("connected", kMay, -1),
          .sent = reader.Whole("sent", kMay, -1),
          .first_instruction = reader.Whole("first_instruction", kMay, -1),
          .events = reader.Moments("events"),
          .first_byte = reader.Whole("first_byte", kMay, -1),
          .last_byte = reader.Whole("last_byte", kMay, -1)};
}

PeerSeries ReadPeer(Reader& reader) {
  return {.task = reader.Text("task", kMust),
          .client = reader.Text("client", kMust),
          .version = reader.Text("version", kMay),
          .engine = reader.Text("engine", kMust),
          .rounds = reader.Numbers("rounds"),
          .trouble = reader.Text("trouble", kMay)};
}

EngineInfo ReadEngine(Reader& reader) {
  EngineInfo engine;
  engine.name = reader.Text("name", kMust);
  if (const Json* identity = reader.Raw("identity")) engine.identity = *identity;
  return engine;
}

Machine ReadMachine(Reader reader) {
  return {.id = reader.Text("id", kMust),
          .processor = reader.Text("processor", kMust),
          .cores = static_cast<int>(reader.Whole("cores", kMust)),
          .memory_bytes = reader.Whole("memory_bytes", kMust),
          .kernel = reader.Text("kernel", kMust)};
}

Json EngineInfoJson(const EngineInfo& engine) { return {{"name", engine.name}, {"identity", engine.identity}}; }

}  // namespace

std::string Series::Name() const {
  std::string name = operation;
  if (!variant.empty()) name += " " + variant;
  if (containers >= 0) name += fmt::format(" containers={}", containers);
  if (clients != 1) name += fmt::format(" clients={}", clients);
  if (loop == Loop::kOpen) name += fmt::format(" rate={}", rate);
  return name;
}

std::vector<int64_t> Series::AllNanos() const {
  std::vector<int64_t> all;
  for (const Round& round : rounds) all.insert(all.end(), round.nanos.begin(), round.nanos.end());
  return all;
}

Json Machine::ToJson() const {
  return {{"id", id}, {"processor", processor}, {"cores", cores}, {"memory_bytes", memory_bytes}, {"kernel", kernel}};
}

Json ToJson(const Measurement& measurement) {
  return {{"format", kFormat},
          {"plimsoll", measurement.plimsoll},
          {"started", measurement.started},
          {"machine", measurement.machine.ToJson()},
          {"engines", ListJson(measurement.engines, &EngineInfoJson)},
          {"series", ListJson(measurement.series, &SeriesJson)},
          {"saturations", ListJson(measurement.saturations, &SaturationJson)},
          {"starts", ListJson(measurement.starts, &StartJson)},
          {"peers", ListJson(measurement.peers, &PeerJson)}};
}

Result<Measurement> FromJson(const Json& json) {
  std::optional<Error> error;
  Reader reader(json, "", error);
  const int64_t format = reader.Whole("format", kMust);
  if (!error && format != kFormat) {
    return Fail(fmt::format("a measurement of format {}, but this plimsoll knows format {} only", format, kFormat),
                "measure anew, or take the plimsoll that wrote it");
  }
  Measurement measurement;
  measurement.plimsoll = reader.Text("plimsoll", kMust);
  measurement.started = reader.Text("started", kMust);
  measurement.machine = ReadMachine(reader.Part("machine"));
  measurement.engines = reader.All<EngineInfo>("engines", kMust, &ReadEngine);
  measurement.series = reader.All<Series>("series", kMust, &ReadSeries);
  measurement.saturations = reader.All<Saturation>("saturations", kMay, &ReadSaturation);
  measurement.starts = reader.All<Start>("starts", kMay, &ReadStart);
  measurement.peers = reader.All<PeerSeries>("peers", kMay, &ReadPeer);
  if (error) return tl::make_unexpected(*std::move(error));
  return measurement;
}

}  // namespace plimsoll::latency
