#pragma once

#include "reference_runtime/plan/hook_plan.h"
#include "reference_runtime/seccomp/filter.h"

namespace refrun {

/// How a hook ended. Trivially copyable; `output` is the end of what it wrote to stderr.
struct HookResult {
  enum class End { ok, exited, signalled, timed_out, not_started, orphaned } end = End::ok;
  int value = 0;  // exit code, signal number or errno
  char output[160] = {};
};

/// Where a hook is executed.
struct HookPlace {
  int cwd = -1;      // directory; -1: ours
  int watched = -1;  // a socket: when its other end closes, the hook is killed and its end is `orphaned`
  const SeccompFilter* filter = nullptr;  // the hook runs under it
  // Only sabotage sets these: namespaces of another process (pidfd) to enter, a directory to make the root.
  int namespaces_of = -1;
  int root = -1;
};

/// Executes one hook with the file `state` (from its start) as standard input, standard output to /dev/null, in its own
/// session, and waits for it. On its timeout it is killed with its process group. `watched`: a socket; when its other
/// end is closed, the hook is killed and the answer is `orphaned`; -1 for none. Async-signal-safe.
[[nodiscard]] HookResult run_hook(const HookPlan& hook, int state, int dev_null, const HookPlace& place) noexcept;

/// "exit code 3: text" and the like, into `text` of `size` bytes.
void describe_hook(const HookResult& result, char* text, unsigned long size) noexcept;

}  // namespace refrun
