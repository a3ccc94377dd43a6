#pragma once

#include <sys/types.h>

#include <string>

namespace refrun {

/// A message bus of the test's own, and on it a process that answers as systemd does: it makes the cgroup of a
/// transient scope, moves the processes in, and ends it again. A unit whose name has "refused" in it is refused, one
/// with "failing" fails as a job.
class FakeSystemd {
 public:
  /// `root` is the directory of the unified hierarchy. Sets DBUS_SYSTEM_BUS_ADDRESS. Throws std::runtime_error where
  /// there is no dbus-daemon or no libsystemd.
  explicit FakeSystemd(const std::string& root);
  FakeSystemd(const FakeSystemd&) = delete;
  FakeSystemd& operator=(const FakeSystemd&) = delete;
  ~FakeSystemd();

  /// What it was asked, in order: "StartTransientUnit x.scope fail Description,Slice,PIDs\n".
  [[nodiscard]] std::string log() const;

 private:
  std::string log_path_;
  pid_t bus_ = -1;
  pid_t manager_ = -1;
};

}  // namespace refrun
