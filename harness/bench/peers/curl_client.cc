#include "bench/peers/curl_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <string_view>

#include "bench/peers/stopwatch.h"

namespace plimsoll::bench::peers {
namespace {

const std::string kHost = "http://plimsoll";

}  // namespace

CurlHandle::CurlHandle() : curl_(curl_easy_init()), json_(curl_slist_append(nullptr, "Content-Type: application/json")) {
  curl_easy_setopt(curl_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl_, CURLOPT_PROXY, "");
  curl_easy_setopt(curl_, CURLOPT_BUFFERSIZE, 64L * 1024);
  curl_easy_setopt(curl_, CURLOPT_WRITEFUNCTION, &CurlHandle::Take);
  curl_easy_setopt(curl_, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(curl_, CURLOPT_HEADERFUNCTION, &CurlHandle::TakeHead);
  curl_easy_setopt(curl_, CURLOPT_HEADERDATA, this);
}

CurlHandle::~CurlHandle() {
  curl_easy_cleanup(curl_);
  curl_slist_free_all(static_cast<curl_slist*>(json_));
}

void CurlHandle::OverSocket(const std::string& path) { curl_easy_setopt(curl_, CURLOPT_UNIX_SOCKET_PATH, path.c_str()); }

size_t CurlHandle::Take(char* bytes, size_t, size_t size, void* self) {
  auto* handle = static_cast<CurlHandle*>(self);
  handle->counted_ += static_cast<int64_t>(size);
  if (!handle->at_head) handle->body_.append(bytes, size);
  return size;
}

size_t CurlHandle::TakeHead(char* line, size_t, size_t size, void* self) {
  auto* handle = static_cast<CurlHandle*>(self);
  if (std::string_view(line, size) == "\r\n" && handle->at_head) handle->at_head();
  return size;
}

Status CurlHandle::Call(const char* method, const std::string& url, const std::string& body) {
  body_.clear();
  counted_ = 0;
  curl_easy_setopt(curl_, CURLOPT_URL, url.c_str());
  const bool posting = std::string_view(method) == "POST";
  if (posting) {
    curl_easy_setopt(curl_, CURLOPT_POST, 1L);
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    curl_easy_setopt(curl_, CURLOPT_POSTFIELDS, body.c_str());
  } else {
    curl_easy_setopt(curl_, CURLOPT_HTTPGET, 1L);
  }
  curl_easy_setopt(curl_, CURLOPT_HTTPHEADER, posting ? json_ : nullptr);
  curl_easy_setopt(curl_, CURLOPT_CUSTOMREQUEST, std::string_view(method) == "DELETE" ? method : nullptr);
  const CURLcode code = curl_easy_perform(curl_);
  if (code != CURLE_OK) return Fail(fmt::format("libcurl: {} {}: {}", method, url, curl_easy_strerror(code)));
  long status = 0;
  curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 400) return Fail(fmt::format("libcurl: {} {}: {} {}", method, url, status, body_));
  return {};
}

CurlClient::CurlClient(const Ground& ground) : ground_(ground) {
  for (int i = 0; i < kInFlight; ++i) {
    handles_.push_back(std::make_unique<CurlHandle>());
    handles_.back()->OverSocket(ground.socket);
  }
}

std::string CurlClient::version() const { return curl_version_info(CURLVERSION_NOW)->version; }

Result<double> CurlClient::Do(Task task, int64_t amount) {
  const auto live = [&](size_t thread) { return Live(*handles_[thread]); };
  switch (task) {
    case Task::kPing: return Ping(*handles_[0], kHost + "/_ping", amount);
    case Task::kTcpPing: return Ping(tcp_, fmt::format("http://{}:{}/_ping", ground_.host, ground_.port), amount);
    case Task::kLife: return InFlight(1, amount, live);
    case Task::kLives: return InFlight(kInFlight, amount, live);
    case Task::kAttach: return Attach(amount);
  }
  return Fail("no such task");
}

Result<double> CurlClient::Ping(CurlHandle& handle, const std::string& url, int64_t count) {
  const TimePoint begun = Now();
  for (int64_t i = 0; i < count; ++i) {
    if (Status called = handle.Call("GET", url); !called) return tl::make_unexpected(called.error());
  }
  return SecondsSince(begun);
}

Result<std::string> CurlClient::Create(CurlHandle& handle, const Json& body) {
  const Status created = handle.Call("POST", kHost + ground_.Path("/containers/create"), CompactJson(body));
  if (!created) return tl::make_unexpected(created.error());
  constexpr std::string_view kIdField = "\"Id\":\"";
  const size_t at = handle.body().find(kIdField);
  if (at == std::string::npos) return Fail("libcurl: no Id in " + handle.body());
  return kHost + ground_.Path("/containers/") + handle.body().substr(at + kIdField.size(), 64);
}

Status CurlClient::Live(CurlHandle& handle) {
  const auto box = Create(handle, ground_.BodyOfLife());
  if (!box) return tl::make_unexpected(box.error());
  Status called = handle.Call("POST", *box + "/start");
  if (called) called = handle.Call("POST", *box + "/wait");
  if (called) called = handle.Call("GET", *box + "/json");
  if (called) called = handle.Call("DELETE", *box);
  return called;
}

Result<double> CurlClient::Attach(int64_t bytes) {
  CurlHandle& calls = *handles_[0];
  const auto box = Create(calls, ground_.BodyOfAttach(bytes));
  if (!box) return tl::make_unexpected(box.error());
  CurlHandle stream;
  stream.OverSocket(ground_.socket);
  Status started = Fail("libcurl: attach has no head");
  TimePoint begun = Now();
  stream.at_head = [&] {
    begun = Now();
    started = calls.Call("POST", *box + "/start");
  };
  const Status attached = stream.Call("POST", *box + "/attach?stream=1&stdout=1");
  const double seconds = SecondsSince(begun);
  if (started) calls.Call("POST", *box + "/wait");
  calls.Call("DELETE", *box + "?force=1");
  if (!started || !attached) return tl::make_unexpected((started ? attached : started).error());
  if (stream.counted() > bytes) return seconds;  // with 8 bytes before every piece
  return Fail(fmt::format("libcurl: {} of {} bytes came", stream.counted(), bytes));
}

}  // namespace plimsoll::bench::peers
