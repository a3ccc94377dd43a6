#include "reference_runtime/config/check.h"
#include "reference_runtime/config/words.h"

namespace refrun {
namespace {

// config.md#process: at least one entry.
void check_args(const Process& process, const std::string& at, Problems& problems) {
  if (process.args.empty()) note(problems, at + "/args", "must have at least one entry");
}

// Without "=" it is no environment variable; it is passed on as it is.
void check_env(const Process& process, const std::string& at, Problems& problems) {
  for (std::size_t i = 0; i < process.env.size(); ++i)
    if (process.env[i].find('=', 1) == std::string::npos)
      warn(problems, base::json_pointer(at + "/env", i), "is not of the form NAME=value");
}

void check_umask(const Process& process, const std::string& at, Problems& problems) {
  if (process.user.umask.value_or(0) > 0777) note(problems, at + "/user/umask", "must be from 0 to 511 (0777)");
}

// The kernel raises an ambient capability only if it is permitted and inheritable.
void check_ambient(const Process& process, const std::string& at, Problems& problems) {
  if (!process.capabilities) return;
  const Capabilities& sets = *process.capabilities;
  if ((sets.ambient & ~(sets.permitted & sets.inheritable)) != 0)
    warn(problems, at + "/capabilities/ambient", "has capabilities that are not both permitted and inheritable");
}

// proc(5)
void check_oom_score(const Process& process, const std::string& at, Problems& problems) {
  const int score = process.oom_score_adj.value_or(0);
  if (score < -1000 || score > 1000) note(problems, at + "/oomScoreAdj", "must be from -1000 to 1000");
}

// config.md#linux-process: 0 is the highest level, 7 the lowest.
void check_io_priority(const Process& process, const std::string& at, Problems& problems) {
  if (!process.io_priority) return;
  if (process.io_priority->level < 0 || process.io_priority->level > 7)
    note(problems, at + "/ioPriority/priority", "must be from 0 to 7");
}

// sched(7), sched_setattr(2)
void check_scheduler(const Process& process, const std::string& at, Problems& problems) {
  if (!process.scheduler || is_noted(problems, at + "/scheduler/policy")) return;
  const Scheduler& scheduler = *process.scheduler;
  const std::string here = at + "/scheduler";
  const auto policy = kSchedulerPolicies.name(scheduler.policy).value_or("");
  const bool realtime = policy == "SCHED_FIFO" || policy == "SCHED_RR";
  const bool deadline = policy == "SCHED_DEADLINE";

  if (scheduler.policy == kSchedIso) note(problems, here + "/policy", "Linux has no SCHED_ISO");
  if (scheduler.nice < -20 || scheduler.nice > 19) note(problems, here + "/nice", "must be from -20 to 19");
  if (realtime && (scheduler.priority < 1 || scheduler.priority > 99))
    note(problems, here + "/priority", "must be from 1 to 99 with SCHED_FIFO and SCHED_RR");
  if (!realtime && scheduler.priority != 0)
    note(problems, here + "/priority", "must be 0 unless the policy is SCHED_FIFO or SCHED_RR");
  if (!deadline && (scheduler.runtime != 0 || scheduler.deadline != 0 || scheduler.period != 0))
    note(problems, here, "runtime, deadline and period are for SCHED_DEADLINE only");
  if (!deadline) return;
  const std::uint64_t period = scheduler.period == 0 ? scheduler.deadline : scheduler.period;
  if (scheduler.runtime == 0 || scheduler.runtime > scheduler.deadline || scheduler.deadline > period)
    note(problems, here, "SCHED_DEADLINE needs 0 < runtime <= deadline <= period");
}

}  // namespace

void check_process(const Process& process, const std::string& at, Problems& problems) {
  check_args(process, at, problems);
  check_env(process, at, problems);
  require_absolute(process.cwd, at + "/cwd", problems);
  check_umask(process, at, problems);
  check_ambient(process, at, problems);
  check_oom_score(process, at, problems);
  check_io_priority(process, at, problems);
  check_scheduler(process, at, problems);
}

}  // namespace refrun
