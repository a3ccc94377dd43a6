// The program's entry point, before the C library's: see own_program.h. `create`, `run` and `exec` start twice, and of
// the first start nothing is used; the C library's share of it (its relocations, and dozens of CPUID instructions,
// which a virtual machine's host answers one by one) is most of its cost.
//
// Nothing is set up here: no relocations beyond this file's own addresses, no thread-local storage, no libc. Whatever
// does not work is left to run_from_sealed_program().
#include <fcntl.h>
#include <linux/mount.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <cstdint>

#include "reference_runtime/sys/own_program.h"

namespace {

long call(long number, long a, long b, long c, long d = 0, long e = 0) {
  long result = 0;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
}

long address(const void* pointer) { return reinterpret_cast<long>(pointer); }

bool same(const char* word, const char* other) {
  while (*word != '\0' && *word == *other) ++word, ++other;
  return *word == *other;
}

/// A container's name may be "run", too: one start too many does no harm.
bool makes_init(char** argv) {
  for (char** arg = argv; *arg != nullptr; ++arg) {
    if (same(*arg, "create") || same(*arg, "run") || same(*arg, "exec")) return true;
  }
  return false;
}

}  // namespace

/// `stack` is as the kernel left it: argc, argv, a null, the environment.
extern "C" __attribute__((used, visibility("hidden"))) void refrun_start_sealed(char** stack) {
  const std::intptr_t argc = reinterpret_cast<std::intptr_t>(stack[0]);
  char** const argv = stack + 1;
  if (argc < 2 || !makes_init(argv + 1)) return;
  const char* const self = "/proc/self/exe";
  constexpr long kReadOnly = 1;  // ST_RDONLY
  struct statfs fs;              // NOLINT(cppcoreguidelines-pro-type-member-init): here is no memset(3) yet
  if (call(SYS_statfs, address(self), address(&fs), 0) != 0 || (fs.f_flags & kReadOnly) != 0) return;
  const mount_attr readonly = {.attr_set = MOUNT_ATTR_RDONLY, .attr_clr = 0, .propagation = 0, .userns_fd = 0};
  const long tree = call(SYS_open_tree, AT_FDCWD, address(self), OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (tree < 0) return;
  if (call(SYS_mount_setattr, tree, address(""), AT_EMPTY_PATH, address(&readonly), sizeof readonly) == 0) {
    // Not closed by execve: that would wait for a grace period of RCU (adopt_sealed_program).
    const long kept = call(SYS_fcntl, tree, F_DUPFD, refrun::kFirstSealedProgram);
    call(SYS_execveat, kept < 0 ? tree : kept, address(""), address(argv), address(argv + argc + 1), AT_EMPTY_PATH);
    if (kept >= 0) call(SYS_close, kept, 0, 0);
  }
  call(SYS_close, tree, 0, 0);
}

__asm__(
    ".globl refrun_entry\n"
    ".type refrun_entry, @function\n"
    "refrun_entry:\n"
    "  xor %ebp, %ebp\n"
    "  mov %rsp, %rdi\n"
    "  push %rdx\n"  // what _start wants in it
    "  sub $8, %rsp\n"
    "  call refrun_start_sealed\n"
    "  add $8, %rsp\n"
    "  pop %rdx\n"
    "  jmp _start\n");
