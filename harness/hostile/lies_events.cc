// Lies in the stream of events, which all cases share: the lie must not cost another case its own events.
#include <fmt/format.h>

#include "hostile/lie.h"

namespace plimsoll::hostile {
namespace {

// Creates the container "liar", with what the lie makes of its events; asks something honest afterwards.
constexpr const char* kCreate =
    "  - {call: POST /containers/create, as: created, body: {Image: lie}}\n"
    "  - {call: GET /honest/9, as: lie}\n";

Json OwnEvent(const std::string& action) {
  return {{"Type", "container"}, {"Action", action}, {"Actor", {{"ID", "liar"}, {"Attributes", Json::object()}}}};
}

// `emit` is called when "liar" is created; it tells the create event too, if there is to be one.
Lie Emits(std::string name, std::function<void(FakeEngine&)> emit, std::string shown) {
  Lie lie{std::move(name), nullptr, std::move(shown), kCreate};
  lie.events = true;
  lie.tell = [emit](FakeEngine& fake) {
    fake.On("POST /containers/create", [&fake, emit](const SeenRequest& seen) {
      if (seen.request.body.find("\"Image\":\"lie\"") == std::string::npos) return fake.CreateHonestly("container", seen);
      emit(fake);
      return Reply::Of(201, {{"Id", "liar"}});
    });
  };
  return lie;
}

Lie EmitsText(std::string name, std::string text, std::string shown) {
  return Emits(std::move(name), [text](FakeEngine& fake) { fake.EmitText(text); }, std::move(shown));
}

std::string Line(const Json& event) { return CompactJson(event) + "\n"; }

Json At(Json event, int64_t nano) {
  event["timeNano"] = nano;
  return event;
}

Json Deep(Json event, int depth) {
  Json nested = Json::array();
  for (int i = 1; i < depth; ++i) nested = Json::array({std::move(nested)});
  event["Nested"] = std::move(nested);
  return event;
}

std::vector<Lie> Lines() {
  const std::string start = Line(OwnEvent("start"));
  return {
      EmitsText("tells events out of order", Line(At(OwnEvent("die"), 300)) + Line(At(OwnEvent("create"), 100)),
                "answered 200; events [\"die\",\"create\"]"),
      EmitsText("tells events from before 1970", Line(At(OwnEvent("create"), -5)), "answered 200; events [\"create\"]"),
      EmitsText("tells an event from the year 2262", Line(At(OwnEvent("create"), INT64_MAX)), "answered 200; events [\"create\"]"),
      EmitsText("tells the same event a thousand times",
                [] {
                  std::string all;
                  for (int i = 0; i < 1000; ++i) all += Line(OwnEvent("die"));
                  return all;
                }(),
                "answered 200; events [\"die\",\"die\",*"),
      EmitsText("cuts an event in the middle", start.substr(0, 30) + "\n" + start, "answered 200; events [\"start\"]"),
      EmitsText("runs an event into the next", start.substr(0, 30) + start + start, "answered 200; events [\"start\"]"),
      EmitsText("tells events that are no JSON", "\x1b[31m<plimsoll-lie>\n[]\n7\nnull\n\"text\"\n\n{}\n" + start,
                "answered 200; events [\"start\"]"),
      EmitsText("tells an event of 20 MiB", "{\"Action\": \"" + std::string(20 << 20, 'x') + "\"}\n" + start,
                "answered 200; events [\"start\"]"),
      EmitsText("tells an event nested 100,000 deep",
                "{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}\n" + start,
                "answered 200; events [\"start\"]"),
      EmitsText("tells an event nested as deep as can be read", Line(Deep(OwnEvent("start"), 499)),
                "answered 200; events [*]"),
      EmitsText("tells an event whose members are of other types",
                Line({{"Type", 3}, {"Action", Json::array({1})}, {"timeNano", "late"}, {"Actor", {{"ID", "liar"}, {"Attributes", "x"}}}}) +
                    Line({{"Actor", Json::array({1})}, {"status", Json::object()}}) + start,
                "answered 200; events [\"\",\"start\"]"),
      EmitsText("tells an event full of venom",
                Line({{"Type", Venom()}, {"Action", Venom()}, {Venom(), Venom()},
                      {"Actor", {{"ID", "liar"}, {"Attributes", {{"name", Venom()}, {Venom(), "x"}}}}}}),
                "answered 200; events [*"),
      EmitsText("tells an event of the case's own type list", Line({{"Type", "list"}, {"Action", "x"}, {"Actor", {{"ID", "liar"}}}}) + start,
                "answered 200; events [\"x\",\"start\"]"),
      Emits("tells no event of a creation", [](FakeEngine&) {}, "answered 200; events []"),
  };
}

// Foreign events without an end: those of the cases come between them. The lied-to case ends when 64 MiB of
// them have been told.
Lie Endless(std::string name, const std::string& block) {
  Lie lie = Emits(std::move(name), [](FakeEngine& fake) { fake.Emit(OwnEvent("create")); }, 
                  "harness error: the engine told more events while the case ran than are kept");
  // The honest ones look back only as far as they took: whom the flood overtook says so, and is not judged.
  lie.verdict = "harness error";
  lie.neighbours = "conforms|harness error";
  const auto streamed = lie.streamed;
  const auto told = std::make_shared<engine::Bell>();
  const auto tell = lie.tell;
  lie.tell = [=](FakeEngine& fake) {
    tell(fake);
    fake.Babble([=] {
      if ((*streamed += block.size()) > 64u << 20) told->Ring();
      return block;
    });
    fake.On("GET /lie", [told](const SeenRequest&) {
      Reply reply;
      reply.takeover = [told](Peer& peer) { return peer.AwaitBell(*told) && peer.Send(Ok("{}")); };
      return reply;
    });
  };
  lie.steps = "  - {call: POST /containers/create, as: created, body: {Image: lie}}\n  - {call: GET /lie, as: lie, within: 50s}\n";
  return lie;
}

// The case ends when it has lost the stream once: at the second subscription after it began.
Lie Subscription(std::string name, Reply reply, std::string shown) {
  Lie lie{std::move(name), nullptr, std::move(shown)};
  lie.tell = [reply](FakeEngine& fake) {
    const auto subscriptions = std::make_shared<std::atomic<int>>(0);
    const auto another = std::make_shared<engine::Bell>();
    fake.On("GET /events", [=](const SeenRequest&) {
      ++*subscriptions;
      another->Ring();
      return reply;
    });
    fake.On("GET /lie", [=](const SeenRequest&) {
      Reply waiting;
      waiting.takeover = [=, until = *subscriptions + 2](Peer& peer) {
        while (*subscriptions < until) {
          if (!peer.AwaitBell(*another)) return false;
          another->Quiet();
        }
        return peer.Send(Ok("{}"));
      };
      return waiting;
    });
  };
  lie.verdict = "harness error";
  lie.neighbours = "harness error";
  return lie;
}

std::vector<Lie> Subscriptions() {
  const std::string lost =
      "harness error: the engine was gone for a time: it ended its stream of events, as one does that stops or is restarted";
  const std::string begun = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
  return {
      Subscription("ends the stream of events at once, each time", Raw(begun + "0\r\n\r\n"), lost),
      Subscription("refuses the stream of events", Reply::Error(500, "no"), lost),
      Subscription("breaks the stream of events", Raw(begun + "zz\r\n"), lost),
  };
}

}  // namespace

std::vector<Lie> LiesAboutEvents() {
  std::vector<Lie> lies = Lines();
  std::string small, large;
  for (int i = 0; i < 1000; ++i) small += Line({{"Type", "image"}, {"Action", "pull"}, {"Actor", {{"ID", "foreign"}}}});
  large = Line({{"Type", "image"}, {"Action", "pull"}, {"Actor", {{"ID", std::string(64 << 10, 'f')}}}});
  lies.push_back(Endless("tells small events of others without an end", small));
  lies.push_back(Endless("tells large events of others without an end", large));
  for (Lie& lie : Subscriptions()) lies.push_back(std::move(lie));
  return lies;
}

}  // namespace plimsoll::hostile
