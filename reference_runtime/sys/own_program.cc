#include "reference_runtime/sys/own_program.h"

#include <fcntl.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <string_view>

#include "base/text.h"
#include "reference_runtime/sys/sabotage.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun {
namespace {

constexpr const char* kSelf = "/proc/self/exe";

bool is_sealed() {
  struct stat st {};
  struct statvfs fs {};
  if (::stat(kSelf, &st) != 0 || ::statvfs(kSelf, &fs) != 0) return true;  // without /proc there is no way in, either
  return st.st_nlink == 0 || (fs.f_flag & ST_RDONLY) != 0;
}

int readonly_mount() {
  const int tree = sys::open_tree(AT_FDCWD, kSelf, OPEN_TREE_CLONE);
  if (tree < 0) return tree;
  mount_attr readonly{};
  readonly.attr_set = MOUNT_ATTR_RDONLY;
  const int error = sys::mount_setattr(tree, "", AT_EMPTY_PATH, readonly);
  if (error == 0) return tree;
  ::close(tree);
  return error;
}

int sealed_copy() {
  const int in = ::open(kSelf, O_RDONLY | O_CLOEXEC);
  const int out = ::memfd_create("refrun", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (in < 0 || out < 0) return -1;
  ssize_t sent = 1;
  while (sent > 0) sent = ::sendfile(out, in, nullptr, 1 << 30);
  ::close(in);
  const bool sealed =
      sent == 0 && ::fcntl(out, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0;
  return sealed ? out : -1;
}

/// What the kernel calls a program that is executed by its descriptor.
constexpr std::string_view kByDescriptor = "/dev/fd/";

int sealed_program = -1;

}  // namespace

void adopt_sealed_program() {
  const auto* const name = reinterpret_cast<const char*>(::getauxval(AT_EXECFN));
  if (name == nullptr || !std::string_view(name).starts_with(kByDescriptor)) return;
  const auto number = base::to_number(std::string_view(name).substr(kByDescriptor.size()));
  if (!number || *number < kFirstSealedProgram) return;
  if (::fcntl(static_cast<int>(*number), F_SETFD, FD_CLOEXEC) == 0) sealed_program = static_cast<int>(*number);
}

void release_sealed_program() {
  if (sealed_program >= 0) ::close(sealed_program);
  sealed_program = -1;
}

void run_from_sealed_program(char** argv) {
  if (fault("exe_not_sealed") || is_sealed()) return;
  int program = readonly_mount();
  if (program < 0 && ::access(kSelf, W_OK) == 0) program = sealed_copy();
  if (program < 0) return;
  ::execveat(program, "", argv, environ, AT_EMPTY_PATH);
  ::close(program);
}

}  // namespace refrun
