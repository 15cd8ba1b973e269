// Lies in what an answer says: bodies that are whole as far as HTTP goes.
#include "hostile/lie.h"

namespace plimsoll::hostile {
namespace {

const std::string kJson = "Content-Type: application/json\r\n";

Lie Says(std::string name, const std::string& body) {
  return {std::move(name), [=](FakeEngine& fake) { fake.On("GET /lie", Raw(Ok(body, kJson))); }, "answered 200"};
}

std::string Nested(size_t depth, const std::string& open, const std::string& close) {
  std::string text;
  for (size_t i = 0; i < depth; ++i) text += open;
  for (size_t i = 0; i < depth; ++i) text += close;
  return text;
}

// The venom as value, key and element.
Json Poisoned() {
  Json body = {{"Id", Venom()}, {"message", Venom()}, {"Names", Json::array({Venom()})}, {"State", {{"Status", Venom()}}}};
  body[Venom()] = Venom();
  return body;
}

}  // namespace

std::vector<Lie> LiesAboutContents() {
  std::vector<Lie> lies = {
      Says("nests a list 100,000 deep", Nested(100'000, "[", "]")),
      Says("nests an object 100,000 deep", Nested(100'000, "{\"a\":", "}")),
      Says("nests a list 490 deep, which is just bearable", Nested(490, "[", "]")),
      Says("repeats a key", R"({"Id": "one", "Id": "two", "Id": ["three"]})"),
      Says("says numbers that nobody can hold",
           "{\"big\": 1" + std::string(5000, '0') + ", \"small\": -18446744073709551616, \"e\": 1e308}"),
      Says("says a number beyond all", R"({"n": 1e999})"),
      Says("says what is no JSON", "{'Id': undefined, NaN}"),
      Says("says a surrogate alone", R"({"Id": "\ud800", "x": "\udc00\u0000"})"),
      Says("says bytes that are no UTF-8", "{\"Id\": \"\xff\xfe\xc0\xaf\xed\xa0\x80\"}"),
      Says("says NULs", std::string("{\"Id\": \"a\0b\"}\0\0", 16)),
      Says("puts venom into every field", CompactJson(Poisoned())),
      Says("says venom that is no JSON", Venom()),
      Says("says nothing at all", ""),
      Says("says a text of 20 MiB without an end", "{\"Id\": \"" + std::string(20 << 20, 'x')),
      Says("says a list of a million", "[0" + [] {
             std::string list;
             for (int i = 0; i < 250'000; ++i) list += ",0";
             return list;
           }() + "]"),
  };
  Lie error{"puts venom into an error", nullptr, "answered 500"};
  error.tell = [](FakeEngine& fake) { fake.On("GET /lie", Reply::Error(500, Venom())); };
  lies.push_back(std::move(error));
  Lie type{"calls a page of HTML JSON", nullptr, "answered 200"};
  type.tell = [](FakeEngine& fake) {
    fake.On("GET /lie", Raw(Ok("<html><plimsoll-lie><script>alert(1)</script></html>", kJson)));
  };
  lies.push_back(std::move(type));
  return lies;
}

}  // namespace plimsoll::hostile
