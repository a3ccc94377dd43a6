#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"

namespace runproof {

/// Why a runtime that printed `features` (null: it has no such command, so it declares nothing absent) does not have
/// `feature`.
///
/// Names that `features` decides (features.md, features-linux.md):
///   hook.NAME namespace.NAME capability.NAME mount_option.NAME cgroup.v1 cgroup.v2 cgroup.systemd cgroup.systemd_user
///   cgroup.rdma seccomp seccomp.action.NAME seccomp.operator.NAME seccomp.arch.NAME seccomp.flag.NAME apparmor selinux
///   intel_rdt memory_policy idmap net_devices annotation.NAME
///   oci_version.1.3.0 (a config of that ociVersion is taken, and treated as that version of the spec wants it)
/// A member of `features` that is not there says nothing. Names that only an adapter decides (Adapter::lacks):
///   features pause exec events checkpoint update ps list kill_all delete_regex keep no_subreaper wasm run_detach
[[nodiscard]] std::optional<std::string> declared_absent(const base::Json& features, std::string_view feature);

}  // namespace runproof
