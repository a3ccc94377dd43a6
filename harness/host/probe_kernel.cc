#include <sched.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/text.h"
#include "harness/host/probe.h"
#include "harness/spawn/pidfd_or_none.h"

namespace runproof {
namespace {

/// Whether a system call exists: called with what it must refuse, it gives any error but these two.
bool exists(long result) { return result >= 0 || (errno != ENOSYS && errno != EPERM); }

bool has_hypervisor_flag() {
  const std::string text = base::read_file_if_there("/proc/cpuinfo").value_or("");
  for (const std::string_view line : base::split(text, '\n')) {
    if (!line.starts_with("flags")) continue;
    for (const std::string_view flag : base::words(line))
      if (flag == "hypervisor") return true;
    return false;
  }
  return false;
}

}  // namespace

KernelVersion parse_kernel_version(std::string_view release) {
  // "6.1.0-18-amd64", "5.10-rc1"
  KernelVersion version;
  int* const parts[] = {&version.major, &version.minor};
  std::size_t at = 0;
  for (int* part : parts) {
    while (at < release.size() && release[at] >= '0' && release[at] <= '9') *part = *part * 10 + (release[at++] - '0');
    ++at;
  }
  return version;
}

void probe_kernel(Facts& facts) {
  utsname name = {};
  ::uname(&name);
  facts.kernel = name.release;
  facts.kernel_version = parse_kernel_version(name.release);
  facts.arch = name.machine;
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  facts.cpus = ::sched_getaffinity(0, sizeof cpus, &cpus) == 0 ? CPU_COUNT(&cpus)
                                                               : static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
  struct sysinfo info = {};
  if (::sysinfo(&info) == 0) facts.memory_bytes = std::uint64_t{info.totalram} * info.mem_unit;
  facts.hypervisor = has_hypervisor_flag();
  facts.guest = base::read_file_if_there("/proc/cmdline").value_or("").find("runproof.guest") != std::string::npos;

  facts.pidfd = pidfd_or_none(::getpid()).valid();
  facts.clone3 = exists(::syscall(SYS_clone3, nullptr, 0));
  facts.close_range = exists(::syscall(SYS_close_range, ~0U, ~0U, 0));
  facts.open_tree = exists(::syscall(SYS_open_tree, -1, "", ~0U));
  facts.mount_setattr = exists(::syscall(SYS_mount_setattr, -1, "", 0, nullptr, 0));
}

}  // namespace runproof
