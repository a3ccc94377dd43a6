#pragma once

#include <filesystem>
#include <string>

#include "base/unique_fd.h"

namespace runproof {

/// Follows a file that somebody else appends to. inotify tells of new text, of the file's creation too.
class LogTail {
 public:
  /// `file` need not be there yet; its folder must. Throws SysError.
  explicit LogTail(std::filesystem::path file);
  /// Readable when there may be new text: then call `take`.
  [[nodiscard]] int fd() const { return inotify_.get(); }
  /// What has been appended since the last call.
  [[nodiscard]] std::string take();

 private:
  std::filesystem::path file_;
  base::UniqueFd inotify_;
  base::UniqueFd log_;
};

}  // namespace runproof
