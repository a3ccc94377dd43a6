#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include "reference_runtime/stage/init_steps.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun::init_step {
namespace {

constexpr int kFirstPreserved = 3;

/// What `start` sees at its end of the connection.
class GateHandover final : public Handover {
 public:
  explicit GateHandover(Init& init) : init_(init) {}

  void started() noexcept override {
    // The lock first: once `start` returns, nobody may see "created".
    ::close(init_.plan.gate_lock.get());
    ::close(init_.sync);
  }

  void failed(std::string_view what, int error) noexcept override {
    SyncMessage message{.kind = SyncKind::failed, .step = Step::run_payload, .error = error};
    const std::size_t length = std::min(what.size(), sizeof message.detail - 1);
    std::memcpy(message.detail, what.data(), length);
    send_sync(init_.sync, message);
    ::_exit(1);
  }

 private:
  Init& init_;
};

/// The parent is gone: there will be no container.
[[noreturn]] void give_up() noexcept {
  while (fault("create_failure_leaves_init")) ::pause();
  ::_exit(1);
}

}  // namespace

int report_environment(Init& init) noexcept {
  SyncMessage message{.kind = SyncKind::environment};
  if (!send_sync(init.sync, message) || !receive_sync(init.sync, message)) give_up();
  return 0;
}

int prepare_executor(Init& init) noexcept {
  try {
    const std::string problem = init.plan.executor->prepare(init.plan.process->payload);
    if (!problem.empty()) return init.fail(ECANCELED, problem.c_str());
    init.plan.executor_descriptors = init.plan.executor->descriptors();
    return 0;
  } catch (const std::exception& e) {
    return init.fail(ECANCELED, e.what());
  }
}

int close_descriptors(Init& init) noexcept {
  if (fault("caller_descriptors_kept") || fault("host_root_left_open")) return 0;
  // Everything but the standard streams, the payload's own descriptors and what is needed at and beyond the gate.
  constexpr std::size_t kMost = 64;
  int kept[kMost] = {};
  std::size_t count = 0;
  const auto keep = [&](int fd) {
    if (fd >= 0 && count < kMost) kept[count++] = fd;
  };
  const InitPlan& plan = init.plan;
  keep(init.sync);
  keep(plan.gate_socket.get());
  keep(plan.gate_lock.get());
  int first = kFirstPreserved;
  if (plan.process) {
    first += plan.process->payload.preserved_fds;
    if (!plan.process->apparmor_exec.empty() || !plan.process->selinux_label.empty()) keep(plan.proc.get());
    if (!plan.start_container_hooks.empty()) keep(plan.dev_null.get());
    for (const int fd : plan.executor_descriptors) keep(fd);
  }
  std::sort(kept, kept + count);
  unsigned from = static_cast<unsigned>(first);
  for (std::size_t i = 0; i < count; ++i) {
    const unsigned fd = static_cast<unsigned>(kept[i]);
    if (fd < from) continue;
    if (fd > from) sys::close_range(from, fd - 1, 0);
    from = fd + 1;
  }
  sys::close_range(from, ~0U, 0);
  return 0;
}

int report_ready(Init& init) noexcept {
  SyncMessage go;
  if (!send_sync(init.sync, SyncMessage{.kind = SyncKind::ready}) || !receive_sync(init.sync, go)) give_up();
  ::close(init.sync);
  init.sync = -1;
  return 0;
}

int wait_at_gate(Init& init) noexcept {
  // A `start` that dies before it has said "go" changes nothing: wait for the next.
  for (;;) {
    const int caller = ::accept4(init.plan.gate_socket.get(), nullptr, nullptr, SOCK_CLOEXEC);
    if (caller < 0 && errno == EINTR) continue;
    if (caller < 0) ::_exit(1);
    SyncMessage message;
    if (receive_sync(caller, message) && message.kind == SyncKind::go) {
      init.sync = caller;
      ::close(init.plan.gate_socket.get());
      return 0;
    }
    ::close(caller);
  }
}

int run_payload(Init& init) noexcept {
  GateHandover handover(init);
  if (!init.plan.process || !init.plan.executor) handover.failed("process is not set in config.json", 0);
  const Payload& payload = init.plan.process->payload;
  if (fault("fds_leaked")) {
    sys::close_range(kFirstPreserved, ~0U, 0);
    [[maybe_unused]] const int leaked = ::fcntl(STDERR_FILENO, F_DUPFD, 0);
  }
  try {
    init.plan.executor->run(payload, handover);
  } catch (const std::exception& e) {
    handover.failed(e.what(), 0);
  }
  ::_exit(1);  // not reached: an executor does not return
}

}  // namespace refrun::init_step
