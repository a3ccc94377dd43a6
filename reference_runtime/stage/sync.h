#pragma once

#include <cstdint>
#include <type_traits>

#include "base/unique_fd.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {

//   init                              parent
//   ----                              ------
//   want_cgroup   ────────────────►   has systemd make the scope       (--systemd-cgroup only)
//                 ◄────────────────   go
//                 ◄────────────────   go, with what opens it: one for each v1 cgroup made after the clone, unasked
//   want_id_maps  ────────────────►   writes uid_map, gid_map          (new user namespace only)
//                 ◄────────────────   go
//   environment   ────────────────►   prestart, createRuntime hooks    (mounts made, root not yet changed)
//                 ◄────────────────   go
//   ready         ────────────────►   writes state.json, pid file; exits
//   failed        ────────────────►   undoes everything                (at any time; init exits)
//
// One message is one packet of a SOCK_SEQPACKET pair. End of file means to init that the parent was killed: it exits.
// From `ready` on init listens at the gate instead:
//
//   init                              start
//   ----                              -----
//                 ◄────────────────   connects, go
//   seccomp_listener ─────────────►   sends it to listenerPath         (SCMP_ACT_NOTIFY only)
//   (exec closes it) ─────────────►   end of file: the payload runs
//   failed        ────────────────►   start fails

enum class SyncKind : std::uint32_t { want_cgroup, want_id_maps, environment, ready, failed, go, seccomp_listener };

struct SyncMessage {
  SyncKind kind = SyncKind::go;
  Step step{};             // failed: which
  std::int32_t error = 0;  // failed: errno, or 0 when `detail` says it all
  char detail[244] = {};   // failed: what exactly, as text
};
static_assert(std::is_trivially_copyable_v<SyncMessage> && sizeof(SyncMessage) == 256);

/// Both are async-signal-safe. False at end of file or error.
bool send_sync(int socket, const SyncMessage& message) noexcept;
bool receive_sync(int socket, SyncMessage& message) noexcept;
/// The same with a descriptor: none came where `fd` is not valid afterwards.
bool send_sync_with(int socket, const SyncMessage& message, int fd) noexcept;
bool receive_sync_with(int socket, SyncMessage& message, base::UniqueFd& fd) noexcept;

}  // namespace refrun
