#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace runproof {

/// While it lives, a directory is a mount that spreads what is mounted below it to its peers, as all of the file system
/// is where systemd has booted. It is in a mount namespace into which this process goes, with each runtime that it
/// starts: the host sees nothing of it. Throws Broken where that cannot be had.
class SharedPlace {
 public:
  explicit SharedPlace(std::filesystem::path directory);
  SharedPlace(const SharedPlace&) = delete;
  SharedPlace& operator=(const SharedPlace&) = delete;
  /// Unmounts it with all below.
  ~SharedPlace();

 private:
  std::filesystem::path directory_;
};

/// What our mount table has below a directory, without the directory itself.
[[nodiscard]] std::vector<std::string> our_mounts_within(const std::filesystem::path& directory);

}  // namespace runproof
