// Network devices that move into the container's network namespace (rtnetlink(7), network_namespaces(7)).
#include <gmock/gmock.h>
#include <linux/rtnetlink.h>

#include "cases/support/isolation.h"
#include "cases/support/net_devices.h"
#include "harness/case.h"

namespace runproof {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::Matcher;
using testing::Not;

constexpr const char* kNetDevice = "rp-device";
constexpr const char* kInside = "rp-inside";
constexpr const char* kMac = "02:00:5e:00:53:07";
const DeviceAddress kV4{.address = "192.0.2.7", .bits = 24, .broadcast = "192.0.2.255"};
constexpr const char* kV4Text = "192.0.2.7/24 brd 192.0.2.255";
const DeviceAddress kV6{.address = "2001:db8::7", .bits = 64};
constexpr const char* kV6Text = "2001:db8::7/64";

/// A new network namespace that kNetDevice moves into; `name` is what it is called there.
Config moving(const std::string& name = {}) {
  const Json entry = name.empty() ? Json::object() : Json{{"name", name}};
  return Config::minimal({})
      .oci_version("1.3.0")
      .with_new(Namespace::network)
      .set("/linux/netDevices", {{kNetDevice, entry}});
}

Matcher<const Json&> Named(const std::string& name) { return Field("name", name); }
Matcher<const Json&> HasAddress(const std::string& address) {
  return Field("addresses", Matcher<const Json&>(Contains(Json(address))));
}

}  // namespace

CONFORMANCE_CASE(
    netdev, move, .clause = "config-linux.md#network-devices", .level = must,
    .claim = "a device of netDevices is in the container's network namespace, and no longer in the runtime's",
    .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"},
    .faults = {"move_net_devices", "config:drop:/linux/netDevices"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice);

  EXPECT_THAT(ask(moving(), {"/probe", "interfaces"}).at("interfaces"), Contains(Named(kNetDevice)));
  EXPECT_FALSE(has_device(kNetDevice));
}

CONFORMANCE_CASE(netdev, rename, .clause = "config-linux.md#network-devices", .level = descr,
                 .claim = "a moved device is called by its name member",
                 .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"},
                 .faults = {"netdev_name_dropped"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice);

  const Json inside = ask(moving(kInside), {"/probe", "interfaces"}).at("interfaces");
  EXPECT_THAT(inside, Contains(Named(kInside)));
  EXPECT_THAT(inside, Not(Contains(Named(kNetDevice))));
}

CONFORMANCE_CASE(netdev, rename_template, .clause = "config-linux.md#network-devices", .level = must,
                 .claim = "with %d at its end the name gets a number that is free in the container's namespace",
                 .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"},
                 .faults = {"netdev_name_dropped"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice);
  const NamespaceHolder holder(scratch(), "net");
  {
    const InNetwork there(holder.path());
    make_device("rpeth0");
  }
  const Config config = moving("rpeth%d").joining(Namespace::network, holder.path());

  EXPECT_THAT(ask(config, {"/probe", "interfaces"}).at("interfaces"),
              AllOf(Contains(Named("rpeth0")), Contains(AllOf(Named("rpeth1"), Field("up", true)))));
}

CONFORMANCE_CASE(netdev, multiple, .clause = "config-linux.md#network-devices", .level = must,
                 .claim = "all devices of netDevices are moved, each under its own name",
                 .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"},
                 .faults = {"config:drop:/linux/netDevices/rp-other", "netdev_name_dropped"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice);
  make_device("rp-other");

  const Json inside =
      ask(moving(kInside).set("/linux/netDevices/rp-other", Json::object()), {"/probe", "interfaces"}).at("interfaces");
  EXPECT_THAT(inside, Contains(Named(kInside)));
  EXPECT_THAT(inside, Contains(Named("rp-other")));
}

