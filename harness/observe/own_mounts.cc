#include "harness/observe/own_mounts.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <string>
#include <utility>

#include "base/file.h"
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
    text_ = base::read_file("/proc/self/mountinfo");
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

std::vector<MountEntry> own_mounts_below(const std::filesystem::path& path) {
  static thread_local OwnMounts own;
  const std::string& text = own.now();
  const std::string name = path.string();
  if (is_plain(name) && text.find(name) == std::string::npos) return {};  // spares the parsing
  return mounts_below(parse_mountinfo(text), path);
}

}  // namespace runproof
