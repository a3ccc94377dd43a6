#include "cases/support/canary.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/file.h"

namespace runproof {
namespace fs = std::filesystem;

namespace {

/// Everything of a file that an attack could change. Reading it changes only its access time.
std::string describe(const fs::path& path) {
  struct stat info {};
  if (lstat(path.c_str(), &info) != 0) return "not to be seen";
  const std::string text = S_ISREG(info.st_mode) ? base::read_file(path) : "";
  return fmt::format("mode {:o}, owner {}:{}, inode {}:{}, device {}, {} links, changed {}.{}, \"{}\"", info.st_mode,
                     info.st_uid, info.st_gid, info.st_dev, info.st_ino, info.st_rdev, info.st_nlink,
                     info.st_mtim.tv_sec, info.st_mtim.tv_nsec, text);
}

}  // namespace

Canary::Canary(fs::path directory) : path_(std::move(directory)) {
  fs::create_directories(path_ / "directory");
  for (const char* name : {"file", "ptmx", "null"}) base::write_file(path_ / name, "untouched");
  before_ = look();
}

std::vector<std::string> Canary::changes() const {
  const Snapshot now = look();
  std::vector<std::string> found;
  for (const auto& [name, was] : before_) {
    const auto there = now.find(name);
    if (there == now.end()) {
      found.push_back(name + " is gone");
    } else if (there->second != was) {
      found.push_back(name + " was " + was + "; is " + there->second);
    }
  }
  for (const auto& [name, is] : now) {
    if (!before_.contains(name)) found.push_back(name + " is new: " + is);
  }
  return found;
}

Canary::Snapshot Canary::look() const {
  Snapshot seen{{".", describe(path_)}};
  for (const auto& entry : fs::recursive_directory_iterator(path_)) {
    seen[entry.path().lexically_relative(path_)] = describe(entry.path());
  }
  return seen;
}

}  // namespace runproof