CONFORMANCE_CASE(netdev, missing, .clause = "config-linux.md#network-devices", .level = must,
                 .claim = "a device that there is not is an error of create, and no other is moved",
                 .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"},
                 .faults = {"netdev_unchecked", "config:drop:/linux/netDevices/rp-missing"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice);
  const Config config = moving().set("/linux/netDevices/rp-missing", Json::object());

  EXPECT_THAT(container(Config(config).args({"/probe", "true"})).create(), FailsCleanly());
  EXPECT_TRUE(has_device(kNetDevice));
}

CONFORMANCE_CASE(netdev, name_clash, .clause = "config-linux.md#network-devices", .level = must,
                 .claim = "a name that a device of the container's namespace has is an error, and the device stays",
                 .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"},
                 .faults = {"netdev_unchecked"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice);
  const NamespaceHolder holder(scratch(), "net");
  {
    const InNetwork there(holder.path());
    make_device(kInside);
  }

  EXPECT_THAT(container(moving(kInside).joining(Namespace::network, holder.path()).args({"/probe", "true"})).create(),
              FailsCleanly());
  EXPECT_TRUE(has_device(kNetDevice));
}

CONFORMANCE_CASE(netdev, up, .clause = "config-linux.md#network-devices", .level = must,
                 .claim = "a moved device is up, though it was down before",
                 .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"},
                 .faults = {"netdev_left_down"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice);

  EXPECT_THAT(ask(moving(), {"/probe", "interfaces"}).at("interfaces"),
              Contains(AllOf(Named(kNetDevice), Field("up", true))));
}

struct Address {
  std::string_view name;
  const DeviceAddress& given;
  const char* text;
};
const Address kAddresses[] = {{"v4", kV4, kV4Text}, {"v6", kV6, kV6Text}};

CONFORMANCE_CASE_FOR(netdev, addr_global, address, kAddresses, .clause = "config-linux.md#network-devices",
                     .level = must, .claim = "a moved device keeps its permanent addresses of global scope",
                     .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"},
                     .faults = {"netdev_addresses_dropped"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice);
  set_device_up(kNetDevice);
  add_address(kNetDevice, address.given);

  EXPECT_THAT(ask(moving(), {"/probe", "interfaces"}).at("interfaces"),
              Contains(AllOf(Named(kNetDevice), HasAddress(address.text))));
}

CONFORMANCE_CASE(netdev, addr_nonglobal, .clause = "config-linux.md#network-devices", .level = descr,
                 .claim = "only addresses of global scope move with a device",
                 .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"},
                 .faults = {"netdev_all_addresses_kept"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice);
  add_address(kNetDevice, kV4);
  add_address(kNetDevice, {.address = "198.51.100.7", .scope = RT_SCOPE_LINK});

  EXPECT_THAT(ask(moving(), {"/probe", "interfaces"}).at("interfaces"),
              Contains(AllOf(Named(kNetDevice), HasAddress(kV4Text), Not(HasAddress("198.51.100.7/24")))));
}

CONFORMANCE_CASE(netdev, mtu, .clause = "config-linux.md#network-devices", .level = must,
                 .claim = "a moved device keeps its MTU", .needs = {need::root, need::network_namespaces, need::veth},
                 .features = {"net_devices"}, .faults = {"netdev_attributes_reset"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice, {}, 1400);

  EXPECT_THAT(ask(moving(), {"/probe", "interfaces"}).at("interfaces"),
              Contains(AllOf(Named(kNetDevice), Field("mtu", 1400))));
}

CONFORMANCE_CASE(netdev, mac, .clause = "config-linux.md#network-devices", .level = must,
                 .claim = "a moved device keeps its hardware address",
                 .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"},
                 .faults = {"netdev_attributes_reset"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice, kMac);

  EXPECT_THAT(ask(moving(), {"/probe", "interfaces"}).at("interfaces"),
              Contains(AllOf(Named(kNetDevice), Field("mac", kMac))));
}

