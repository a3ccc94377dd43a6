#include "harness/observe/own_mounts.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/unique_fd.h"
#include "harness/observe/namespaces.h"

namespace runproof {
namespace {

class OwnMounts {
 public:
  const std::string& now() {
    Reader reader{getpid(), namespace_of(getpid(), "mnt")};
    const bool same = reader == reader_;
    if (same && !changed()) return text_;
    // The number that was inherited may be another file's by now: whoever forks may close all by their numbers.
    if (reader.first != reader_.first) [[maybe_unused]]
      const int parents = table_.release();
    if (!same) table_ = base::open_file("/proc/self/mountinfo", O_RDONLY);
    reader_ = std::move(reader);
    if (::lseek(table_.get(), 0, SEEK_SET) != 0) throw base::SysError("lseek /proc/self/mountinfo");
    text_ = base::read_all(table_.get());
    return text_;
  }

 private:
  bool changed() {
    pollfd table{.fd = table_.get(), .events = POLLPRI, .revents = 0};
    return ::poll(&table, 1, 0) != 0;
  }

  using Reader = std::pair<pid_t, decltype(namespace_of(0, ""))>;

  Reader reader_;
  base::UniqueFd table_;
  std::string text_;
};

/// Whether mountinfo writes it as it is.
bool is_plain(const std::string& path) { return path.find_first_of(" \t\n\\#") == std::string::npos; }

}  // namespace

std::vector<MountEntry> own_mounts_below(std::span<const std::filesystem::path> paths) {
  static thread_local OwnMounts own;
  const std::string& text = own.now();
  std::vector<MountEntry> found;
  for (const std::filesystem::path& path : paths) {
    const std::string name = path.string();
    if (is_plain(name) && text.find(name) == std::string::npos) continue;  // spares the parsing
    for (MountEntry& mount : mounts_below(parse_mountinfo(text), path)) found.push_back(std::move(mount));
  }
  return found;
}

}  // namespace runproof
