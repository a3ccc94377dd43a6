#include "cases/support/pid_reuse.h"

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/runtime/context.h"
#include "harness/runtime/failure.h"
#include "harness/spawn/reaper.h"

namespace runproof {

Running spawn_with_pid(pid_t wanted, const Argv& argv) {
  const base::Deadline deadline = context().within(std::chrono::seconds{5});
  try {
    while (!deadline.passed()) {
      Reaper::instance().reap_now();  // a zombie would hold the number
      base::write_control("/proc/sys/kernel/ns_last_pid", std::to_string(wanted - 1));
      Running running = start({.argv = argv});
      if (running.pid() == wanted) return running;
    }
  } catch (const base::SysError& error) {
    throw Broken("choose the number of the next process", error.what());
  }
  throw Broken("choose the number of the next process", "somebody else always was faster");
}

}  // namespace runproof
