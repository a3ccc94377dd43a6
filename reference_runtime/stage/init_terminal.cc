#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "reference_runtime/stage/init_steps.h"
#include "reference_runtime/stage/send_fd.h"
#include "reference_runtime/sys/rooted.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun::init_step {
namespace {

constexpr unsigned kPtmxMajor = 5;
constexpr unsigned kPtmxMinor = 2;

/// The master of a new pseudoterminal of the container's own devpts; checked, as the image could offer anything.
int open_master(Init& init) noexcept {
  int master = open_in_root(init.root, "dev/pts/ptmx", O_RDWR | O_NOCTTY);
  if (master == -ENOENT) master = open_in_root(init.root, "dev/ptmx", O_RDWR | O_NOCTTY);
  if (master < 0) return master;
  struct stat st {};
  if (::fstat(master, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == makedev(kPtmxMajor, kPtmxMinor)) return master;
  ::close(master);
  return -ENODEV;
}

/// config-linux.md#default-devices: /dev/console by bind mounting the pseudoterminal.
int bind_console(Init& init, int terminal) noexcept {
  int place = open_in_root(init.root, "dev/console", O_PATH, Symlinks::refuse);
  if (place == -ENOENT) place = make_file_in_root(init.root, "dev/console");
  if (place < 0) return place;
  const int tree = sys::open_tree(terminal, "", AT_EMPTY_PATH | OPEN_TREE_CLONE);
  int result = tree;
  if (tree >= 0) {
    result = sys::move_mount(tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH);
    ::close(tree);
  }
  ::close(place);
  return result;
}

}  // namespace

int open_terminal(Init& init) noexcept {
  const ProcessPlan& process = *init.plan.process;
  const int master = open_master(init);
  if (master < 0) return init.fail(master, "open a pseudoterminal in the container's /dev/pts");
  const int unlocked = 0;
  if (::ioctl(master, TIOCSPTLCK, &unlocked) != 0) return init.fail(errno, "unlock the pseudoterminal");
  const int terminal = ::ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (terminal < 0) return init.fail(errno, "open the pseudoterminal's other side");
  if (process.console_size && (process.console_size->height != 0 || process.console_size->width != 0)) {
    winsize size{};
    size.ws_row = process.console_size->height;
    size.ws_col = process.console_size->width;
    if (::ioctl(terminal, TIOCSWINSZ, &size) != 0) return init.fail(errno, "set the console size");
  }
  if (process.uid != 0 && ::fchown(terminal, process.uid, static_cast<gid_t>(-1)) != 0) {
    return init.fail(errno, "give the pseudoterminal to the user");
  }
  int error = 0;
  if (init.plan.binds_console && before_step(Step::bind_console, error) == StepAction::run && error == 0) {
    error = bind_console(init, terminal);
  }
  if (error != 0) return init.fail(error, "bind the pseudoterminal to /dev/console");
  error = send_fd(init.plan.console_socket.get(), master, "/dev/ptmx");
  if (error < 0) return init.fail(error, "send the pseudoterminal over the console socket");
  ::close(master);
  if (::ioctl(terminal, TIOCSCTTY, 0) != 0) return init.fail(errno, "make the pseudoterminal the controlling terminal");
  for (int stream = 0; stream <= 2; ++stream) {
    if (::dup2(terminal, stream) < 0) return init.fail(errno, "connect the standard streams to the pseudoterminal");
  }
  ::close(terminal);
  return 0;
}

}  // namespace refrun::init_step
