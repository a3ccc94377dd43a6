#include "cases/support/pid_reuse.h"

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/observe/process.h"
#include "harness/runtime/context.h"
#include "harness/runtime/failure.h"
#include "harness/spawn/reaper.h"

namespace runproof {

Running spawn_with_pid_of(const Mortal& dead, const Argv& argv) {
  const base::Deadline deadline = context().within(std::chrono::seconds{5});
  try {
    while (!deadline.passed()) {
      Reaper::instance().reap_now();  // a zombie would hold the number
      base::write_control("/proc/sys/kernel/ns_last_pid", std::to_string(dead.pid() - 1));
      Running running = start({.argv = argv});
      const auto stat = proc_stat(running.pid());
      if (running.pid() == dead.pid() && stat && stat->start_time != dead.start_time()) return running;
    }
  } catch (const base::SysError& error) {
    throw Broken("choose the number of the next process", error.what());
  }
  throw Broken("choose the number of the next process", "somebody else always was faster");
}

}  // namespace runproof
