#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "reference_runtime/stage/init_steps.h"

namespace refrun::init_step {

int enter_root(Init& init) noexcept {
  const int root = init.plan.joined_root.get();
  if (root >= 0 && (::fchdir(root) != 0 || ::chroot(".") != 0)) return init.fail(errno, "enter the container's root");
  if (::chdir("/") != 0) return init.fail(errno, "chdir /");
  init.root = ::open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  return init.root >= 0 ? 0 : init.fail(errno, "open the container's root");
}

int report_before_program(Init& init) noexcept {
  if (!send_sync(init.sync, SyncMessage{.kind = SyncKind::ready})) ::_exit(1);
  SyncMessage go;
  if (!receive_sync(init.sync, go)) ::_exit(1);
  return 0;
}

}  // namespace refrun::init_step
