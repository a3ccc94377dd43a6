#include "harness/spawn/capture.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/file.h"
#include "base/sys_error.h"

namespace runproof {
namespace {

base::UniqueFd make_memfd(const char* name) {
  base::UniqueFd fd(::memfd_create(name, MFD_CLOEXEC));
  if (!fd.valid()) throw base::SysError("memfd_create");
  return fd;
}

}  // namespace

Capture::Capture(const char* name) : fd_(make_memfd(name)) {
  // Several writers, through descriptors of their own, never overwrite each other.
  if (::fcntl(fd_.get(), F_SETFL, O_APPEND) != 0) throw base::SysError("fcntl O_APPEND");
}

std::size_t Capture::size() const {
  struct stat info = {};
  if (::fstat(fd_.get(), &info) != 0) throw base::SysError("fstat captured output");
  return static_cast<std::size_t>(info.st_size);
}

std::string Capture::text(std::size_t most) const {
  std::string text(std::min(size(), most), '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::pread(fd_.get(), text.data() + done, text.size() - done, static_cast<off_t>(done));
    if (count < 0 && errno != EINTR) throw base::SysError("read captured output");
    if (count == 0) break;  // truncated meanwhile
    done += static_cast<std::size_t>(std::max<ssize_t>(count, 0));
  }
  text.resize(done);
  return text;
}

base::UniqueFd readable(std::string_view text) {
  if (text.empty()) return base::open_file("/dev/null", O_RDONLY);
  base::UniqueFd fd = make_memfd("stdin");
  base::write_all(fd.get(), text);
  if (::lseek(fd.get(), 0, SEEK_SET) != 0) throw base::SysError("lseek stdin");
  return fd;
}

}  // namespace runproof
