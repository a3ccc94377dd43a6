#include "harness/host/facts.h"

#include <sys/stat.h>

#include <algorithm>

#include "harness/host/probe.h"
#include "harness/spawn/command.h"

namespace runproof {
namespace {

/// Programs that cases, lanes or people may need.
constexpr const char* kTools[] = {
    "apparmor_parser",    "criu",    "crun",      "docker",    "gdb",       "ip",          "iptables",
    "kata-runtime",       "losetup", "mkfs.ext4", "newgidmap", "newuidmap", "nsenter",     "podman",
    "qemu-system-x86_64", "runc",    "runsc",     "setpriv",   "strace",    "systemd-run", "unshare",
    "wasmtime",           "youki"};

std::optional<Facts>& known() {
  static std::optional<Facts> facts;
  return facts;
}

}  // namespace

std::string_view to_text(CgroupMode mode) {
  switch (mode) {
    case CgroupMode::none:
      return "none";
    case CgroupMode::v1:
      return "v1";
    case CgroupMode::hybrid:
      return "hybrid";
    case CgroupMode::v2:
      return "v2";
  }
  return "?";
}

bool Facts::has_controller(std::string_view name) const {
  return std::any_of(hierarchies.begin(), hierarchies.end(),
                     [&](const Hierarchy& hierarchy) { return hierarchy.has(name); });
}

bool Facts::has_v1_controller(std::string_view name) const {
  return std::any_of(hierarchies.begin(), hierarchies.end(),
                     [&](const Hierarchy& hierarchy) { return !hierarchy.v2 && hierarchy.has(name); });
}

void probe_tools(Facts& facts) {
  for (const char* tool : kTools)
    if (find_program(tool)) facts.tools.insert(tool);
  struct stat info = {};
  facts.systemd = ::lstat("/run/systemd/system", &info) == 0 && S_ISDIR(info.st_mode);  // sd_booted(3)
}

Facts probe_facts(const std::filesystem::path& scratch) {
  Facts facts;
  probe_kernel(facts);
  probe_cgroups(facts);
  probe_rights(facts);
  probe_namespaces(facts);
  probe_mounts(facts, scratch);
  probe_devices(facts);
  probe_network(facts);
  probe_tools(facts);
  return facts;
}

const Facts& facts() {
  if (!known()) known() = probe_facts();
  return *known();
}

void adopt_facts(Facts told) { known() = std::move(told); }

}  // namespace runproof
