#include "cases/support/own_mounts.h"

#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "harness/runtime/failure.h"

namespace runproof {

namespace {

void mount_or_break(const char* what, const std::filesystem::path& at, const char* type, unsigned long flags) {
  if (::mount(what, at.c_str(), type, flags, nullptr) != 0) throw Broken("mount " + at.string(), std::strerror(errno));
}

}  // namespace

OwnMounts::OwnMounts() {
  if (::unshare(CLONE_NEWNS) != 0) throw Broken("unshare the mount namespace", std::strerror(errno));
  mount_or_break("none", "/", nullptr, MS_REC | MS_SLAVE);
}

OwnMounts::~OwnMounts() {
  while (!points_.empty()) {
    ::umount2(points_.back().c_str(), MNT_DETACH);
    points_.pop_back();
  }
}

void OwnMounts::bind_with_flags(const std::filesystem::path& directory, unsigned long flags) {
  mount_or_break(directory.c_str(), directory, nullptr, MS_BIND);
  points_.push_back(directory);
  mount_or_break("none", directory, nullptr, MS_BIND | MS_REMOUNT | flags);
}

void OwnMounts::bind_shared(const std::filesystem::path& directory) {
  mount_or_break(directory.c_str(), directory, nullptr, MS_BIND);
  points_.push_back(directory);
  mount_or_break("none", directory, nullptr, MS_SHARED);
}

void OwnMounts::mount_tmpfs(const std::filesystem::path& directory) {
  mount_or_break("tmpfs", directory, "tmpfs", 0);
  points_.push_back(directory);
}

}  // namespace runproof
