#pragma once

namespace refrun {

/// What this process may do, as far as container creation depends on it.
struct Privileges {
  bool may_mount = false;               // CAP_SYS_ADMIN over the mount namespace it is in
  bool may_map_ids = false;             // CAP_SETUID and CAP_SETGID in its user namespace
  bool initial_user_namespace = false;  // ids are the machine's own; devices may be made
  [[nodiscard]] bool full() const { return may_mount && initial_user_namespace; }
};

[[nodiscard]] Privileges own_privileges();

}  // namespace refrun
