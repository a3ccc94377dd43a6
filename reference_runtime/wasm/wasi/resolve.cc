#include "reference_runtime/wasm/wasi/resolve.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <vector>

#include "reference_runtime/wasm/wasi/guest.h"

namespace refrun::wasm::wasi {
namespace {

constexpr int kMaxLinks = 40;  // as the kernel
constexpr int kMaxRaces = 16;

int openat2_beneath(int directory, const std::string& path, int flags, unsigned mode) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags | O_CLOEXEC);
  how.mode = (flags & O_CREAT) != 0 ? mode : 0;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  long fd = -1;
  // EAGAIN: a rename elsewhere made the kernel unsure; it asks for another try.
  for (int i = 0; i < kMaxRaces; ++i) {
    fd = syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how);
    if (fd >= 0 || errno != EAGAIN) break;
  }
  return static_cast<int>(fd);
}

std::string read_link(int parent, const std::string& name) {
  char target[PATH_MAX];
  const ssize_t length = readlinkat(parent, name.c_str(), target, sizeof target);
  if (length < 0) throw Refusal{last_errno()};
  return {target, static_cast<std::size_t>(length)};
}

/// Walks with one descriptor per directory on the way, so that ".." means where we came from, whatever is renamed
/// meanwhile.
class Walk {
 public:
  explicit Walk(int root) : root_(root) {}

  base::UniqueFd open(std::string path, int flags, unsigned mode) {
    int links = 0;
    while (true) {
      if (path.starts_with('/')) throw Refusal{Errno::perm};
      const std::size_t end = path.find('/');
      const std::string name = path.substr(0, end);
      const std::size_t next = end == std::string::npos ? std::string::npos : path.find_first_not_of('/', end);
      const std::string rest = next == std::string::npos ? "" : path.substr(next);
      const bool is_last = rest.empty();
      const bool slash_behind = is_last && end != std::string::npos;
      if (name == "..") {
        if (way_.empty()) throw Refusal{Errno::perm};
        way_.pop_back();
      }
      if (name == ".." || name == ".") {
        if (is_last) return open_last(".", flags, mode, /*slash_behind=*/true);
        path = rest;
        continue;
      }
      const bool follows = !is_last || slash_behind || (flags & (O_NOFOLLOW | O_EXCL)) == 0;
      struct stat status {};
      const bool is_link = fstatat(here(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode);
      if (is_link && follows) {
        if (++links > kMaxLinks) throw Refusal{Errno::loop};
        path = read_link(here(), name) + (is_last && !slash_behind ? "" : "/" + rest);
        if (path.empty()) throw Refusal{Errno::noent};
        continue;
      }
      if (is_last) return open_last(name, flags, mode, slash_behind);
      base::UniqueFd step(openat(here(), name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
      if (!step.valid()) throw Refusal{last_errno()};
      way_.push_back(std::move(step));
      path = rest;
    }
  }

 private:
  [[nodiscard]] int here() const { return way_.empty() ? root_ : way_.back().get(); }
  [[nodiscard]] base::UniqueFd open_last(const std::string& name, int flags, unsigned mode, bool slash_behind) const {
    const int extra = O_NOFOLLOW | O_CLOEXEC | (slash_behind ? O_DIRECTORY : 0);
    base::UniqueFd fd(openat(here(), name.c_str(), flags | extra, mode));
    if (!fd.valid()) throw Refusal{last_errno()};
    return fd;
  }

  int root_;
  std::vector<base::UniqueFd> way_;
};

}  // namespace

base::UniqueFd open_beneath(int directory, std::string_view path, int flags, unsigned mode, Resolver resolver) {
  if (path.empty()) throw Refusal{Errno::noent};
  const std::string text(path);
  if (resolver == Resolver::best) {
    const int fd = openat2_beneath(directory, text, flags, mode);
    if (fd >= 0) return base::UniqueFd(fd);
    if (errno == EXDEV) throw Refusal{Errno::perm};
    if (errno != ENOSYS && errno != EPERM) throw Refusal{last_errno()};
  }
  return Walk(directory).open(text, flags, mode);
}

Place place_beneath(int directory, std::string_view path, Resolver resolver) {
  if (path.empty()) throw Refusal{Errno::noent};
  if (path.starts_with('/')) throw Refusal{Errno::perm};
  const std::size_t last = path.find_last_not_of('/');
  Place place;
  place.wants_directory = last + 1 != path.size();
  path = path.substr(0, last + 1);
  const std::size_t slash = path.rfind('/');
  place.name = std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
  const std::string_view parent = slash == std::string_view::npos ? "." : path.substr(0, slash);
  // "." and ".." cannot be made, removed or moved; that they lie beneath must be known first.
  place.parent = open_beneath(directory, parent, O_PATH | O_DIRECTORY, 0, resolver);
  if (place.name == "." || place.name == "..") {
    open_beneath(directory, path, O_PATH | O_DIRECTORY, 0, resolver);
    throw Refusal{Errno::inval};
  }
  return place;
}

}  // namespace refrun::wasm::wasi
