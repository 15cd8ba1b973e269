#include "engine/connection.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <mutex>

namespace plimsoll::engine {

struct Connection::Handle {
  explicit Handle(CURL* c) : curl(c) {}
  ~Handle() {
    curl_easy_cleanup(curl);
    if (own_socket >= 0) close(own_socket);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  CURL* curl;           // null for a socket that was taken over
  int own_socket = -1;  // that one
  bool plain = true;
  bool can_wait = false;  // the socket blocks where it is not asked not to, for kSoon at most
  char error[CURL_ERROR_SIZE] = {};

  // libcurl's own words where it has any ("... alert certificate required"), else the code's name.
  std::string Why(CURLcode code) const { return error[0] ? error : curl_easy_strerror(code); }
  // For a socket in the file system curl names a host and a port that nobody has asked for.
  std::string WhyNotConnected(CURLcode code, const Endpoint& endpoint) const {
    long number = 0;
    curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &number);
    const bool is_path = endpoint.kind == Endpoint::Kind::kUnix && code == CURLE_COULDNT_CONNECT;
    return is_path && number != 0 ? std::strerror(static_cast<int>(number)) : Why(code);
  }
};

namespace {

constexpr timeval kSoon{0, 4'000};

// What libcurl leaves is a socket that never blocks.
bool LetWait(int socket) {
  const int flags = fcntl(socket, F_GETFL);
  return flags >= 0 && setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &kSoon, sizeof kSoon) == 0 &&
         fcntl(socket, F_SETFL, flags & ~O_NONBLOCK) == 0;
}

void InitialiseCurl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

// libcurl's own (7.88) would be inherited by each program that is started meanwhile, an engine of a case's own for one, and
// a connection that a case closes would stay open for as long as that runs.
curl_socket_t OpenSocket(void*, curlsocktype, curl_sockaddr* address) {
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void SetTls(CURL* curl, const TlsFiles& tls) {
  if (!tls.ca.empty()) curl_easy_setopt(curl, CURLOPT_CAINFO, tls.ca.c_str());
  if (!tls.certificate.empty()) curl_easy_setopt(curl, CURLOPT_SSLCERT, tls.certificate.c_str());
  if (!tls.key.empty()) curl_easy_setopt(curl, CURLOPT_SSLKEY, tls.key.c_str());
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, tls.verify ? 1L : 0L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, tls.verify ? 2L : 0L);
}

void SetTarget(CURL* curl, const Endpoint& endpoint) {
  std::string url = "http://plimsoll/";
  if (endpoint.kind == Endpoint::Kind::kUnix) {
    curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH, endpoint.path.c_str());
  } else {
    const bool tls = endpoint.kind == Endpoint::Kind::kTls;
    url = fmt::format("{}://{}:{}/", tls ? "https" : "http", endpoint.host, endpoint.port);
    if (tls) SetTls(curl, endpoint.tls);
  }
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
}

}  // namespace

Connection::Connection(std::unique_ptr<Handle> handle, int fd)
    : handle_(std::move(handle)), fd_(fd) {}
Connection::~Connection() = default;

tl::expected<std::unique_ptr<Connection>, Failure> Connection::Open(const Endpoint& endpoint,
                                                                    TimePoint deadline) {
  InitialiseCurl();
  auto handle = std::make_unique<Handle>(curl_easy_init());
  CURL* curl = handle->curl;
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, handle->error);
  curl_easy_setopt(curl, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, OpenSocket);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY,
                   "");  // an engine is never reached through the user's web proxy
  curl_easy_setopt(curl, CURLOPT_SSL_ENABLE_ALPN, 0L);  // podman would choose HTTP/2
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::max(MillisUntil(deadline), 1)));
  SetTarget(curl, endpoint);
  const CURLcode code = curl_easy_perform(curl);
  if (code != CURLE_OK) {
    return tl::make_unexpected(Failure{
        code == CURLE_OPERATION_TIMEDOUT ? http::Outcome::kTimedOut : http::Outcome::kRefused,
        fmt::format("cannot connect to {}: {}", endpoint.Text(), handle->WhyNotConnected(code, endpoint))});
  }
  curl_socket_t socket = CURL_SOCKET_BAD;
  curl_easy_getinfo(curl, CURLINFO_ACTIVESOCKET, &socket);
  handle->plain = endpoint.kind != Endpoint::Kind::kTls;
  handle->can_wait = handle->plain && LetWait(socket);
  return std::unique_ptr<Connection>(new Connection(std::move(handle), socket));
}

std::unique_ptr<Connection> Connection::Of(int socket) {
  auto handle = std::make_unique<Handle>(nullptr);
  handle->own_socket = socket;
  return std::unique_ptr<Connection>(new Connection(std::move(handle), socket));
}

// Without TLS the socket is used directly: curl_easy_recv would cost two more calls for each.
Connection::Transfer Connection::Send(std::string_view bytes) {
  if (handle_->plain) {
    const ssize_t n = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) return {Io::kDone, static_cast<size_t>(n), ""};
    if (errno == EAGAIN || errno == EINTR) return {Io::kAgain, 0, ""};
    return {Io::kError, 0, std::strerror(errno)};
  }
  size_t sent = 0;
  const CURLcode code = curl_easy_send(handle_->curl, bytes.data(), bytes.size(), &sent);
  if (code == CURLE_OK) return {Io::kDone, sent, ""};
  if (code == CURLE_AGAIN) return {Io::kAgain, 0, ""};
  return {Io::kError, 0, handle_->Why(code)};
}

Connection::Transfer Connection::ReceivePlain(char* buffer, size_t size, int flags) {
  const ssize_t n = recv(fd_, buffer, size, flags);
  if (n > 0) return {Io::kDone, static_cast<size_t>(n), ""};
  if (n == 0) return {Io::kEnd, 0, ""};
  if (errno == EAGAIN || errno == EINTR) return {Io::kAgain, 0, ""};
  return {Io::kError, 0, std::strerror(errno)};
}

Connection::Transfer Connection::ReceiveSoon(char* buffer, size_t size) { return ReceivePlain(buffer, size, 0); }

bool Connection::can_wait() const { return handle_->can_wait; }

Connection::Transfer Connection::Receive(char* buffer, size_t size) {
  if (handle_->plain) return ReceivePlain(buffer, size, MSG_DONTWAIT);
  size_t received = 0;
  const CURLcode code = curl_easy_recv(handle_->curl, buffer, size, &received);
  if (code == CURLE_AGAIN) return {Io::kAgain, 0, ""};
  if (code != CURLE_OK) return {Io::kError, 0, handle_->Why(code)};
  return received == 0 ? Transfer{Io::kEnd, 0, ""} : Transfer{Io::kDone, received, ""};
}

bool Connection::StillGood() const {
  pollfd poller{fd_, POLLIN, 0};
  return poll(&poller, 1, 0) == 0;
}

bool Connection::plain() const { return handle_->plain; }

void Connection::StopReceiving() { shutdown(fd_, SHUT_RD); }

void Connection::Reset() {
  const linger at_once{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  handle_.reset();
  fd_ = -1;
}

bool Connection::HalfClose() { return shutdown(fd_, SHUT_WR) == 0; }

}  // namespace plimsoll::engine
