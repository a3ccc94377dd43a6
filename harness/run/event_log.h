#pragma once

#include <filesystem>
#include <string>

#include "base/json.h"
#include "base/unique_fd.h"

namespace runproof {

/// The event log (docs/event-log.md): one JSON object a line, each written at once and whole. It is kept in memory, and
/// in a file where one is wanted.
class EventLog {
 public:
  /// `file` is created or emptied; it may be a pipe or a terminal. Empty: none. Throws SysError; std::runtime_error
  /// where another log of this name is open for writing (flock(2)).
  explicit EventLog(const std::filesystem::path& file = {});

  /// Text that is not UTF-8 is replaced. Throws SysError.
  void write(const base::Json& event);
  /// Everything written so far.
  [[nodiscard]] std::string text() const;

 private:
  base::UniqueFd memory_;
  base::UniqueFd file_;
};

}  // namespace runproof
