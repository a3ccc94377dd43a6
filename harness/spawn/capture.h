#pragma once

#include <string>
#include <string_view>

#include "base/unique_fd.h"

namespace runproof {

/// What a child writes, kept in a memfd and not a pipe: whoever inherits the descriptor and keeps it can hold nobody
/// up.
class Capture {
 public:
  /// Throws SysError.
  explicit Capture(const char* name);
  [[nodiscard]] int fd() const { return fd_.get(); }
  [[nodiscard]] std::size_t size() const;
  /// All that is there, at most `most` bytes.
  [[nodiscard]] std::string text(std::size_t most) const;

 private:
  base::UniqueFd fd_;
};

/// A descriptor to read `text` from: a memfd at its beginning, or /dev/null for none. Throws SysError.
[[nodiscard]] base::UniqueFd readable(std::string_view text);

}  // namespace runproof
