#include "reference_runtime/net/move_devices.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <net/if.h>

#include <algorithm>
#include <set>
#include <stdexcept>
#include <string>

#include "base/file.h"
#include "base/json.h"
#include "base/sys_error.h"
#include "reference_runtime/net/netlink.h"
#include "reference_runtime/sys/sabotage.h"
#include "reference_runtime/sys/syscalls.h"

namespace refrun {
namespace {

/// A permanent address of global scope: what the kernel drops when a device moves, and the container is to keep.
struct Address {
  ifaddrmsg head{};
  std::vector<RouteAttribute> attributes;
};

/// What `body` gives in the network namespace `target`.
template <typename Body>
auto inside(const base::UniqueFd& target, Body body) {
  const base::UniqueFd own = base::open_file("/proc/self/ns/net", O_RDONLY);
  if (const int error = sys::setns(target.get(), CLONE_NEWNET); error < 0)
    throw base::SysError("enter the container's network namespace", -error);
  auto result = body(own);
  if (const int error = sys::setns(own.get(), CLONE_NEWNET); error < 0)
    throw base::SysError("return to the own network namespace", -error);
  return result;
}

RouteSocket socket_in(const base::UniqueFd& target) {
  return inside(target, [](const base::UniqueFd&) { return RouteSocket(); });
}

std::set<int> device_indices(RouteSocket& socket) {
  std::set<int> indices;
  socket.dump(RouteMessage(RTM_GETLINK, 0, ifinfomsg{}), [&](const nlmsghdr& message) {
    if (message.nlmsg_type == RTM_NEWLINK) indices.insert(head_of<ifinfomsg>(message).ifi_index);
  });
  return indices;
}

std::vector<Address> addresses_of(RouteSocket& socket, unsigned index) {
  std::vector<Address> addresses;
  socket.dump(RouteMessage(RTM_GETADDR, 0, ifaddrmsg{}), [&](const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWADDR) return;
    Address address{.head = head_of<ifaddrmsg>(message), .attributes = {}};
    const bool global = address.head.ifa_scope == RT_SCOPE_UNIVERSE || fault("netdev_all_addresses_kept");
    const bool kept = global && (address.head.ifa_flags & IFA_F_PERMANENT) != 0;
    if (address.head.ifa_index != index || !kept) return;
    for (RouteAttribute& attribute : route_attributes(message, sizeof(ifaddrmsg))) {
      const bool wanted =
          attribute.type == IFA_ADDRESS || attribute.type == IFA_LOCAL || attribute.type == IFA_BROADCAST;
      if (wanted) address.attributes.push_back(std::move(attribute));
    }
    addresses.push_back(std::move(address));
  });
  return addresses;
}

RouteMessage change(int index, unsigned flags, unsigned mask) {
  ifinfomsg head{};
  head.ifi_index = index;
  head.ifi_flags = flags;
  head.ifi_change = mask;
  return {RTM_NEWLINK, 0, head};
}

void require(int error, const char* what) {
  if (error != 0) throw base::SysError(what, error);
}

void move(const NetDevice& device, RouteSocket& here, RouteSocket& there, const base::UniqueFd& target) {
  const unsigned index = ::if_nametoindex(device.host_name.c_str());
  const auto addresses = addresses_of(here, index);
  const std::set<int> before = device_indices(there);
  require(here.ask(change(static_cast<int>(index), 0, IFF_UP)), "set it down");

  RouteMessage request = change(static_cast<int>(index), 0, 0);
  const int fd = target.get();
  request.add(IFLA_NET_NS_FD, {reinterpret_cast<const char*>(&fd), sizeof fd});
  const std::string& name = fault("netdev_name_dropped") ? device.host_name : device.container_name;
  request.add(IFLA_IFNAME, {name.c_str(), name.size() + 1});
  require(here.ask(request), "move it");

  // Its number, and its name where the kernel chooses one, may be others there.
  const std::set<int> after = device_indices(there);
  const auto moved = std::find_if(after.begin(), after.end(), [&](int each) { return !before.contains(each); });
  if (moved == after.end()) throw std::runtime_error("it did not arrive");
  if (fault("netdev_attributes_reset")) {
    RouteMessage reset = change(*moved, 0, 0);
    const unsigned mtu = 1500;
    reset.add(IFLA_MTU, {reinterpret_cast<const char*>(&mtu), sizeof mtu});
    reset.add(IFLA_ADDRESS, {"\x02\x00\x00\x00\x00\x01", 6});
    require(there.ask(reset), "reset it");
  }
  for (const Address& address : addresses) {
    if (fault("netdev_addresses_dropped")) break;
    ifaddrmsg head = address.head;
    head.ifa_index = static_cast<unsigned>(*moved);
    head.ifa_flags = IFA_F_PERMANENT;
    RouteMessage added(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, head);
    for (const RouteAttribute& attribute : address.attributes) added.add(attribute.type, attribute.value);
    require(there.ask(added), "give it its address");
  }
  if (!fault("netdev_left_down")) require(there.ask(change(*moved, IFF_UP, IFF_UP)), "set it up");
}

/// The kernel looks at the new name only after it has moved the device.
void check(const NetDevice& device, const base::UniqueFd& target) {
  if (::if_nametoindex(device.host_name.c_str()) == 0) throw std::runtime_error("there is no such device");
  const bool taken =
      inside(target, [&](const base::UniqueFd&) { return ::if_nametoindex(device.container_name.c_str()) != 0; });
  if (taken) throw std::runtime_error("the container has another device called " + device.container_name);
}

template <typename Body>
void for_each(const std::vector<NetDevice>& devices, Body body) {
  for (const NetDevice& device : devices) {
    try {
      body(device);
    } catch (const std::exception& e) {
      throw std::runtime_error(
          fmt::format("{}: {}", base::json_pointer("/linux/netDevices", device.host_name), e.what()));
    }
  }
}

NetDevice turned(const NetDevice& device) {
  return {.host_name = device.container_name, .container_name = device.host_name};
}

}  // namespace

base::UniqueFd network_namespace_of(const Linux& config, pid_t init) {
  const Namespace* ns = config.find(NamespaceType::network);
  const bool joined = ns != nullptr && !ns->path.empty();
  return base::open_file(joined ? ns->path : fmt::format("/proc/{}/ns/net", init), O_RDONLY);
}

void move_net_devices(const std::vector<NetDevice>& devices, const base::UniqueFd& target) {
  for_each(devices, [&](const NetDevice& device) {
    if (!fault("netdev_unchecked")) check(device, target);
  });
  RouteSocket here;
  RouteSocket there = socket_in(target);
  for_each(devices, [&](const NetDevice& device) { move(device, here, there, target); });
}

void meddle_with_net_devices(const std::vector<NetDevice>& devices, const base::UniqueFd& target) {
  for (const NetDevice& device : devices) {
    inside(target, [&](const base::UniqueFd& own) {
      RouteSocket here;
      const int index = static_cast<int>(::if_nametoindex(device.container_name.c_str()));
      if (fault("netdev_managed")) require(here.ask(change(index, IFF_UP, IFF_UP)), "set it up again");
      if (fault("netdev_moved_back")) {
        RouteSocket home = socket_in(own);
        move(turned(device), here, home, own);
      }
      return 0;
    });
  }
}

}  // namespace refrun
