#include "harness/run/held_signals.h"

#include "base/sys_error.h"

namespace runproof {

HeldSignals::HeldSignals() {
  const sigset_t held = set();
  if (sigprocmask(SIG_BLOCK, &held, &before_) != 0) throw base::SysError("sigprocmask");
}

HeldSignals::~HeldSignals() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

sigset_t HeldSignals::set() {
  sigset_t held;
  sigemptyset(&held);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&held, number);
  return held;
}

}  // namespace runproof
