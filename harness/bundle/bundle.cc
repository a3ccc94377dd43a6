#include "harness/bundle/bundle.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/bundle/cgroup_home.h"
#include "harness/bundle/companion.h"
#include "harness/bundle/remove_tree.h"
#include "harness/bundle/tenant.h"

namespace runproof {
namespace {

namespace fs = std::filesystem;

/// What the default mounts of any configuration want to find; runtimes would make them, each at its own time.
constexpr std::array kDirectories = {"rootfs", "rootfs/dev", "rootfs/proc", "rootfs/sys", "rootfs/tmp"};

/// In bytes: a stage holds one probe and a few small files for each case at work.
constexpr unsigned long kRoomWanted = 64ul << 20;

void make_directory(int at, const char* name, const fs::path& parent, mode_t mode) {
  if (::mkdirat(at, name, mode) != 0) throw base::SysError("mkdir " + (parent / name).string());
}

void copy_program(const fs::path& from, const fs::path& to) {
  base::write_file(to, base::read_file(from), 0755);
  if (::chmod(to.c_str(), 0755) != 0) throw base::SysError("chmod " + to.string());  // whatever the umask
}

void link_program(const fs::path& from, const fs::path& to) {
  if (::link(from.c_str(), to.c_str()) == 0) return;
  if (errno != EMLINK && errno != EXDEV && errno != EPERM)
    throw base::SysError("link " + from.string() + " to " + to.string());
  copy_program(from, to);
}

/// The directories that a runtime may make or mount something in.
void give_to(const Tenant& owner, const fs::path& bundle) {
  const auto give = [&owner](const fs::path& path) {
    if (::chown(path.c_str(), owner.uid, owner.gid) != 0) throw base::SysError("chown " + path.string());
  };
  give(bundle);
  for (const char* below : kDirectories) give(bundle / below);
}

}  // namespace

Stage::Stage(fs::path directory, const fs::path& probe) : directory_(std::move(directory)) {
  fs::create_directories(directory_);
  if (::access(this->probe().c_str(), X_OK) == 0) return;
  // Renamed into place, because others may be staging at the same time.
  const fs::path beside = this->probe().string() + ".new" + std::to_string(::getpid());
  copy_program(probe, beside);
  if (::rename(beside.c_str(), this->probe().c_str()) != 0) throw base::SysError("rename to " + this->probe().string());
}

fs::path Stage::built_probe() { return companion("probe"); }

fs::path Stage::fastest_parent() {
  constexpr const char* kMemory = "/dev/shm";
  struct statvfs info {};
  const bool fit = ::statvfs(kMemory, &info) == 0 && (info.f_flag & (ST_NOEXEC | ST_NODEV | ST_RDONLY)) == 0 &&
                   ::access(kMemory, W_OK | X_OK) == 0 && info.f_bavail * info.f_frsize > kRoomWanted;
  return fit ? fs::path(kMemory) : fs::temp_directory_path();
}

Bundle::Bundle(const Stage& stage, std::string name, ProbeFile probe)
    : name_(std::move(name)), path_(stage.directory() / name_) {
  if (::mkdir(path_.c_str(), 0755) != 0) throw base::SysError("mkdir " + path_.string());
  try {
    const base::UniqueFd directory = base::open_file(path_, O_PATH | O_DIRECTORY);
    for (const char* below : kDirectories) make_directory(directory.get(), below, path_, 0755);
    if (probe == ProbeFile::own) {
      copy_program(stage.probe(), file("probe"));
    } else {
      link_program(stage.probe(), file("probe"));
    }
    if (const Tenant* owner = tenant()) give_to(*owner, path_);
  } catch (...) {
    remove();
    throw;
  }
}

Bundle::Bundle(Bundle&& other) noexcept
    : name_(std::move(other.name_)), path_(std::exchange(other.path_, {})), keep_(other.keep_) {}

Bundle& Bundle::operator=(Bundle&& other) noexcept {
  if (this == &other) return *this;
  if (keep_ == Keep::no) remove();
  name_ = std::move(other.name_);
  path_ = std::exchange(other.path_, {});
  keep_ = other.keep_;
  return *this;
}

Bundle::~Bundle() {
  if (keep_ == Keep::no) remove();
}

std::string Bundle::own_cgroup() const { return own_cgroups_path(name_); }

void Bundle::write(const Config& config) const {
  const Json::json_pointer at("/linux/cgroupsPath");
  const bool own = config.json().contains(at) && config.json()[at] == Config::kOwnCgroup;
  if (!own || !own_cgroups_path(name_).empty()) return write_raw(config.json().dump());
  Config without = config;
  without.drop(at.to_string());
  write_raw(without.json().dump());
}

void Bundle::write_raw(std::string text) const {
  for (auto at = text.find(Config::kOwnCgroup); at != std::string::npos; at = text.find(Config::kOwnCgroup)) {
    text.replace(at, Config::kOwnCgroup.size(), own_cgroup());
  }
  base::write_file(path_ / "config.json", text);
}

fs::path Bundle::file(std::string_view inside) const { return rootfs() / fs::path(inside).relative_path(); }

fs::path Bundle::remove() {
  if (path_.empty() || remove_tree(path_)) return {};
  return path_;
}

}  // namespace runproof
