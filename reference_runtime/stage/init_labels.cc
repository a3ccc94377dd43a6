#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "reference_runtime/stage/init_steps.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun::init_step {
namespace {

/// `path`: below the host's own procfs, for a mount may have put anything at the container's /proc.
int write_attribute(Init& init, const char* path, std::string_view text) noexcept {
  const int decoy = fault("labels_through_container") ? ::open("/proc", O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
  const int fd = ::openat(decoy >= 0 ? decoy : init.plan.proc.get(), path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -errno;
  const int result = ::write(fd, text.data(), text.size()) < 0 ? -errno : 0;
  ::close(fd);
  return result;
}

constexpr const char* kLabelOfNewKeys = "self/attr/keycreate";

}  // namespace

int new_keyring(Init& init) noexcept {
  const auto& process = init.plan.process;
  const bool labelled = process && !process->selinux_label.empty() && !fault("keyring_label_dropped");
  if (labelled) {
    const int error = write_attribute(init, kLabelOfNewKeys, process->selinux_label);
    if (error < 0) return init.fail(error, "set the SELinux label of the session keyring");
  }
  const int error = sys::join_session_keyring(init.plan.keyring.c_str());
  // ENOSYS: a kernel without keys has none to leak. EDQUOT and EPERM mean that the caller's keyring would be kept.
  if (error < 0 && error != -ENOSYS) return init.fail(error, "join a new session keyring");
  const int reset = labelled ? write_attribute(init, kLabelOfNewKeys, "\n") : 0;
  return reset < 0 ? init.fail(reset, "reset the SELinux label of new keys") : 0;
}

int set_security_labels(Init& init) noexcept {
  const ProcessPlan& process = *init.plan.process;
  if (!process.apparmor_exec.empty()) {
    int error = write_attribute(init, "self/attr/apparmor/exec", process.apparmor_exec);
    if (error == -ENOENT) error = write_attribute(init, "self/attr/exec", process.apparmor_exec);
    if (error < 0) return init.fail(error, "set the AppArmor profile");
  }
  if (!process.selinux_label.empty()) {
    const int error = write_attribute(init, "self/attr/exec", process.selinux_label);
    if (error < 0) return init.fail(error, "set the SELinux label");
  }
  return 0;
}

}  // namespace refrun::init_step
