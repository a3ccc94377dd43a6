#pragma once

#include <string>
#include <vector>

#include "base/unique_fd.h"

namespace librefrun {

struct Program {
  std::string path;
  std::vector<std::string> argv;
  std::vector<std::string> environment;
  std::vector<int> descriptors;  // borrowed: the n-th becomes n, there are no others; -1 is /dev/null
};

/// A child that has nothing of its parent but what it was given: default dispositions, an empty signal mask. Made by a
/// vfork-like clone: no fork handlers, no allocation and no lock between clone and exec, whatever other threads do.
class CleanProcess {
 public:
  /// Throws base::SysError when it cannot be made or its program cannot be executed.
  explicit CleanProcess(const Program& program);
  CleanProcess(const CleanProcess&) = delete;
  CleanProcess& operator=(const CleanProcess&) = delete;
  /// Waits for its end and reaps it, unless someone else has.
  ~CleanProcess();

  /// Readable once it has ended.
  [[nodiscard]] const base::UniqueFd& pidfd() const { return pidfd_; }

 private:
  base::UniqueFd pidfd_;
};

/// waitid(2) with P_PIDFD and WEXITED, which reaps. The si_code and si_status, or minus errno.
struct Reaped {
  int code = 0;
  int status = 0;
};
[[nodiscard]] Reaped reap(const base::UniqueFd& pidfd) noexcept;

}  // namespace librefrun
