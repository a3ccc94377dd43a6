#include "cases/support/own_mounts.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>

#include "base/file.h"
#include "base/sys_error.h"

namespace runproof {

namespace fs = std::filesystem;

namespace {

void make_mount(const char* source, const fs::path& target, const char* type, unsigned long flags) {
  if (::mount(source, target.c_str(), type, flags, nullptr) != 0) throw base::SysError("mount " + target.string());
}

}  // namespace

OwnMounts::OwnMounts() : host_(base::open_file("/proc/self/ns/mnt", O_RDONLY)), cwd_(fs::current_path()) {
  if (::unshare(CLONE_NEWNS) != 0) throw base::SysError("unshare CLONE_NEWNS");
  set_propagation("/", MS_REC | MS_SLAVE);
}

OwnMounts::~OwnMounts() {
  if (::setns(host_.get(), CLONE_NEWNS) != 0 || ::chdir(cwd_.c_str()) != 0)
    ADD_FAILURE() << "no way back to the host's mounts: " << base::errno_name(errno);
}

void mount_tmpfs(const fs::path& path, unsigned long flags) {
  fs::create_directories(path);
  make_mount("tmpfs", path, "tmpfs", 0);
  if (flags != 0) set_mount_flags(path, flags);
}

void make_mount_point(const fs::path& directory) { make_mount(directory.c_str(), directory, nullptr, MS_BIND); }

void set_propagation(const fs::path& path, unsigned long propagation) {
  make_mount(nullptr, path, nullptr, propagation);
}

void set_mount_flags(const fs::path& path, unsigned long flags) {
  make_mount(nullptr, path, nullptr, MS_REMOUNT | MS_BIND | flags);
}

}  // namespace runproof
