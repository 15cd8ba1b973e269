#include "cli/interrupt.h"

#include <signal.h>
#include <unistd.h>

#include <atomic>

#include "cli/commands.h"

namespace plimsoll::cli {
namespace {

std::atomic<const engine::Bell*> bell_to_ring{nullptr};
std::atomic<int> rung{0};

void OnSignal(int) {
  if (rung.fetch_add(1) > 0) _exit(kInterrupted);
  bell_to_ring.load()->Ring();
}

}  // namespace

const engine::Bell& InterruptBell() {
  static const engine::Bell bell;
  static const bool installed = [] {
    bell_to_ring = &bell;
    struct sigaction action {};
    action.sa_handler = OnSignal;
    sigemptyset(&action.sa_mask);
    for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaction(number, &action, nullptr);
    signal(SIGPIPE, SIG_IGN);
    return true;
  }();
  static_cast<void>(installed);
  return bell;
}

}  // namespace plimsoll::cli
