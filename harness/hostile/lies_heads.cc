// Lies in the status line and the headers.
#include "hostile/lie.h"

namespace plimsoll::hostile {
namespace {

std::string OkWith(const std::string& headers) { return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: 2\r\n\r\n{}"; }

std::string ManyHeaders(size_t count) {
  std::string all;
  for (size_t i = 0; i < count; ++i) all += "X-" + std::to_string(i) + ": v\r\n";
  return all;
}

std::vector<Lie> StatusLines() {
  return {
      Answers("closes without an answer", "", "closed: closed without an answer"),
      Answers("tears the status line within its first word", "HTT", "closed: closed after 3 bytes of the head"),
      Answers("tears the status line before the status", "HTTP/1.1 ", "closed: closed after 9 bytes of the head"),
      Answers("tears the status line within the status", "HTTP/1.1 20", "closed: closed after 11 bytes of the head"),
      Answers("tears the head between two headers", "HTTP/1.1 200 OK\r\nA: b\r\n",
              "closed: closed after 23 bytes of the head"),
      Answers("tears the head before its last byte", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r",
              "closed: closed after 37 bytes of the head"),
      Answers("says a word where the status should be", "HTTP/1.1 banana\r\n\r\n",
              "malformed: the status line \"HTTP/1.1 banana\" has no status of three digits"),
      Answers("gives the status 0", "HTTP/1.1 0 Nothing\r\n\r\n",
              "malformed: the status line \"HTTP/1.1 0 Nothing\" has no status of three digits"),
      Answers("gives the status -1", "HTTP/1.1 -1 Less\r\n\r\n",
              "malformed: the status line \"HTTP/1.1 -1 Less\" has no status of three digits"),
      Answers("gives the status 099", "HTTP/1.1 099 Low\r\n\r\n",
              "malformed: the status line \"HTTP/1.1 099 Low\" has no status of three digits"),
      Answers("gives the status 999", "HTTP/1.1 999 High\r\nContent-Length: 0\r\n\r\n", "answered 999"),
      Answers("gives a status of 40 digits", "HTTP/1.1 " + std::string(40, '9') + " X\r\n\r\n",
              "malformed: the status line \"HTTP/1.1 9999*\" has no status of three digits"),
      Answers("leaves the version out", "200 OK\r\n\r\n", "malformed: the answer begins with \"2\", not with \"HTTP/\""),
      Answers("speaks HTTP/3.7", "HTTP/3.7 200 OK\r\n\r\n",
              "malformed: the status line \"HTTP/3.7 200 OK\" does not name HTTP/1.1"),
      Answers("answers as HTTP/0.9 did", "<html><plimsoll-lie>hello</html>",
              "malformed: the answer begins with \"<\", not with \"HTTP/\""),
      Answers("sends frames of HTTP/2", std::string("\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x64", 15),
              "malformed: the answer begins with \"\\x00\", not with \"HTTP/\""),
      Answers("repeats the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
              "malformed: the answer begins with \"P\", not with \"HTTP/\""),
      Answers("raises an alert of TLS on a plain socket", std::string("\x15\x03\x01\0\x02\x02\x46", 7),
              "malformed: the answer begins with \"\\x15\", not with \"HTTP/\""),
      Answers("turns out to be an SSH server", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n",
              "malformed: the answer begins with \"S\", not with \"HTTP/\""),
      Answers("puts venom into the reason", "HTTP/1.1 200 <plimsoll-lie>\x1b[31m\xc2\x9b\xff\r\nContent-Length: 0\r\n\r\n",
              "answered 200"),
      Answers("puts venom into a broken status line", "HTTP/1.1 <plimsoll-lie>\x1b[31m\xc2\x9b\xff\r\n\r\n",
              "malformed: the status line \"HTTP/1.1 <plimsoll-lie>\\x1b[31m\\xc2\\x9b\\xff\" has no status of three digits"),
  };
}

std::vector<Lie> Headers() {
  return {
      Answers("sends 100,000 headers", OkWith(ManyHeaders(100'000)), "malformed: the head is longer than 262144 bytes"),
      Answers("sends 15,000 headers, which is just bearable", OkWith(ManyHeaders(15'000)), "answered 200"),
      Answers("sends one header of a MiB", OkWith("X: " + std::string(1 << 20, 'x') + "\r\n"),
              "malformed: the head is longer than 262144 bytes"),
      Answers("sends a header without a colon", OkWith("no colon here\r\n"),
              "malformed: a header line has no colon: \"no colon here\""),
      Answers("sends a header without a name", OkWith(": value\r\n"), "malformed: a header has the invalid name \"\""),
      Answers("puts a blank before a header's colon", OkWith("Content-Length : 9\r\n"),
              "malformed: a header has the invalid name \"Content-Length \""),
      Answers("folds the first header", OkWith(" folded\r\n"),
              "malformed: the first header line begins with a blank: \" folded\""),
      Answers("puts a NUL into a header", OkWith(std::string("A: b\0c\r\n", 8)),
              "malformed: a header line holds a control character: \"A: b\\x00c\""),
      Answers("puts a CR into a header", OkWith("A: b\rSet-Cookie: c\r\n"),
              "malformed: a header line holds a control character: \"A: b\\rSet-Cookie: c\""),
      Answers("puts venom into a header", OkWith("X-Note: <plimsoll-lie>\x1b[31m\x07\xc2\x9b `|` [a](http://plimsoll-lie.example)\r\n"),
              "answered 200"),
      Answers("puts bytes that are no UTF-8 into a header", OkWith("X-Note: \xff\xfe\xc0\xaf\r\n"), "answered 200"),
      Answers("sends a storm of 1xx answers",
              [] {
                std::string storm;
                for (int i = 0; i < 10'000; ++i) storm += "HTTP/1.1 102 Processing\r\n\r\n";
                return storm;
              }() + OkWith(""),
              "malformed: more than 100 interim (1xx) answers"),
      Answers("sends a few 1xx answers, which is honest",
              "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OkWith(""), "answered 200"),
      Answers("ends after a 1xx answer", "HTTP/1.1 100 Continue\r\n\r\n",
              "closed: closed without an answer after an interim (1xx) one"),
  };
}

}  // namespace

std::vector<Lie> LiesAboutHeads() {
  std::vector<Lie> lies = StatusLines();
  for (Lie& lie : Headers()) lies.push_back(std::move(lie));
  Lie endless{"sends headers that never end", nullptr, "malformed: the head is longer than 262144 bytes"};
  endless.tell = [streamed = endless.streamed](FakeEngine& fake) {
    fake.On("GET /lie", Flood("HTTP/1.1 200 OK\r\n", ManyHeaders(5000), 0, streamed));
  };
  lies.push_back(std::move(endless));
  return lies;
}

}  // namespace plimsoll::hostile
