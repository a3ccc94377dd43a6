#include "harness/bundle/remove_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>

#include "base/entries.h"
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

bool empty_directory(int at) {
  bool all = true;
  const bool read = base::for_each_entry(at, [&](const char* name, unsigned char type) {
    if (type != DT_DIR && ::unlinkat(at, name, 0) == 0) return;
    if (const UniqueFd below = open_below(at, name); below.valid()) all = empty_directory(below.get()) && all;
    all = ::unlinkat(at, name, AT_REMOVEDIR) == 0 && all;
  });
  return read && all;
}

}  // namespace

bool remove_tree(const std::filesystem::path& directory) noexcept {
  try {
    const UniqueFd fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd.valid()) return errno == ENOENT;
    empty_directory(fd.get());
    return ::rmdir(directory.c_str()) == 0;
  } catch (const std::exception&) {
    return false;  // no memory for a name
  }
}

}  // namespace runproof
