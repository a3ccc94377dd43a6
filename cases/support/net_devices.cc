#include "cases/support/net_devices.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/bundle/replies.h"
#include "harness/runtime/context.h"
#include "harness/runtime/failure.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

template <typename Value>
std::string bytes_of(const Value& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::string attribute(unsigned short type, const std::string& value) {
  const rtattr head{.rta_len = static_cast<unsigned short>(RTA_LENGTH(value.size())), .rta_type = type};
  std::string text = bytes_of(head) + value;
  text.resize(RTA_ALIGN(text.size()));
  return text;
}

/// Sends one request and waits for the kernel's answer, which comes at once.
template <typename Head>
void request(unsigned short type, unsigned short flags, const Head& head, const std::string& attributes,
             const std::string& doing) {
  const base::UniqueFd socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
  const std::string body = bytes_of(head) + attributes;
  nlmsghdr message{};
  message.nlmsg_len = static_cast<unsigned>(NLMSG_LENGTH(body.size()));
  message.nlmsg_type = type;
  message.nlmsg_flags = static_cast<unsigned short>(NLM_F_REQUEST | NLM_F_ACK | flags);
  const std::string packet = bytes_of(message) + body;
  std::array<char, 4096> answer{};
  if (::send(socket.get(), packet.data(), packet.size(), 0) < 0 ||
      ::recv(socket.get(), answer.data(), answer.size(), 0) < static_cast<ssize_t>(NLMSG_LENGTH(sizeof(nlmsgerr))))
    throw Broken(doing, base::errno_name(errno));
  nlmsgerr verdict{};
  std::memcpy(&verdict, answer.data() + NLMSG_HDRLEN, sizeof verdict);
  if (verdict.error != 0) throw Broken(doing, base::errno_name(-verdict.error));
}

int index_of(const std::string& device) {
  const unsigned index = ::if_nametoindex(device.c_str());
  if (index == 0) throw Broken("look for device " + device, base::errno_name(errno));
  return static_cast<int>(index);
}

std::string mac_bytes(const std::string& mac) {
  std::string bytes;
  for (std::size_t at = 0; at < mac.size(); at += 3)
    bytes += static_cast<char>(std::stoi(mac.substr(at, 2), nullptr, 16));
  return bytes;
}

std::string address_bytes(const std::string& address) {
  std::array<char, sizeof(in6_addr)> bytes{};
  const bool v6 = address.find(':') != std::string::npos;
  if (::inet_pton(v6 ? AF_INET6 : AF_INET, address.c_str(), bytes.data()) != 1)
    throw Broken("read " + address, "no address");
  return {bytes.data(), v6 ? sizeof(in6_addr) : sizeof(in_addr)};
}

}  // namespace

InNetwork::InNetwork() : before_(base::open_file("/proc/self/ns/net", O_RDONLY)) {
  if (::unshare(CLONE_NEWNET) != 0) throw base::SysError("unshare CLONE_NEWNET");
}

InNetwork::InNetwork(const std::string& path) : before_(base::open_file("/proc/self/ns/net", O_RDONLY)) {
  const base::UniqueFd there = base::open_file(path, O_RDONLY);
  if (::setns(there.get(), CLONE_NEWNET) != 0) throw base::SysError("enter " + path);
}

InNetwork::~InNetwork() {
  if (::setns(before_.get(), CLONE_NEWNET) != 0)
    ADD_FAILURE() << "no way back to the network namespace before: " << base::errno_name(errno);
}

void make_device(const std::string& name, const std::string& mac, unsigned mtu) {
  std::string attributes = attribute(IFLA_IFNAME, name + '\0');
  if (!mac.empty()) attributes += attribute(IFLA_ADDRESS, mac_bytes(mac));
  if (mtu != 0) attributes += attribute(IFLA_MTU, bytes_of(mtu));
  attributes += attribute(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, "veth"));
  request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{}, attributes, "make the veth device " + name);
}

bool has_device(const std::string& name) { return ::if_nametoindex(name.c_str()) != 0; }

void set_device_up(const std::string& name, bool up) {
  ifinfomsg head{};
  head.ifi_index = index_of(name);
  head.ifi_flags = up ? IFF_UP : 0;
  head.ifi_change = IFF_UP;
  request(RTM_NEWLINK, 0, head, {}, "set " + name + (up ? " up" : " down"));
}

void move_device(const std::string& name, const base::UniqueFd& network) {
  ifinfomsg head{};
  head.ifi_index = index_of(name);
  request(RTM_NEWLINK, 0, head, attribute(IFLA_NET_NS_FD, bytes_of(network.get())), "move " + name);
}

void add_address(const std::string& device, const DeviceAddress& address) {
  const std::string bytes = address_bytes(address.address);
  ifaddrmsg head{};
  head.ifa_family = bytes.size() == sizeof(in_addr) ? AF_INET : AF_INET6;
  head.ifa_prefixlen = address.bits;
  head.ifa_flags = IFA_F_PERMANENT;
  head.ifa_scope = address.scope;
  head.ifa_index = static_cast<unsigned>(index_of(device));
  std::string attributes = attribute(IFA_LOCAL, bytes) + attribute(IFA_ADDRESS, bytes);
  if (!address.broadcast.empty()) attributes += attribute(IFA_BROADCAST, address_bytes(address.broadcast));
  request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, head, attributes, "give " + device + " " + address.address);
}

base::Json interfaces_of(pid_t pid) {
  const Finished finished =
      run({.argv = {context().probe.string(), "enter", std::to_string(pid), "net", "+", "interfaces"}});
  const Replies said = Replies::parse(finished.out);
  if (!said.complete()) throw Broken("look at the devices of " + std::to_string(pid), said.problem());
  return said.of("interfaces").at("interfaces");
}

}  // namespace runproof
