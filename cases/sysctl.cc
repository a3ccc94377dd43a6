// config-linux.md#sysctl.
#include "base/file.h"
#include "base/text.h"
#include "cases/support/told.h"
#include "harness/case.h"

namespace runproof {

namespace {

/// In new network and IPC namespaces.
Config with_sysctl(const Json& values) {
  return Config::minimal({}).with_new(Namespace::network).set("/linux/sysctl", values);
}

std::string inside(Serving& box, const std::string& path) {
  return std::string{base::trim(box.ask({"read", path}).value("text", ""))};
}

std::string on_host(const std::string& path) { return std::string{base::trim(base::read_file(path))}; }

struct Parameter {
  std::string_view name;
  std::string_view key;
  std::string_view path;
  std::string_view value;
};
constexpr Parameter kParameters[] = {
    {"net", "net.core.somaxconn", "/proc/sys/net/core/somaxconn", "77"},
    {"net_ipv4", "net.ipv4.ip_forward", "/proc/sys/net/ipv4/ip_forward", "1"},
    {"ipc_msgmax", "kernel.msgmax", "/proc/sys/kernel/msgmax", "7777"},
    {"ipc_shmmni", "kernel.shmmni", "/proc/sys/kernel/shmmni", "77"},
    {"ipc_mqueue", "fs.mqueue.msg_max", "/proc/sys/fs/mqueue/msg_max", "7"},
    {"slash_form", "net/core/somaxconn", "/proc/sys/net/core/somaxconn", "77"},
};

}  // namespace

CONFORMANCE_CASE_FOR(sysctl, value, parameter, kParameters, .clause = "config-linux.md#sysctl", .level = descr,
                     .claim = "a kernel parameter of the container's namespaces is set, and the host's stays",
                     .needs = {need::root, need::network_namespaces}, .faults = {"set_sysctls"}) {
  const std::string path{parameter.path};
  const std::string before = on_host(path);
  Serving box = serving(with_sysctl({{std::string{parameter.key}, std::string{parameter.value}}}));

  EXPECT_EQ(inside(box, path), parameter.value);
  EXPECT_EQ(on_host(path), before);
}

CONFORMANCE_CASE(sysctl, multiple, .clause = "config-linux.md#sysctl", .level = descr,
                 .claim = "several kernel parameters can be set together",
                 .needs = {need::root, need::network_namespaces}, .faults = {"set_sysctls"}) {
  Serving box = serving(with_sysctl({{"net.core.somaxconn", "77"}, {"kernel.msgmax", "7777"}}));

  EXPECT_EQ(inside(box, "/proc/sys/net/core/somaxconn"), "77");
  EXPECT_EQ(inside(box, "/proc/sys/kernel/msgmax"), "7777");
}

namespace {

struct BadParameter {
  std::string_view name;
  std::string_view key;
  std::string_view value;
};
constexpr BadParameter kBadParameters[] = {{"unknown", "kernel.no_such_parameter", "1"},
                                           {"unknown_net", "net.no_such_parameter", "1"},
                                           {"of_the_host", "vm.swappiness", "60"}};

}  // namespace

CONFORMANCE_CASE_FOR(sysctl, refused, bad, kBadParameters, .clause = "config.md#valid-values", .level = must,
                     .claim = "a kernel parameter that is not there, or that is the whole host's, is an error",
                     .needs = {need::root, need::network_namespaces}, .faults = {"config:drop:/linux/sysctl"}) {
  const Config config = with_sysctl({{std::string{bad.key}, std::string{bad.value}}}).args({"/probe", "true"});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

CONFORMANCE_CASE(sysctl, bad_value, .clause = "runtime.md#create", .level = must,
                 .claim = "a value that the kernel does not take for a parameter is an error",
                 .needs = {need::root, need::network_namespaces}, .faults = {"set_sysctls"}) {
  const Config config = with_sysctl({{"net.core.somaxconn", "many"}}).args({"/probe", "true"});

  EXPECT_THAT(container(config).create(), FailsCleanly());
}

}  // namespace runproof
