#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/host/probe.h"
#include "harness/host/try_in_child.h"

namespace runproof {
namespace {

/// rtnetlink(7): "make a device of this kind". The kernel chooses its name, and makes the other end of a veth pair too.
struct NewDevice {
  nlmsghdr head = {.nlmsg_len = sizeof(NewDevice),
                   .nlmsg_type = RTM_NEWLINK,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL};
  ifinfomsg device = {};
  rtattr info = {.rta_len = sizeof(rtattr) * 2 + sizeof kind, .rta_type = IFLA_LINKINFO};
  rtattr info_kind = {.rta_len = sizeof(rtattr) + sizeof kind, .rta_type = IFLA_INFO_KIND};
  char kind[8] = "veth";
};

/// In a network namespace of its own, with which the devices go.
int make_veth(const void* namespaces) noexcept {
  const NewDevice request;
  struct {
    nlmsghdr head = {};
    nlmsgerr verdict = {};
    NewDevice refused;
  } answer;
  if (::unshare(*static_cast<const int*>(namespaces)) != 0) return 1;
  const int socket = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  const bool answered =
      ::send(socket, &request, sizeof request, 0) == sizeof request &&
      ::recv(socket, &answer, sizeof answer, 0) >= static_cast<ssize_t>(NLMSG_LENGTH(sizeof(nlmsgerr)));
  return answered && answer.head.nlmsg_type == NLMSG_ERROR && answer.verdict.error == 0 ? 0 : 1;
}

}  // namespace

void probe_network(Facts& facts) {
  // As in probe_namespaces: a user namespace gives the right to make it.
  const int namespaces = CLONE_NEWNET | (facts.has_capability("CAP_SYS_ADMIN") ? 0 : CLONE_NEWUSER);
  facts.veth = try_in_child(make_veth, &namespaces) == 0;
}

}  // namespace runproof
