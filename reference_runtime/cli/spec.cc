#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <stdexcept>

#include "base/file.h"
#include "base/json.h"
#include "reference_runtime/cli/context.h"
#include "reference_runtime/config/version.h"

namespace refrun {
namespace {

// A container with a shell: what people begin with.
constexpr const char* kTemplate = R"({
  "process": {
    "terminal": true,
    "user": {"uid": 0, "gid": 0},
    "args": ["sh"],
    "env": ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"],
    "cwd": "/",
    "capabilities": {
      "bounding": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
      "effective": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"],
      "permitted": ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]
    },
    "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024}],
    "noNewPrivileges": true
  },
  "root": {"path": "rootfs", "readonly": true},
  "hostname": "refrun",
  "mounts": [
    {"destination": "/proc", "type": "proc", "source": "proc"},
    {"destination": "/dev", "type": "tmpfs", "source": "tmpfs",
     "options": ["nosuid", "strictatime", "mode=755", "size=65536k"]},
    {"destination": "/dev/pts", "type": "devpts", "source": "devpts",
     "options": ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]},
    {"destination": "/dev/shm", "type": "tmpfs", "source": "shm",
     "options": ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]},
    {"destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue", "options": ["nosuid", "noexec", "nodev"]},
    {"destination": "/sys", "type": "sysfs", "source": "sysfs", "options": ["nosuid", "noexec", "nodev", "ro"]},
    {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup",
     "options": ["nosuid", "noexec", "nodev", "relatime", "ro"]}
  ],
  "linux": {
    "resources": {"devices": [{"allow": false, "access": "rwm"}]},
    "namespaces": [{"type": "pid"}, {"type": "network"}, {"type": "ipc"}, {"type": "uts"}, {"type": "mount"},
                   {"type": "cgroup"}],
    "maskedPaths": ["/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
                    "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"],
    "readonlyPaths": ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
  }
})";

/// For users: a user namespace with their own ids, no network namespace, and nothing that only root may mount.
void make_rootless(base::OrderedJson& config) {
  auto& linux_config = config["linux"];
  linux_config.erase("resources");
  base::OrderedJson namespaces = base::OrderedJson::array();
  for (const auto& ns : linux_config["namespaces"]) {
    if (ns["type"] != "network") namespaces.push_back(ns);
  }
  namespaces.push_back({{"type", "user"}});
  linux_config["namespaces"] = namespaces;
  linux_config["uidMappings"] = {{{"containerID", 0}, {"hostID", ::geteuid()}, {"size", 1}}};
  linux_config["gidMappings"] = {{{"containerID", 0}, {"hostID", ::getegid()}, {"size", 1}}};
  for (auto& mount : config["mounts"]) {
    if (mount["destination"] == "/sys") {
      mount = {{"destination", "/sys"},
               {"type", "none"},
               {"source", "/sys"},
               {"options", {"rbind", "nosuid", "noexec", "nodev", "ro"}}};
    } else if (mount["destination"] == "/dev/pts") {
      mount["options"] = {"nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"};
    }
  }
  auto& mounts = config["mounts"];
  mounts.erase(mounts.size() - 1);  // /sys/fs/cgroup comes with /sys
}

}  // namespace

void add_spec(CLI::App& verb, Context& context) {
  auto bundle = std::make_shared<std::string>(".");
  auto rootless = std::make_shared<bool>(false);
  verb.add_option("--bundle,-b", *bundle, "The bundle's directory");
  verb.add_flag("--rootless", *rootless, "For a user without privileges");
  verb.callback([&context, bundle, rootless] {
    context.action = [bundle, rootless] {
      const std::string path = *bundle + "/config.json";
      if (std::filesystem::exists(path)) throw std::runtime_error(path + " exists; it is left as it is");
      base::OrderedJson config;
      config["ociVersion"] = kSpecVersion;
      config.update(base::OrderedJson::parse(kTemplate));
      if (*rootless) make_rootless(config);
      base::write_file(path, config.dump(2) + "\n");
      return 0;
    };
  });
}

}  // namespace refrun
