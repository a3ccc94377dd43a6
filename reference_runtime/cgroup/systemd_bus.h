#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/deadline.h"

namespace refrun {

/// Its D-Bus type is the alternative's: s, b, t, x, u, i, as, au.
using UnitValue = std::variant<std::string, bool, std::uint64_t, std::int64_t, std::uint32_t, std::int32_t,
                               std::vector<std::string>, std::vector<std::uint32_t>>;

/// A property of a unit, org.freedesktop.systemd1(5).
struct UnitProperty {
  std::string name;
  UnitValue value;
};

/// The manager of units, over D-Bus, by libsystemd's sd-bus. The library is loaded when the first connection is made,
/// as almost no run needs it. Every member throws CgroupError, with systemd's own words where it has some.
class SystemdBus {
 public:
  enum class Manager { system, user };
  explicit SystemdBus(Manager manager);
  SystemdBus(const SystemdBus&) = delete;
  SystemdBus& operator=(const SystemdBus&) = delete;
  ~SystemdBus();

  /// Starts a transient unit, which must not exist, and waits until its job is done.
  void start(const std::string& unit, const std::vector<UnitProperty>& properties, base::Deadline deadline);
  /// Stops it and waits. A unit that is gone is no error.
  void stop(const std::string& unit, base::Deadline deadline);
  /// Changes it until the next boot.
  void set(const std::string& unit, const std::vector<UnitProperty>& properties);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace refrun
