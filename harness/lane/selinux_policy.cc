#include "harness/lane/selinux_policy.h"

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "harness/lane/lane.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

/// Classes and permissions that are not named here are allowed to all (checkpolicy -U allow): so this need not follow
/// the kernel's list. A process of type host_t may do anything but become locked_t; one of container_t may do anything
/// but read forbidden_t.
constexpr std::string_view kRules = R"(
class process { transition dyntransition }
class file { read }

sensitivity s0;
dominance { s0 }
category c0;
category c1;
category c2;
level s0:c0.c2;
mlsconstrain process dyntransition (h1 dom h2);

policycap nnp_nosuid_transition;

attribute domain;
attribute content;
type host_t, domain;
type container_t, domain;
type locked_t, domain;
type file_t, content;
type container_file_t, content;
type forbidden_t;
role system_r;
role system_r types domain;

allow domain self:process { transition dyntransition };
allow host_t container_t:process transition;
allow domain { domain content }:file read;
allow host_t forbidden_t:file read;

user system_u roles system_r level s0 range s0 - s0:c0.c2;
)";

/// What is not decided about, but labelled anew, must be named, too.
constexpr std::string_view kClasses[] = {"process", "file", "dir"};

/// In the kernel's order (security/selinux/include/initial_sid_to_string.h).
constexpr std::string_view kInitialSids[] = {"kernel",
                                             "security",
                                             "unlabeled",
                                             "fs",
                                             "file",
                                             "file_labels",
                                             "init",
                                             "any_socket",
                                             "port",
                                             "netif",
                                             "netmsg",
                                             "node",
                                             "igmp_packet",
                                             "icmp_socket",
                                             "tcp_socket",
                                             "sysctl_modprobe",
                                             "sysctl",
                                             "sysctl_fs",
                                             "sysctl_kernel",
                                             "sysctl_net",
                                             "sysctl_net_unix",
                                             "sysctl_vm",
                                             "sysctl_dev",
                                             "kmod",
                                             "policy",
                                             "scmp_packet",
                                             "devnull"};

constexpr std::string_view kLabelledByAttribute[] = {"ext4"};
constexpr std::string_view kLabelledByMaker[] = {"tmpfs", "devtmpfs", "devpts", "mqueue"};
constexpr std::string_view kLabelledByRule[] = {"proc", "sysfs",  "selinuxfs", "cgroup2",
                                                "9p",   "rootfs", "overlay",   "securityfs"};

constexpr std::string_view kFile = "system_u:object_r:file_t:s0";
constexpr std::string_view kHost = "system_u:system_r:host_t:s0 - s0:c0.c2";

std::string source() {
  std::string text;
  for (const auto name : kClasses) text += fmt::format("class {}\n", name);
  for (const auto name : kInitialSids) text += fmt::format("sid {}\n", name);
  text += kRules;
  for (const auto name : kInitialSids) text += fmt::format("sid {} {}\n", name, name == "kernel" ? kHost : kFile);
  for (const auto name : kLabelledByAttribute) text += fmt::format("fs_use_xattr {} {};\n", name, kFile);
  for (const auto name : kLabelledByMaker) text += fmt::format("fs_use_trans {} {};\n", name, kFile);
  for (const auto name : kLabelledByRule) text += fmt::format("genfscon {} / {}\n", name, kFile);
  return text;
}

}  // namespace

void make_selinux_policy(const std::filesystem::path& file) {
  if (!find_program("checkpolicy")) throw Unavailable("checkpolicy is not there: apt-get install checkpolicy");
  const Finished compiled =
      run({.argv = {"checkpolicy", "-M", "-U", "allow", "-o", file, "/dev/stdin"}, .stdin_text = source()});
  if (!compiled.ok()) throw Unavailable("checkpolicy failed: " + compiled.err);
}

}  // namespace runproof
