// CurlClient: libcurl by itself, as a C program would use it: one easy handle, kept, and so one connection.
#pragma once

#include <functional>

#include "bench/peers/client.h"
#include "bench/peers/ground.h"

namespace plimsoll::bench::peers {

// One handle with what it fetched last. One thread.
class CurlHandle {
 public:
  CurlHandle();
  ~CurlHandle();
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;

  void OverSocket(const std::string& path);
  // Called once the answer's head is there, and then counts its body instead of keeping it.
  std::function<void()> at_head;

  // An Error where there is no answer or its status is 400 or above.
  Status Call(const char* method, const std::string& url, const std::string& body = "");
  const std::string& body() const { return body_; }
  int64_t counted() const { return counted_; }

 private:
  static size_t Take(char* bytes, size_t, size_t size, void* self);
  static size_t TakeHead(char* line, size_t, size_t size, void* self);

  void* curl_;  // CURL
  void* json_;  // curl_slist
  std::string body_;
  int64_t counted_ = 0;
};

class CurlClient : public Client {
 public:
  explicit CurlClient(const Ground& ground);
  std::string name() const override { return "libcurl"; }
  std::string version() const override;
  bool Can(Task) const override { return true; }
  Result<double> Do(Task task, int64_t amount) override;

 private:
  Result<double> Ping(CurlHandle& handle, const std::string& url, int64_t count);
  Status Live(CurlHandle& handle);
  Result<double> Attach(int64_t bytes);
  Result<std::string> Create(CurlHandle& handle, const Json& body);

  const Ground& ground_;
  std::vector<std::unique_ptr<CurlHandle>> handles_;  // one for each thread
  CurlHandle tcp_;
};

}  // namespace plimsoll::bench::peers
