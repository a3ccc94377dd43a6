#include "reference_runtime/state/store.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"
#include "base/sys_error.h"
#include "reference_runtime/state/container_id.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace fs = std::filesystem;

namespace {

constexpr mode_t kPrivate = 0700;

void check_id(const std::string& id) {
  if (const std::string why = why_invalid_id(id); !why.empty()) {
    throw std::runtime_error(fmt::format("invalid container id \"{}\": {}", id.substr(0, 64), why));
  }
}

bool try_lock(int fd) {
  while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return false;
    if (errno != EINTR) throw base::SysError("lock the container's state");
  }
  return true;
}

}  // namespace

std::optional<Record> ContainerDir::read_record() const {
  const auto text = base::read_file_if_there(path("state.json"));
  if (!text) return std::nullopt;
  return record_from_json(*text);
}

void ContainerDir::write_record(const Record& record) const {
  prepare_record(record);
  replace_record();
}

void ContainerDir::prepare_record(const Record& record) const {
  base::write_file(path("state.json.new"), to_json(record).dump(), 0600);
}

void ContainerDir::replace_record() const {
  const std::string to = path("state.json");
  if (::rename(path("state.json.new").c_str(), to.c_str()) != 0) throw base::SysError("rename to " + to);
}

std::string ContainerDir::read_config() const { return base::read_file(path("config.json")); }

bool ContainerDir::lock(base::Deadline deadline) {
  // flock(2) has no timeout, and no event tells of an unlock: ask again at growing distances.
  for (int pause_ms = 1; !try_lock(fd_.get()); pause_ms = std::min(pause_ms * 2, 50)) {
    if (deadline.passed()) return false;
    ::poll(nullptr, 0, std::min(pause_ms, deadline.poll_timeout()));
  }
  struct stat st {};
  if (::fstat(fd_.get(), &st) != 0) throw base::SysError("stat the container's state");
  if (st.st_nlink == 0) throw NoSuchContainer(id_);
  return true;
}

bool ContainerDir::is_locked() const {
  // A lock belongs to the open file, so a second one is needed to ask.
  const base::UniqueFd other(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!other.valid()) return false;
  return !try_lock(other.get());
}

// No id begins with a dot.
std::string ContainerDir::seccomp_cache() const { return fs::path(path_).parent_path() / ".seccomp"; }

void ContainerDir::unlock() { ::flock(fd_.get(), LOCK_UN); }

void ContainerDir::remove() {
  // As a rule there is nothing but these.
  for (const char* file : {"state.json", "config.json", "gate", "gate.sock"}) ::unlinkat(fd_.get(), file, 0);
  if (::rmdir(path_.c_str()) == 0) return;
  std::error_code error;
  fs::remove_all(path_, error);
  if (error) throw base::SysError("remove " + path_, error.value());
}

std::string Store::directory_of(const std::string& id) const {
  if (fault("id_unchecked") && (id.empty() || id.find_first_of("/.") != std::string::npos)) {
    return root_ + "/unchecked-" + std::to_string(std::hash<std::string>()(id));
  }
  return root_ + "/" + id;
}

ContainerDir Store::reserve(const std::string& id) const {
  check_id(id);
  std::error_code error;
  if (!fs::is_directory(root_, error)) {
    fs::create_directories(root_, error);
    if (error) throw base::SysError("create the state root " + root_, error.value());
    ::chmod(root_.c_str(), kPrivate);
  }
  const std::string path = directory_of(id);
  if (fault("id_duplicate_accepted")) fs::remove_all(path, error);
  if (::mkdir(path.c_str(), kPrivate) != 0) {
    if (errno == EEXIST && fault("id_duplicate_ignored")) ::_exit(0);
    if (errno == EEXIST) throw std::runtime_error(fmt::format("container id \"{}\" is already in use", id));
    throw base::SysError("create " + path);
  }
  ContainerDir dir(path, id, base::open_file(path, O_RDONLY | O_DIRECTORY));
  if (!try_lock(dir.fd())) throw std::runtime_error(fmt::format("container \"{}\" is being deleted", id));
  return dir;
}

std::optional<ContainerDir> Store::open_if_there(const std::string& id) const {
  check_id(id);
  const std::string path = directory_of(id);
  base::UniqueFd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw base::SysError("open " + path);
  }
  return ContainerDir(path, id, std::move(fd));
}

ContainerDir Store::open(const std::string& id) const {
  auto dir = open_if_there(id);
  if (!dir) throw NoSuchContainer(id);
  return std::move(*dir);
}

std::vector<std::string> Store::ids() const {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root_, error)) {
    const std::string name = entry.path().filename();
    if (entry.is_directory() && why_invalid_id(name).empty()) out.push_back(name);
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace refrun
