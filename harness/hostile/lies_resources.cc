// Lies about what was created, and about the engine as a whole.
#include "hostile/lie.h"

namespace plimsoll::hostile {
namespace {

const std::string kCreateAndUse =
    "  - {call: POST /containers/create, as: lie, body: {Image: lie}}\n"
    "  - {call: \"POST /containers/${lie.body.Id}/start\", as: start}\n"
    "  - {call: \"GET /containers/${lie.body.Id}/json\", as: inspect}\n";

// Only the creation that asks for the image "lie" is lied to.
Lie Creates(std::string name, Json answer, std::string shown = "answered 201") {
  Lie lie{std::move(name), nullptr, std::move(shown), kCreateAndUse};
  lie.tell = [answer](FakeEngine& fake) {
    fake.On("POST /containers/create", [&fake, answer](const SeenRequest& seen) {
      const bool lied = seen.request.body.find("\"Image\":\"lie\"") != std::string::npos;
      return lied ? Reply::Of(201, answer) : fake.CreateHonestly("container", seen);
    });
  };
  return lie;
}

std::vector<Lie> Creations() {
  return {
      Creates("creates something without an id", Json::object()),
      Creates("creates something whose id is a number", {{"Id", 7}}),
      Creates("creates something with an id of a MiB", {{"Id", std::string(1 << 20, 'a')}}),
      Creates("creates something whose id leads elsewhere", {{"Id", "../../images/prune?x=/"}}),
      Creates("creates something whose id is a request", {{"Id", "x HTTP/1.1\r\nHost: y\r\n\r\nDELETE /images/all"}}),
      Creates("creates something whose id is venom", {{"Id", Venom()}}),
      Creates("answers a creation with a list", Json::array({1, 2})),
  };
}

Lie ChangingInspect() {
  Lie lie{"changes the type of what it inspects", nullptr, "answered 200"};
  lie.steps = "  - {call: GET /lie, as: first}\n  - {call: GET /lie, as: second}\n  - {call: GET /lie, as: lie}\n";
  lie.tell = [](FakeEngine& fake) {
    const auto times = std::make_shared<std::atomic<int>>(0);
    fake.On("GET /lie", [times](const SeenRequest&) {
      const int n = (*times)++;
      if (n == 0) return Reply::Of(200, {{"Id", {{"deep", Json::array({1})}}}, {"State", "text"}});
      return n == 1 ? Reply::Of(200, Json::array({{{"Id", 1}}})) : Reply::Of(200, "Id");
    });
  };
  return lie;
}

Lie DeleteWithoutAnswer() {
  Lie lie = Creates("never answers a removal", {{"Id", "unremovable"}});
  const auto tell = lie.tell;
  lie.tell = [tell](FakeEngine& fake) {
    tell(fake);
    fake.On("DELETE /containers/unremovable", Reply::Hang());
  };
  return lie;
}

Lie RefusedRemoval() {
  Lie lie = Creates("refuses a removal with venom", {{"Id", "unremovable"}});
  const auto tell = lie.tell;
  lie.tell = [tell](FakeEngine& fake) {
    tell(fake);
    fake.On("DELETE /containers/unremovable", Reply::Error(500, Venom()));
  };
  return lie;
}

Lie LostListings() {
  Lie lie = Creates("creates something without an id, and lists venom", Json::object());
  const auto tell = lie.tell;
  lie.tell = [tell](FakeEngine& fake) {
    tell(fake);
    fake.On("GET /containers/json", Reply::Of(200, Json::array({{{"Id", Venom()}}, {{"Id", 3}}, 4, nullptr})));
    fake.On("GET /volumes", Reply::Of(200, Json::array()));
    fake.On("GET /networks", Raw("HTTP/1.1 banana\r\n\r\n"));
  };
  return lie;
}

std::vector<Lie> WholeEngine() {
  const std::string create = "  - {call: POST /containers/create, as: lie, body: {}, within: 300ms}\n";
  Lie mute{"answers /_ping and nothing else", nullptr, "timed out: no answer within its deadline", create};
  mute.tell = [](FakeEngine& fake) {
    fake.On("*", Reply::Hang());
    fake.On("GET /_ping", Reply{200, "OK", {}, nullptr});
  };
  mute.neighbours = "";
  Lie gone{"answers nothing at all", nullptr, "harness error: the engine was gone: GET /_ping timed out: *", create};
  gone.tell = [](FakeEngine& fake) { fake.On("*", Reply::Hang()); };
  gone.neighbours = "";
  gone.verdict = "harness error";
  Lie garbled{"answers garbage to everything", nullptr,
              "harness error: the engine was gone: GET /_ping malformed: the answer begins with \"\\x1b\", not with \"HTTP/\"",
              create};
  garbled.tell = [](FakeEngine& fake) { fake.On("*", Raw("\x1b[31m<plimsoll-lie>")); };
  garbled.neighbours = "";
  garbled.verdict = "harness error";
  return {mute, gone, garbled};
}

std::vector<Lie> Images() {
  Lie refused{"refuses an image under status 200", nullptr, ""};
  refused.tell = [](FakeEngine& fake) { fake.On("POST /images/create", Reply::Of(200, {{"error", "no space left"}})); };
  refused.refusal = "cannot load the image localhost/plimsoll/probe:run1 into unix://*: answered 200: {\"error\":\"no space left\"}";
  Lie venomous{"refuses an image with venom", nullptr, ""};
  venomous.tell = [](FakeEngine& fake) { fake.On("POST /images/create", Reply::Error(500, Venom())); };
  venomous.refusal = "cannot load the image localhost/plimsoll/probe:run1 into unix://*: answered 500: <plimsoll-lie*";
  Lie giant{"answers the loading of an image with 1 GiB", nullptr, ""};
  giant.tell = [streamed = giant.streamed](FakeEngine& fake) {
    fake.On("POST /images/create",
            Flood("HTTP/1.1 200 OK\r\n\r\n", std::string(1 << 20, 'x'), 1ull << 30, streamed));
  };
  giant.refusal = "cannot load the image localhost/plimsoll/probe:run1 into unix://*: malformed: an answer longer than 64 MiB";
  return {refused, venomous, giant};
}

}  // namespace

std::vector<Lie> LiesAboutResources() {
  std::vector<Lie> lies = Creations();
  lies.push_back(ChangingInspect());
  lies.push_back(DeleteWithoutAnswer());
  lies.push_back(RefusedRemoval());
  lies.push_back(LostListings());
  for (Lie& lie : WholeEngine()) lies.push_back(std::move(lie));
  for (Lie& lie : Images()) lies.push_back(std::move(lie));
  return lies;
}

}  // namespace plimsoll::hostile
