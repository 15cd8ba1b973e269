#include "bench/bare_life.h"

#include <fmt/format.h>

#include "run/labels.h"

namespace plimsoll::bench {
namespace {

constexpr std::string_view kId = "\"Id\":\"";

std::string Wire(const char* method, std::string target) {
  return http::Serialize({method, std::move(target), {}, ""});
}

}  // namespace

Result<BareLife> BareLife::Connect(const EngineBed& bed) {
  auto client = BareClient::Connect(bed.socket_path());
  if (!client) return tl::make_unexpected(client.error());
  BareLife life(std::move(*client));
  life.version_ = "/v" + bed.engine().identity.api;
  // The labels too: the same body makes the same work.
  Json body = {{"Image", bed.run().options["images"]["probe"]}, {"Cmd", {"true"}}};
  run::AddLabels(body, bed.run().run_id, "00000000");
  life.create_ = http::Serialize({"POST", life.version_ + "/containers/create",
                                  {{"Content-Type", "application/json"}}, CompactJson(body)});
  return life;
}

Status BareLife::Call(const std::string& wire) {
  const std::string& answer = client_->Exchange(wire);
  const int status = StatusOf(answer);
  if (status >= 200 && status < 300) return {};
  return Fail(fmt::format("{}: {}", wire.substr(0, wire.find('\r')), answer));
}

Status BareLife::Live() {
  const std::string& answer = client_->Exchange(create_);
  const size_t at = answer.find(kId);
  if (StatusOf(answer) != 201 || at == std::string::npos) return Fail("create: " + answer);
  const std::string box = version_ + "/containers/" + answer.substr(at + kId.size(), 64);
  for (const std::string& wire : {Wire("POST", box + "/start"), Wire("POST", box + "/wait"),
                                  Wire("GET", box + "/json"), Wire("DELETE", box)}) {
    if (Status called = Call(wire); !called) return called;
  }
  return {};
}

}  // namespace plimsoll::bench
