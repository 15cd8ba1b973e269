// Lies about how long a body is, and bodies of giants.
#include <fmt/format.h>

#include "hostile/lie.h"

namespace plimsoll::hostile {
namespace {

constexpr uint64_t kGiB = 1ull << 30;

// After the lie the case asks an honest question, on the same connection if it still serves.
constexpr const char* kThenAnother = "  - {call: GET /lie, as: before}\n  - {call: GET /honest/2, as: lie}\n";

std::string Head(const std::string& headers) { return "HTTP/1.1 200 OK\r\n" + headers + "\r\n"; }

Lie Chunks(std::string name, const std::string& chunks, std::string shown) {
  return Answers(std::move(name), Head("Transfer-Encoding: chunked\r\n") + chunks, std::move(shown));
}

std::vector<Lie> Lengths() {
  return {
      Answers("announces more than it sends", Head("Content-Length: 10\r\n") + "short",
              "closed: closed after 5 of 10 bytes of the body"),
      Answers("announces less than it sends", Head("Content-Length: 2\r\n") + "{} and more", "answered 200", kThenAnother),
      Answers("announces a negative length", Head("Content-Length: -1\r\n") + "{}",
              "malformed: the Content-Length \"-1\" is not a number of bytes"),
      Answers("announces a length in scientific notation", Head("Content-Length: 1e3\r\n") + "{}",
              "malformed: the Content-Length \"1e3\" is not a number of bytes"),
      Answers("announces a length beyond 64 bits", Head("Content-Length: 18446744073709551616\r\n") + "{}",
              "malformed: the Content-Length \"18446744073709551616\" is not a number of bytes"),
      Answers("announces 16 EiB and sends two bytes", Head("Content-Length: 18446744073709551615\r\n") + "{}",
              "closed: closed after 2 of 18446744073709551615 bytes of the body"),
      Answers("announces two different lengths", Head("Content-Length: 2\r\nContent-Length: 3\r\n") + "{}x",
              "malformed: two Content-Lengths: 2 and 3"),
      Answers("announces a length and chunks", Head("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n") + "2\r\n{}\r\n0\r\n\r\n",
              "answered 200"),
      Answers("sends a body with a 204", "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 500 Surprise\r\n\r\n", "answered 200",
              kThenAnother),
      Answers("compresses the body unasked",
              Head("Content-Encoding: gzip\r\nContent-Length: 22\r\n") +
                  std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03\xab\xae\x05\0\x43\xbf\xa6\xa3\x02\0\0\0", 22),
              "answered 200"),
  };
}

std::vector<Lie> Chunked() {
  return {
      Chunks("breaks a chunk's size", "zz\r\nhello\r\n0\r\n\r\n", "malformed: chunk 1 has the size \"zz\""),
      Chunks("gives a chunk a negative size", "-5\r\nhello\r\n0\r\n\r\n", "malformed: chunk 1 has the size \"-5\""),
      Chunks("gives a chunk a size beyond 64 bits", "5\r\nhello\r\n1ffffffffffffffff\r\nx",
             "malformed: chunk 2 has the size \"1ffffffffffffffff\""),
      Chunks("gives a chunk 16 EiB and sends a byte", "ffffffffffffffff\r\nx",
             "closed: closed after 1 bytes of the body, before its chunked end"),
      Chunks("leaves out the line end after a chunk", "5\r\nhello0\r\n\r\n", "malformed: chunk 1 is longer than its size says"),
      Chunks("sends a size line that never ends", std::string(100'000, '0'),
             "malformed: the size line of chunk 1 is longer than 4096 bytes"),
      Chunks("stops before the last chunk", "5\r\nhello\r\n", "closed: closed after 5 bytes of the body, before its chunked end"),
      Chunks("sends trailers, which is honest", "2\r\n{}\r\n0\r\nX-Sum: 1\r\n\r\n", "answered 200"),
      Chunks("sends trailers without an end", "0\r\n" + [] {
               std::string lines;
               for (int i = 0; i < 50'000; ++i) lines += "X-Trailer: value\r\n";
               return lines;
             }(),
             "malformed: the trailer is longer than 262144 bytes"),
      Answers("says that the body is chunked twice", Head("Transfer-Encoding: chunked, chunked\r\n") + "0\r\n\r\n",
              "malformed: the body is said to be chunked twice"),
  };
}

Lie Giant(std::string name, std::string head, std::string block, uint64_t total, std::string shown) {
  Lie lie{std::move(name), nullptr, std::move(shown), kOneLongCall};
  lie.deadline = "10m";
  lie.tell = [=, streamed = lie.streamed](FakeEngine& fake) { fake.On("GET /lie", Flood(head, block, total, streamed)); };
  return lie;
}

Lie Endless() {
  Lie lie = Giant("sends a body without an end", Head(""), std::string(1 << 20, 'x'), 0, "timed out: no answer within its deadline");
  lie.steps = "  - {call: GET /lie, as: lie, within: 1s}\n";
  return lie;
}

std::vector<Lie> Giants() {
  const std::string chunk = "100000\r\n" + std::string(1 << 20, 'x') + "\r\n";
  return {
      Giant("announces 10 GiB and sends one of them", Head("Content-Length: 10737418240\r\n"), std::string(1 << 20, 'x'), kGiB,
            "closed: closed after 1073741824 of 10737418240 bytes of the body"),
      Giant("sends 10 GiB", Head("Content-Length: 10737418240\r\n"), std::string(1 << 20, 'x'), 10 * kGiB, "answered 200"),
      Giant("sends 1 GiB in chunks and no end", Head("Transfer-Encoding: chunked\r\n"), chunk, 1024 * chunk.size(),
            "closed: closed after 1073741824 bytes of the body, before its chunked end"),
      Giant("sends 1 GiB until it closes", Head(""), std::string(1 << 20, '\x1b'), kGiB, "answered 200"),
      Giant("sends 32 MiB in chunks of one byte", Head("Transfer-Encoding: chunked\r\n"), [] {
              std::string chunks;
              for (int i = 0; i < 100'000; ++i) chunks += "1\r\nx\r\n";
              return chunks;
            }(),
            32ull << 20, "closed: closed after * bytes of the body, before its chunked end"),
      Giant("sends 64 MiB of empty JSON documents", Head(""), [] {
              std::string documents;
              for (int i = 0; i < 20'000; ++i) documents += "{}\n";
              return documents;
            }(),
            64ull << 20, "answered 200"),
      Endless(),
  };
}

}  // namespace

std::vector<Lie> LiesAboutBodies() {
  std::vector<Lie> lies = Lengths();
  for (Lie& lie : Chunked()) lies.push_back(std::move(lie));
  for (Lie& lie : Giants()) lies.push_back(std::move(lie));
  return lies;
}

}  // namespace plimsoll::hostile
