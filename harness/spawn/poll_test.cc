#include "harness/spawn/poll.h"

#include <gtest/gtest.h>
#include <poll.h>

#include <stdexcept>

#include "base/scope_exit.h"
#include "base/unique_fd.h"

namespace runproof {
namespace {

using base::Deadline;
using namespace std::chrono_literals;

int checks = 0;

TEST(InterruptionCheck, MayEndAWaitBeforeItBegins) {
  const base::FdPair pipe = base::make_pipe();
  const base::ScopeExit none([] { set_interruption_check(nullptr); });
  set_interruption_check([] { throw std::runtime_error("interrupted"); });
  EXPECT_THROW((void)poll_until(pipe.first.get(), POLLIN, Deadline::in(10s)), std::runtime_error);
}

TEST(InterruptionCheck, IsAskedAgainWhileAWaitLasts) {
  const base::FdPair pipe = base::make_pipe();
  const base::ScopeExit none([] { set_interruption_check(nullptr); });
  checks = 0;
  set_interruption_check([] {
    if (++checks == 3) throw std::runtime_error("interrupted");
  });
  EXPECT_THROW((void)poll_until(pipe.first.get(), POLLIN, Deadline::in(1h)), std::runtime_error);
}

TEST(InterruptionCheck, MakesADeadlineNoLater) {
  const base::FdPair pipe = base::make_pipe();
  const base::ScopeExit none([] { set_interruption_check(nullptr); });
  set_interruption_check([] {});
  EXPECT_FALSE(poll_until(pipe.first.get(), POLLIN, Deadline::in(300ms)));
}

}  // namespace
}  // namespace runproof
