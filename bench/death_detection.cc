// How long after the kill a death is known: by pidfd, by kill(pid, 0), and by looking every 200 ms, as scripts do.
// Counted from just before the kill(2), so the dying itself is in every figure.
#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "harness/observe/death.h"
#include "harness/spawn/poll.h"

namespace {

using namespace runproof;
using Clock = base::Deadline::Clock;
using Micros = std::chrono::duration<double, std::micro>;

constexpr int kTurns = 200;
constexpr int kSlowTurns = 15;  // each takes up to 200 ms
constexpr std::chrono::milliseconds kScript{200};

/// Sleeps until killed, and is reaped when this goes.
struct Victim {
  pid_t pid = -1;
  Victim() : pid(::fork()) {
    while (pid == 0) ::pause();
  }
  Victim(const Victim&) = delete;
  Victim& operator=(const Victim&) = delete;
  ~Victim() { ::waitpid(pid, nullptr, 0); }
};

bool script_like(const Mortal& mortal) {
  while (mortal.alive()) (void)poll_until({}, base::Deadline::in(kScript));
  return true;
}

/// Microseconds from the kill to the moment the watcher knows, the victim being killed by a third party `after` the
/// watch began.
template <typename Watch>
double measure(std::chrono::microseconds after, const Watch& watch) {
  const Victim victim;
  const Mortal mortal = Mortal::watch(victim.pid).value();
  Clock::time_point killed;
  std::jthread other([&] {
    (void)poll_until({}, base::Deadline::in(after));
    killed = Clock::now();
    ::kill(victim.pid, SIGKILL);
  });
  watch(mortal);
  const Clock::time_point known = Clock::now();
  other.join();
  return Micros(known - killed).count();
}

template <typename Watch>
void report(const char* name, int turns, const Watch& watch) {
  std::vector<double> all;
  for (int turn = 0; turn < turns; ++turn)
    all.push_back(measure(std::chrono::microseconds(2'000 + 7'919 * turn % 23'000), watch));
  std::sort(all.begin(), all.end());
  const auto at = [&](double part) {
    return all[static_cast<std::size_t>(part * static_cast<double>(all.size() - 1))];
  };
  fmt::print("{:<22} median {:>10.0f} us   90% {:>10.0f} us   worst {:>10.0f} us\n", name, at(0.5), at(0.9), at(1.0));
}

}  // namespace

int main() {
  const auto later = [] { return base::Deadline::in(std::chrono::seconds(10)); };
  fmt::print("death known after the kill ({} deaths; for the last, {}):\n", kTurns, kSlowTurns);
  report("pidfd", kTurns,
         [&](const Mortal& mortal) { return mortal.await_death(later(), WaitStrategy::pidfd).has_value(); });
  report("kill0", kTurns,
         [&](const Mortal& mortal) { return mortal.await_death(later(), WaitStrategy::kill0).has_value(); });
  report("a look every 200 ms", kSlowTurns, script_like);
}