CONFORMANCE_CASE(netdev, combined, .clause = "config-linux.md#network-devices", .level = must,
                 .claim = "a device that is renamed keeps MTU, hardware address and addresses, and is up",
                 .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"},
                 .faults = {"netdev_name_dropped", "netdev_addresses_dropped", "netdev_left_down",
                            "netdev_attributes_reset"},
                 .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice, kMac, 1400);
  add_address(kNetDevice, kV4);
  add_address(kNetDevice, kV6);

  EXPECT_THAT(ask(moving(kInside), {"/probe", "interfaces"}).at("interfaces"),
              Contains(AllOf(Named(kInside), Field("mtu", 1400), Field("mac", kMac), Field("up", true),
                             HasAddress(kV4Text), HasAddress(kV6Text))));
}

CONFORMANCE_CASE(netdev, userns, .clause = "config-linux.md#network-devices", .level = must,
                 .claim = "a device moves into the network namespace of a container with a user namespace, too",
                 .needs = {need::root, need::network_namespaces, need::veth, need::user_namespaces},
                 .features = {"net_devices"}, .faults = {"config:drop:/linux/netDevices", "netdev_addresses_dropped"},
                 .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice);
  add_address(kNetDevice, kV4);

  EXPECT_THAT(ask(with_user_namespace(moving(kInside)), {"/probe", "interfaces"}).at("interfaces"),
              Contains(AllOf(Named(kInside), HasAddress(kV4Text))));
}

CONFORMANCE_CASE(netdev, host_netns, .clause = "config-linux.md#network-devices", .level = must,
                 .claim = "netDevices without a network namespace to move them to is refused",
                 .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"},
                 .faults = {"config:drop:/linux/netDevices"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice);

  EXPECT_THAT(container(moving(kInside).without(Namespace::network).args({"/probe", "true"})).create(), FailsCleanly());
  EXPECT_TRUE(has_device(kNetDevice));
}

CONFORMANCE_CASE(
    netdev, move_precreated, .clause = "config-linux.md#namespace-lifecycle-and-container-termination", .level = must,
    .claim = "a device in a joined namespace stays there after the container, and its owner can take it back",
    .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"}, .tags = {"death"},
    .faults = {"netdev_moved_back", "config:drop:/linux/netDevices"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice);
  const NamespaceHolder holder(scratch(), "net");
  Container box = stopped(moving(kInside).joining(Namespace::network, holder.path()).args({"/probe", "true"}));

  EXPECT_THAT(box.remove(), Succeeds());
  ASSERT_THAT(interfaces_of(holder.pid()), Contains(Named(kInside)));
  EXPECT_FALSE(has_device(kNetDevice) || has_device(kInside));
  {
    const InNetwork there(holder.path());
    move_device(kInside, there.before());
  }
  EXPECT_TRUE(has_device(kInside));
}

CONFORMANCE_CASE(netdev, not_moved_back, .clause = "config-linux.md#namespace-lifecycle-and-container-termination",
                 .level = must,
                 .claim = "delete of a container does not save its devices from going with the network namespace",
                 .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"},
                 .tags = {"death"}, .faults = {"netdev_moved_back"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice);
  Serving box = serving(moving(kInside));

  EXPECT_THAT(box.remove({.force = true}), Succeeds());
  EXPECT_FALSE(has_device(kNetDevice) || has_device(kInside));
}

CONFORMANCE_CASE(netdev, not_managed, .clause = "config-linux.md#namespace-lifecycle-and-container-termination",
                 .level = must, .claim = "what others do with a moved device, the runtime does not undo",
                 .needs = {need::root, need::network_namespaces, need::veth}, .features = {"net_devices"},
                 .faults = {"netdev_managed"}, .since = "1.3.0") {
  const InNetwork own;
  make_device(kNetDevice);
  Serving box = created_to_serve(moving(kInside));
  {
    const InNetwork there(namespace_path(box.pid(), "net"));
    set_device_up(kInside, false);
    add_address(kInside, kV4);
  }

  box.serve();
  EXPECT_THAT(box.ask({"interfaces"}).at("interfaces"),
              Contains(AllOf(Named(kInside), Field("up", false), HasAddress(kV4Text))));
}

}  // namespace runproof
