// AtOnce: a server that answers at once, with bytes that an engine has once answered. What a call to it takes is what
// the harness and the kernel need for themselves: the floor beside each figure. A thread of its own on a unix socket;
// the destructor ends it.
#pragma once

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/temporary_folder.h"
#include "engine/endpoint.h"
#include "engine/loop.h"

namespace plimsoll::bench {

struct Canned {
  std::string bytes;   // head and body
  bool close = false;  // the connection ends with it
  std::string echo;    // what each further piece from the client is answered with; "": it is a plain call
};

class AtOnce {
 public:
  // The n-th request, on whichever connection, gets the n-th answer; after the last the first again.
  // REQUIRES: not empty.
  static Result<std::unique_ptr<AtOnce>> Start(std::vector<Canned> answers);
  ~AtOnce();
  AtOnce(const AtOnce&) = delete;
  AtOnce& operator=(const AtOnce&) = delete;

  engine::Endpoint endpoint() const;

 private:
  struct Peer;
  explicit AtOnce(std::vector<Canned> answers) : answers_(std::move(answers)) {}
  Status Listen();
  void Serve();
  // False: the connection is over.
  bool Read(Peer& peer);
  bool Answer(Peer& peer);

  TemporaryFolder folder_;
  std::vector<Canned> answers_;
  size_t next_ = 0;
  int listener_ = -1;
  engine::Bell stop_;
  std::thread thread_;
};

}  // namespace plimsoll::bench
