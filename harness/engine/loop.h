// Loop: the one place where a case waits. While it waits for anything, all of its conversations are
// pumped, so that every byte is read and stamped when it arrives. One thread.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "base/clock.h"
#include "engine/conversation.h"

namespace plimsoll::engine {

// A wake-up that any thread and any signal handler may ring and poll(2) can see; stays rung until Quiet(). The
// destructor waits for a Ring() under way: whom it woke may be about to destroy the Bell.
class Bell {
 public:
  Bell();
  ~Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;
  void Ring() const;
  void Quiet() const;
  bool rung() const;
  int fd() const { return fd_; }
  // Without a system call. One that is rung at this moment may be missed; poll(2) is certain.
  bool seems_rung() const { return seems_rung_; }

 private:
  int fd_;
  mutable std::atomic<int> ringing_ = 0;
  mutable std::atomic<bool> seems_rung_ = false;
};

class Loop {
 public:
  // `cancel` ends every wait while it is rung (null: nothing does).
  explicit Loop(const Bell* cancel) : cancel_(cancel) {}

  void Add(Conversation* conversation) { conversations_.push_back(conversation); }
  void Remove(Conversation* conversation);
  // Wakes the wait when rung; quieted before the condition is looked at again.
  void Listen(const Bell* bell) { bell_ = bell; }
  // What interrupts a case must not interrupt its clean-up.
  void IgnoreCancel() { cancel_ = nullptr; }

  enum class Woke { kCondition, kDeadline, kCancelled };
  // Pumps until `condition` holds.
  Woke Wait(const std::function<bool()>& condition, TimePoint deadline);

 private:
  // The one conversation, where it was just asked and nothing else is to be looked at for a few milliseconds; else null.
  Conversation* OnlyOneAsked(TimePoint now, TimePoint deadline) const;

  const Bell* cancel_;
  const Bell* bell_ = nullptr;
  std::vector<Conversation*> conversations_;
};

}  // namespace plimsoll::engine
