#include "cases/support/seccomp_agent.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstring>

#include "base/sys_error.h"
#include "cases/support/unix_socket.h"
#include "harness/observe/pause.h"
#include "harness/observe/process.h"
#include "harness/runtime/context.h"
#include "harness/runtime/failure.h"
#include "harness/spawn/poll.h"

namespace runproof {
namespace {

/// For a state of /proc/PID/stat the kernel has no event. False at the deadline.
bool await_state(pid_t pid, char state, base::Deadline deadline) {
  Pause pause;
  for (;;) {
    const std::optional<ProcessStat> stat = proc_stat(pid);
    if (stat && stat->state == state) return true;
    if (!pause.next(deadline)) return false;
  }
}

/// Adds what the next recvmsg(2) gives; false at the end of the connection.
bool receive_some(int connection, std::size_t most, std::string& text, std::vector<base::UniqueFd>& fds) {
  std::array<char, 4096> part{};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(16 * sizeof(int))> control{};
  iovec into{.iov_base = part.data(), .iov_len = std::min(most, part.size())};
  msghdr message{};
  message.msg_iov = &into;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  const ssize_t got = ::recvmsg(connection, &message, MSG_CMSG_CLOEXEC);
  if (got <= 0) return false;
  text.append(part.data(), static_cast<std::size_t>(got));
  for (cmsghdr* header = CMSG_FIRSTHDR(&message); header != nullptr; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    for (std::size_t at = 0; at + CMSG_LEN(sizeof(int)) <= header->cmsg_len; at += sizeof(int)) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(header) + at, sizeof fd);
      fds.emplace_back(fd);
    }
  }
  return true;
}

}  // namespace

std::optional<Notification> SeccompListener::next(base::Deadline deadline) const {
  for (;;) {
    pollfd entry{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    if (!poll_until(std::span(&entry, 1), deadline) || (entry.revents & POLLIN) == 0) return std::nullopt;
    seccomp_notif asked{};
    if (::ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_RECV, &asked) == 0)
      return Notification{.id = asked.id, .pid = static_cast<pid_t>(asked.pid), .call = asked.data.nr};
    if (errno != ENOENT)  // the caller was killed meanwhile
      throw CaseFailed(std::string("the descriptor gives no notification: ") + std::strerror(errno));
  }
}

bool SeccompListener::refuse(const Notification& notification, int error) const {
  return send(notification, -error, 0);
}

bool SeccompListener::let_pass(const Notification& notification) const {
  return send(notification, 0, SECCOMP_USER_NOTIF_FLAG_CONTINUE);
}

bool SeccompListener::send(const Notification& notification, int error, std::uint32_t flags) const {
  seccomp_notif_resp answer{.id = notification.id, .val = 0, .error = error, .flags = flags};
  if (::ioctl(fd_.get(), SECCOMP_IOCTL_NOTIF_SEND, &answer) == 0) return true;
  if (errno == ENOENT) return false;
  throw CaseFailed(std::string("the notification cannot be answered: ") + std::strerror(errno));
}

base::Json Handover::state() const {
  try {
    return base::parse_json(text);
  } catch (const base::JsonError& error) {
    throw CaseFailed("what came over the connection is not one container process state: " + std::string(error.what()) +
                     "\n  it is: " + text);
  }
}

SeccompListener Handover::listener() {
  if (fds.size() != 1 || !late_fds.empty())
    throw CaseFailed("not one descriptor came over the connection, but " + std::to_string(fds.size()) +
                     " with the first byte and " + std::to_string(late_fds.size()) + " later");
  return SeccompListener(std::move(fds.front()));
}

SeccompAgent::SeccompAgent(const std::filesystem::path& directory, int type)
    : path_(directory / "agent"), socket_(listening_socket(path_, type)) {}

base::UniqueFd SeccompAgent::accept(base::Deadline deadline) const {
  if (!poll_until(socket_.get(), POLLIN, deadline)) throw CaseFailed("nobody has connected to the seccomp agent");
  base::UniqueFd connection(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC));
  if (!connection.valid()) throw base::SysError("accept at " + path_.string());
  return connection;
}

Handover SeccompAgent::receive(base::Deadline deadline) const {
  const base::UniqueFd connection = accept(deadline);
  Handover brought;
  // The kernel gives descriptors with the bytes that they were sent with: the first byte is read alone.
  while (!brought.closed && poll_until(connection.get(), POLLIN, deadline)) {
    const bool first = brought.text.empty();
    auto& fds = first ? brought.fds : brought.late_fds;
    brought.closed = !receive_some(connection.get(), first ? 1 : SIZE_MAX, brought.text, fds);
  }
  return brought;
}

std::future<std::set<int>> SeccompAgent::let_all_pass(base::Deadline deadline) const {
  return std::async(std::launch::async, [this, deadline] {
    // Not read to its end: the process that is to close it may be waiting for an answer.
    const base::UniqueFd connection = accept(deadline);
    Handover begun;
    if (poll_until(connection.get(), POLLIN, deadline)) receive_some(connection.get(), SIZE_MAX, begun.text, begun.fds);
    const SeccompListener listener = begun.listener();
    std::set<int> calls;
    while (const std::optional<Notification> asked = listener.next(deadline)) {
      calls.insert(asked->call);
      listener.let_pass(*asked);
    }
    return calls;
  });
}

bool SeccompAgent::quiet() const {
  pollfd entry{.fd = socket_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&entry, 1, 0) == 0;
}

std::future<Notification> refusing_one(const SeccompListener& listener, int error, base::Deadline deadline) {
  return std::async(std::launch::async, [&listener, error, deadline] {
    while (const std::optional<Notification> asked = listener.next(deadline)) {
      if (listener.refuse(*asked, error)) return *asked;
    }
    throw CaseFailed("no system call was notified of");
  });
}

std::future<bool> refusing_one_after_signal(const SeccompListener& listener, int error, int signal,
                                            base::Deadline deadline) {
  const base::Deadline switched = context().within(std::chrono::seconds(3));
  return std::async(std::launch::async, [&listener, error, signal, deadline, switched] {
    std::optional<Notification> asked = listener.next(deadline);
    // The kernel looks whether the wait is a killable one only when a signal breaks into it.
    const bool waits_on = asked && ::kill(asked->pid, signal) == 0 && await_state(asked->pid, 'D', switched);
    for (; asked; asked = listener.next(deadline)) {
      if (listener.refuse(*asked, error)) return waits_on;
    }
    throw CaseFailed("no system call was notified of");
  });
}

void refuse_listeners() {
  // x86_64 and aarch64 have the low half of an argument first.
  sock_filter program[] = {BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
                           BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_seccomp, 0, 3),
                           BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[1])),
                           BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, SECCOMP_FILTER_FLAG_NEW_LISTENER, 0, 1),
                           BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EINVAL),
                           BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const sock_fprog filter{.len = std::size(program), .filter = program};
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) throw base::SysError("PR_SET_SECCOMP");
}

}  // namespace runproof
