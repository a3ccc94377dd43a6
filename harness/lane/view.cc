#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "base/sys_error.h"
#include "harness/lane/lane.h"

namespace runproof {

void enter_v2_view() {
  const auto must = [](int result, const char* doing) {
    if (result != 0)
      throw Unavailable(std::string("lane v2-view: ") + doing + ": " + base::errno_name(errno) + " (root is needed)");
  };
  must(::unshare(CLONE_NEWNS), "unshare(CLONE_NEWNS)");
  must(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "make mounts private");
  must(::umount2("/sys/fs/cgroup", MNT_DETACH), "umount /sys/fs/cgroup in the private namespace");
  must(::mount("cgroup2", "/sys/fs/cgroup", "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, nullptr),
       "mount cgroup2 on /sys/fs/cgroup");
}

}  // namespace runproof
