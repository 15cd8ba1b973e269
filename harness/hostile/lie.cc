#include "hostile/lie.h"

#include <fmt/format.h>

#include <algorithm>

namespace plimsoll::hostile {

Reply Raw(std::string bytes) {
  Reply reply;
  reply.takeover = testing::Send(std::move(bytes));
  return reply;
}

Reply RawAndWait(std::string bytes) {
  Reply reply;
  reply.takeover = [bytes = std::move(bytes)](Peer& peer) { return peer.Send(bytes) && peer.AwaitEnd(); };
  return reply;
}

Reply Flood(std::string head, std::string block, uint64_t total, std::shared_ptr<std::atomic<uint64_t>> streamed) {
  Reply reply;
  reply.takeover = [=](Peer& peer) {
    if (!peer.Send(head)) return false;
    for (uint64_t left = total; total == 0 || left > 0;) {
      const auto piece = total == 0 ? block.size() : std::min<uint64_t>(left, block.size());
      if (!peer.Send(std::string_view(block).substr(0, piece))) return false;
      *streamed += piece;
      left -= total == 0 ? 0 : piece;
    }
    return false;
  };
  return reply;
}

Lie Answers(std::string name, Reply reply, std::string shown, std::string steps) {
  return {std::move(name), [reply = std::move(reply)](FakeEngine& fake) { fake.On("GET /lie", reply); },
          std::move(shown), std::move(steps)};
}

Lie Answers(std::string name, std::string bytes, std::string shown, std::string steps) {
  return Answers(std::move(name), Raw(std::move(bytes)), std::move(shown), std::move(steps));
}

std::string Ok(const std::string& body, const std::string& headers) {
  return fmt::format("HTTP/1.1 200 OK\r\n{}Content-Length: {}\r\n\r\n{}", headers, body.size(), body);
}

std::string Venom() {
  return "<plimsoll-lie onload=\"x\">&amp;\x1b[31m\x1b]0;title\x07\xc2\x9b" "1m\xe2\x80\xae\r\x7f\n# plimsoll-heading\n"
         "- [plimsoll-link](http://plimsoll-lie.example/) ![i](x) | cell | `code` ``` $math$ <!-- --> ]]> \n"
         "```\n</plimsoll-lie>\n```\n%%{init}%% ; A->>B: x \\ ' $(reboot) \" <br> https://plimsoll-lie.example";
}

}  // namespace plimsoll::hostile
