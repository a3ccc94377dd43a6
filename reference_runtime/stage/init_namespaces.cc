#include <fcntl.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "reference_runtime/cgroup/cgroup.h"
#include "reference_runtime/stage/init_steps.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun::init_step {

int make_network_namespace(Init& init) noexcept {
  const int error = sys::unshare(CLONE_NEWNET);
  return error < 0 ? init.fail(error, "make the network namespace") : 0;
}

int await_cgroup(Init& init) noexcept {
  SyncMessage message{.kind = SyncKind::want_cgroup};
  if (!init.plan.cgroups_follow) {
    if (!send_sync(init.sync, message) || !receive_sync(init.sync, message)) ::_exit(1);
    return 0;
  }
  for (int& target : init.plan.cgroup_target_numbers) {
    base::UniqueFd received;
    if (!receive_sync_with(init.sync, message, received) || !received.valid()) ::_exit(1);
    target = received.release();
  }
  return 0;
}

int join_cgroups(Init& init) noexcept {
  const auto& targets = init.plan.cgroup_target_numbers;
  const int error = refrun::join_cgroups(targets.data(), targets.size());
  return error == 0 ? 0 : init.fail(error, "join the cgroups");
}

int join_namespaces(Init& init) noexcept {
  for (const JoinedNamespace& joined : init.plan.joined) {
    if (!joined.fd.valid()) continue;  // entered before the clone
    if (const int error = sys::setns(joined.fd.get(), joined.type); error < 0) {
      return init.fail(error, "join namespace ", joined.path.c_str());
    }
  }
  return 0;
}

int map_ids(Init& init) noexcept {
  SyncMessage message{.kind = SyncKind::want_id_maps};
  if (!send_sync(init.sync, message) || !receive_sync(init.sync, message)) ::_exit(1);
  return 0;
}

int become_namespace_root(Init& init) noexcept {
  if (const int error = sys::setresgid(0); error < 0) return init.fail(error, "become group 0 of the user namespace");
  if (const int error = sys::setresuid(0); error < 0) return init.fail(error, "become user 0 of the user namespace");
  return 0;
}

int hide_from_debuggers(Init&) noexcept {
  // CVE-2016-9962: no process of a joined PID namespace may look into init while it still holds the runtime's files.
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
  return 0;
}

int new_session(Init& init) noexcept { return ::setsid() < 0 ? init.fail(errno, "setsid") : 0; }

int unshare_namespaces(Init& init) noexcept {
  const int error = sys::unshare(init.plan.late_unshare);
  return error < 0 ? init.fail(error, "unshare namespaces") : 0;
}

int set_time_offsets(Init& init) noexcept {
  // unshare(CLONE_NEWTIME) is for children; the offsets must be written before the first of them (time_namespaces(7)).
  // Then init itself goes there, too.
  const std::string& offsets = init.plan.time_offsets;
  if (!offsets.empty()) {
    const int fd = ::openat(init.plan.proc.get(), "self/timens_offsets", O_WRONLY | O_CLOEXEC);
    if (fd < 0) return init.fail(errno, "open timens_offsets");
    const ssize_t written = ::write(fd, offsets.data(), offsets.size());
    const int error = written < 0 ? errno : 0;
    ::close(fd);
    if (error != 0) return init.fail(error, "set time offsets");
  }
  const int ns = ::openat(init.plan.proc.get(), "self/ns/time_for_children", O_RDONLY | O_CLOEXEC);
  if (ns < 0) return init.fail(errno, "open the time namespace");
  const int error = sys::setns(ns, CLONE_NEWTIME);
  ::close(ns);
  return error < 0 ? init.fail(error, "enter the time namespace") : 0;
}

int loopback_up(Init& init) noexcept {
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return init.fail(errno, "open a socket in the network namespace");
  ifreq request{};
  std::memcpy(request.ifr_name, "lo", 3);
  request.ifr_flags = IFF_UP;
  const int error = ::ioctl(socket, SIOCSIFFLAGS, &request) == 0 ? 0 : errno;
  ::close(socket);
  return error == 0 ? 0 : init.fail(error, "bring up the loopback device");
}

int set_hostname(Init& init) noexcept {
  const std::string& name = *init.plan.hostname;
  return ::sethostname(name.data(), name.size()) == 0 ? 0 : init.fail(errno, "set hostname ", name.c_str());
}

int set_domainname(Init& init) noexcept {
  const std::string& name = *init.plan.domainname;
  return ::setdomainname(name.data(), name.size()) == 0 ? 0 : init.fail(errno, "set domainname ", name.c_str());
}

}  // namespace refrun::init_step
