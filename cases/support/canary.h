#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace runproof {

/// A directory tree of the host that nothing in a container may reach: `file`, `ptmx`, `null` (all regular files) and
/// `directory`. Removed with the case's scratch directory.
class Canary {
 public:
  /// Makes `directory` and what is in it.
  explicit Canary(std::filesystem::path directory);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  /// What is new, gone or different by now, one sentence each.
  [[nodiscard]] std::vector<std::string> changes() const;

 private:
  using Snapshot = std::map<std::string, std::string>;
  [[nodiscard]] Snapshot look() const;

  std::filesystem::path path_;
  Snapshot before_;
};

}  // namespace runproof
