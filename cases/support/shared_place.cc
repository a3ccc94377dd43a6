#include "cases/support/shared_place.h"

#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>

#include "base/sys_error.h"
#include "harness/observe/mountinfo.h"
#include "harness/runtime/failure.h"

namespace runproof {

SharedPlace::SharedPlace(std::filesystem::path directory) : directory_(std::move(directory)) {
  const char* path = directory_.c_str();
  const bool made = ::unshare(CLONE_NEWNS) == 0 && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                    ::mount(path, path, nullptr, MS_BIND, nullptr) == 0 &&
                    ::mount(nullptr, path, nullptr, MS_SHARED, nullptr) == 0;
  if (!made) throw Broken("share what is mounted below " + directory_.string(), base::errno_name(errno));
}

SharedPlace::~SharedPlace() { ::umount2(directory_.c_str(), MNT_DETACH); }

std::vector<std::string> our_mounts_within(const std::filesystem::path& directory) {
  std::vector<std::string> points;
  for (const MountEntry& entry : mounts_below(mounts_of(getpid()).value_or(std::vector<MountEntry>{}), directory)) {
    if (entry.point != directory) points.push_back(entry.point);
  }
  return points;
}

}  // namespace runproof
