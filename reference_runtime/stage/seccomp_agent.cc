#include "reference_runtime/stage/seccomp_agent.h"

#include <seccomp.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/sys_error.h"
#include "reference_runtime/config/version.h"
#include "reference_runtime/stage/console.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

constexpr const char* kWhat = "the listener at /linux/seccomp/listenerPath";

/// How many bytes of `text` went with the descriptors.
std::size_t send_with(int socket, std::string_view text, const std::vector<int>& fds) {
  constexpr std::size_t kMost = 2;
  alignas(cmsghdr) std::array<char, CMSG_SPACE(kMost * sizeof(int))> control{};
  iovec payload{const_cast<char*>(text.data()), text.size()};
  msghdr message{};
  message.msg_iov = &payload;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = CMSG_SPACE(fds.size() * sizeof(int));
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(fds.size() * sizeof(int));
  std::memcpy(CMSG_DATA(header), fds.data(), fds.size() * sizeof(int));
  ssize_t sent = -1;
  do {
    sent = ::sendmsg(socket, &message, MSG_NOSIGNAL);
  } while (sent < 0 && errno == EINTR);
  if (sent < 0) throw base::SysError(std::string("send to ") + kWhat);
  return static_cast<std::size_t>(sent);
}

}  // namespace

bool hands_over_listener(const InitPlan& plan) {
  return plan.process && plan.process->seccomp && plan.process->seccomp->notifies;
}

bool notifies(const Seccomp& seccomp) {
  const auto is_notify = [](const SeccompRule& rule) { return rule.action == SCMP_ACT_NOTIFY; };
  return seccomp.default_action == SCMP_ACT_NOTIFY ||
         std::any_of(seccomp.syscalls.begin(), seccomp.syscalls.end(), is_notify);
}

void check_agent(const Seccomp& seccomp) {
  if (fault("listener_failure_ignored")) return;
  struct stat st {};
  if (::stat(seccomp.listener_path.c_str(), &st) != 0) throw base::SysError("/linux/seccomp/listenerPath");
  if (!S_ISSOCK(st.st_mode)) throw std::runtime_error("/linux/seccomp/listenerPath: it is no socket");
}

base::UniqueFd connect_agent(const Seccomp& seccomp) {
  if (fault("listener_failure_ignored")) return {};
  return connect_socket(seccomp.listener_path, kWhat);
}

void hand_over_listener(base::UniqueFd& agent, const base::UniqueFd& listener, const Seccomp& seccomp,
                        const FilteredProcess& process) {
  if (!listener.valid()) throw std::runtime_error("/linux/seccomp: the filter's listener did not arrive");
  base::OrderedJson json{{"ociVersion", kSpecVersion}, {"fds", {"seccompFd"}}, {"pid", process.pid}};
  if (!seccomp.listener_metadata.empty() && !fault("listener_metadata_dropped")) {
    json["metadata"] = seccomp.listener_metadata;
  }
  json["state"] = state_json(process.record, process.status, process.record.init.pid);
  if (fault("listener_state_dropped")) json.erase("state");
  if (fault("listener_wrong_pid")) json["pid"] = process.pid + 1;
  if (fault("listener_fd_unnamed")) json.erase("fds");
  std::vector<int> fds{listener.get()};
  if (fault("listener_fd_twice")) fds.push_back(listener.get());
  if (fault("listener_connection_kept")) fds.push_back(agent.get());
  std::string text = json.dump();
  if (fault("listener_state_twice")) text += text;
  std::string_view rest = text;
  if (fault("listener_fd_again")) rest.remove_prefix(send_with(agent.get(), rest.substr(0, 1), fds));
  if (fault("listener_fd_late")) {
    base::write_all(agent.get(), rest.substr(0, 1));
    rest.remove_prefix(1);
  }
  rest.remove_prefix(send_with(agent.get(), rest, fds));
  base::write_all(agent.get(), rest);
  agent.reset();
}

}  // namespace refrun
