#include "cases/support/scheduling.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

#include "base/ioprio.h"

namespace runproof {

namespace {

/// sched_setattr(2), as of Linux 3.14: what any kernel fills in.
struct SchedAttr {
  std::uint32_t size = 0;
  std::uint32_t policy = 0;
  std::uint64_t flags = 0;
  std::int32_t nice = 0;
  std::uint32_t priority = 0;
  std::uint64_t runtime = 0;
  std::uint64_t deadline = 0;
  std::uint64_t period = 0;
};

}  // namespace

base::Json scheduler_of(pid_t pid) {
  SchedAttr attr;
  if (::syscall(SYS_sched_getattr, pid, &attr, sizeof attr, 0) != 0) return nullptr;
  return {{"policy", attr.policy},   {"flags", attr.flags},       {"nice", attr.nice},    {"priority", attr.priority},
          {"runtime", attr.runtime}, {"deadline", attr.deadline}, {"period", attr.period}};
}

base::Json io_priority_of(pid_t pid) {
  const long value = ::syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, pid);
  if (value < 0) return nullptr;
  return {{"class", IOPRIO_PRIO_CLASS(value)}, {"level", IOPRIO_PRIO_DATA(value)}};
}

base::Json only(const base::Json& said, const base::Json& wanted) {
  base::Json picked = base::Json::object();
  for (const auto& [name, value] : wanted.items()) picked[name] = said.value(name, base::Json());
  return picked;
}

}  // namespace runproof
