#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace runproof {

/// Where a run takes place.
enum class Lane {
  host,     ///< as is
  v2_view,  ///< a private mount namespace with cgroup2 on /sys/fs/cgroup: all that needs no controller, at native speed
  v2,       ///< a QEMU guest with Debian's kernel and pure cgroup v2
  v2_systemd,  ///< the same with systemd as PID 1
  v2_selinux,  ///< v2 with SELinux instead of AppArmor
};

[[nodiscard]] std::string_view to_text(Lane lane);
[[nodiscard]] std::optional<Lane> lane_from(std::string_view name);
/// Every lane's name and what it is, for --help and messages.
struct LaneDescription {
  Lane lane;
  std::string_view name;
  std::string_view what;
};
[[nodiscard]] const std::vector<LaneDescription>& all_lanes();

/// This host cannot offer the lane; what() says why, and what to install.
class Unavailable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Moves this process (and what it starts) into a private mount namespace with cgroup2 alone on /sys/fs/cgroup. The
/// host's mounts stay as they are. Needs root; the process must have one thread. Throws Unavailable.
void enter_v2_view();

/// What to run in a guest, and where its log is.
struct GuestJob {
  std::vector<std::string> argv;  ///< argv[0] is an absolute path of the host
  std::vector<std::string> env;   ///< "NAME=value"
  std::filesystem::path cwd;
  std::filesystem::path guest_init;  ///< the static program of fixtures/vm
  std::filesystem::path cache;       ///< see cache_folder (kernel.h)
  std::filesystem::path share;       ///< an empty folder of the host's; the guest has it at /run/lane/share
  bool systemd = false;
  bool selinux = false;  ///< SELinux instead of AppArmor, enforcing the policy of selinux_policy.h
  int cpus = 2;
  int memory_mib = 2048;
  std::chrono::seconds boot_silence{120};  ///< until the job starts, the guest is ended when its console has said
                                           ///< nothing for so long
  std::chrono::seconds job_silence{120};   ///< and afterwards, when its log has not: on a machine as
                                           ///< fast as this one. Times what the guest has measured of itself
};

/// How a guest ended.
struct GuestEnd {
  std::optional<int> exit;  ///< the job's exit code; nullopt: the guest died, hung or was stopped before it could say
  bool stopped = false;     ///< by the `stop` descriptor
  bool silent = false;      ///< ended by us because it said nothing
  std::chrono::seconds silence{0};  ///< for so long
  std::string console;              ///< the last lines of its console
  std::string err;                  ///< what the job wrote on standard error
};

/// Says which virtualisation a guest gets here, "kvm" or "tcg", and why.
struct Acceleration {
  std::string_view name;
  std::string_view why;
};
[[nodiscard]] Acceleration guest_acceleration();

/// Boots a guest, runs the job in it, powers it off. The job writes its log to /run/lane/share/log.jsonl; `on_text`
/// gets what is new in it as it comes. A readable `stop_fd` (-1: none) ends the guest. Throws Unavailable where no
/// guest can be had.
[[nodiscard]] GuestEnd run_guest(const GuestJob& job, int stop_fd,
                                 const std::function<void(std::string_view)>& on_text);

}  // namespace runproof
