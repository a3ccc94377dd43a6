#include "reference_runtime/cgroup/hierarchy.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"
#include "reference_runtime/cgroup/control_file.h"

namespace refrun {
namespace {

void make_directory(const std::string& directory) {
  if (::mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) throw base::SysError("mkdir " + directory);
}

/// Passes on all of the directory's controllers. One that cannot be (a controller for root only, processes in the
/// directory) must not keep the others from it; whoever needs it finds it missing.
void enable_controllers(const std::string& directory) {
  const auto available = read_control(directory, "cgroup.controllers");
  if (!available || available->empty()) return;
  const auto enabled = read_control(directory, "cgroup.subtree_control").value_or("");
  const auto have = base::words(enabled);
  std::string all;
  std::vector<std::string> each;
  for (const std::string_view controller : base::words(*available)) {
    if (std::find(have.begin(), have.end(), controller) != have.end()) continue;
    each.push_back("+" + std::string(controller));
    all += each.back() + " ";
  }
  if (each.empty() || try_write_control(directory, "cgroup.subtree_control", all) == 0) return;
  for (const std::string& one : each) (void)try_write_control(directory, "cgroup.subtree_control", one);
}

/// Makes `directory` and what is missing of place.path above it. 0, or errno.
int make_legacy_directories(const CgroupPlace& place, const std::string& directory) {
  std::size_t end = directory.size() - place.path.size();
  do {
    end = directory.find('/', end + 1);
    if (::mkdir(directory.substr(0, end).c_str(), 0755) != 0 && errno != EEXIST) return errno;
  } while (end != std::string::npos);
  return 0;
}

/// cpuset wants CPUs and memory nodes before anyone may join: those of the cgroup above.
int inherit_cpuset(const std::string& mount, const std::string& directory) {
  for (std::size_t end = directory.find('/', mount.size() + 1);; end = directory.find('/', end + 1)) {
    const std::string here = directory.substr(0, end);
    const std::string above = here.substr(0, here.rfind('/'));
    for (const char* file : {"cpuset.cpus", "cpuset.mems"}) {
      if (!read_control(here, file).value_or("?").empty()) continue;
      if (const int error = try_write_control(here, file, read_control(above, file).value_or("")); error != 0)
        return error;
    }
    if (end == std::string::npos) return 0;
  }
}

}  // namespace

void create_unified(const CgroupPlace& place) {
  const std::size_t root = place.unified_mount.size();
  // Controllers are of use only where the unified hierarchy has some: not on most hybrid hosts.
  const bool controllers = !read_control(place.unified_mount, "cgroup.controllers").value_or("").empty();
  if (controllers) enable_controllers(place.unified_mount);
  for (std::size_t end = place.unified.find('/', root + 1); end != std::string::npos;
       end = place.unified.find('/', end + 1)) {
    const std::string above = place.unified.substr(0, end);
    make_directory(above);
    if (controllers) enable_controllers(above);
  }
  make_directory(place.unified);
}

int create_legacy(const CgroupPlace& place, const std::string& controller) {
  const std::string& directory = place.legacy.at(controller);
  if (const int error = make_legacy_directories(place, directory); error != 0) return error;
  if (controller != "cpuset") return 0;
  return inherit_cpuset(directory.substr(0, directory.size() - place.path.size()), directory);
}

bool has_controller(const std::string& directory, const std::string& controller) {
  const auto text = read_control(directory, "cgroup.controllers").value_or("");
  const auto names = base::words(text);
  return std::find(names.begin(), names.end(), controller) != names.end();
}

void delegate(const std::string& directory, const Delegation& delegation) {
  constexpr gid_t kUnchanged = static_cast<gid_t>(-1);
  if (::chown(directory.c_str(), delegation.owner, kUnchanged) != 0) throw base::SysError("chown " + directory);
  for (const std::string& file : delegation.files) {
    const std::string path = directory + "/" + file;
    if (::chown(path.c_str(), delegation.owner, kUnchanged) != 0 && errno != ENOENT)
      throw base::SysError("chown " + path);
  }
}

}  // namespace refrun
