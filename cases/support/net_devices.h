#pragma once

#include <string>

#include "base/json.h"
#include "base/unique_fd.h"

namespace runproof {

/// As long as this lives, this thread and each process that it starts are in another network namespace. Throws
/// SysError.
class InNetwork {
 public:
  /// A new one: what is made in it goes with it, and the machine's own devices are out of reach.
  InNetwork();
  /// The one at `path`.
  explicit InNetwork(const std::string& path);
  InNetwork(const InNetwork&) = delete;
  InNetwork& operator=(const InNetwork&) = delete;
  ~InNetwork();

  /// "/proc/self/ns/net" as it was before, open.
  [[nodiscard]] const base::UniqueFd& before() const { return before_; }

 private:
  base::UniqueFd before_;
};

// In the network namespace of this thread, by rtnetlink(7). Each throws Broken where the kernel refuses.

/// Makes a device that can be moved, one end of a veth pair (need::veth): it is down. Empty `mac` and 0 leave the
/// choice to the kernel.
void make_device(const std::string& name, const std::string& mac = {}, unsigned mtu = 0);
[[nodiscard]] bool has_device(const std::string& name);
void set_device_up(const std::string& name, bool up = true);
/// Moves it, with its name.
void move_device(const std::string& name, const base::UniqueFd& network);

/// A permanent address of a device, and its scope (rtnetlink(7)). `broadcast` may be empty.
struct DeviceAddress {
  std::string address;  ///< "192.0.2.7"
  unsigned char bits = 24;
  std::string broadcast;
  unsigned char scope = 0;  ///< RT_SCOPE_UNIVERSE
};
void add_address(const std::string& device, const DeviceAddress& address);

/// `interfaces` of the probe, in the network namespace of this process. Throws Broken where it does not answer.
[[nodiscard]] base::Json interfaces_of(pid_t pid);

}  // namespace runproof
