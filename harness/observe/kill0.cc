#include "harness/observe/kill0.h"

#include <signal.h>

#include <algorithm>
#include <cerrno>

#include "harness/observe/pause.h"
#include "harness/spawn/poll.h"

namespace runproof {

bool Pause::next(base::Deadline deadline) {
  constexpr std::chrono::microseconds kLongest{10'000};
  if (deadline.passed()) return false;
  (void)poll_once({}, deadline.sooner(base::Deadline::in(span_)));
  span_ = std::min(span_ * 2, kLongest);
  return true;
}

std::optional<Death> await_by_kill0(const Mortal& mortal, base::Deadline deadline) {
  Pause pause;
  do {
    if (::kill(mortal.pid(), 0) != 0 && errno == ESRCH) return Death{.fate = Fate::gone};
    const Death seen = mortal.look();
    if (is_dead(seen.fate)) return seen;
  } while (pause.next(deadline));
  return std::nullopt;
}

}  // namespace runproof
