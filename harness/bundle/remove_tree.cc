#include "harness/bundle/remove_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <string>

#include "base/unique_fd.h"

namespace runproof {
namespace {

using base::UniqueFd;

/// A directory below `parent` on the same mount; none where it is a mount point (EXDEV) or a link. openat2(2),
/// Linux 5.6: a bind mount of the same file system has the same device number, so that comparing those would not do.
UniqueFd open_below(int parent, const char* name) {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  how.resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS;
  return UniqueFd(static_cast<int>(::syscall(SYS_openat2, parent, name, &how, sizeof how)));
}

struct CloseDirectory {
  void operator()(DIR* directory) const { ::closedir(directory); }
};

/// Takes `fd` over.
bool empty_directory(UniqueFd fd) {
  const int at = fd.get();
  const std::unique_ptr<DIR, CloseDirectory> directory(::fdopendir(at));
  if (!directory) return false;
  [[maybe_unused]] const int owned_by_directory = fd.release();
  bool all = true;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (entry->d_type != DT_DIR && ::unlinkat(at, name.c_str(), 0) == 0) continue;
    if (UniqueFd below = open_below(at, name.c_str()); below.valid()) all = empty_directory(std::move(below)) && all;
    all = ::unlinkat(at, name.c_str(), AT_REMOVEDIR) == 0 && all;
  }
  return all;
}

}  // namespace

bool remove_tree(const std::filesystem::path& directory) noexcept {
  try {
    UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.valid()) return errno == ENOENT;
    empty_directory(std::move(fd));
    return ::rmdir(directory.c_str()) == 0;
  } catch (const std::exception&) {
    return false;  // no memory for a name
  }
}

}  // namespace runproof
