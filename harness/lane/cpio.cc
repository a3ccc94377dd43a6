#include "harness/lane/cpio.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <utility>

namespace runproof {
namespace {

void pad(std::string& bytes) { bytes.resize((bytes.size() + 3) / 4 * 4, '\0'); }

}  // namespace

void Cpio::add(std::string_view path, unsigned mode, std::string_view content, unsigned major, unsigned minor) {
  if (path.starts_with('/')) path.remove_prefix(1);
  const unsigned uid = 0, gid = 0, links = 1, time = 0, device = 0, check = 0;
  bytes_ +=
      fmt::format("070701{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}{:08x}", ++inode_,
                  mode, uid, gid, links, time, content.size(), device, device, major, minor, path.size() + 1, check);
  bytes_ += path;
  bytes_ += '\0';
  pad(bytes_);
  bytes_ += content;
  pad(bytes_);
}

void Cpio::add_folder(std::string_view path) { add(path, S_IFDIR | 0755, {}, 0, 0); }

void Cpio::add_file(std::string_view path, std::string_view content, unsigned mode) {
  add(path, S_IFREG | mode, content, 0, 0);
}

void Cpio::add_device(std::string_view path, unsigned major, unsigned minor) {
  add(path, S_IFCHR | 0600, {}, major, minor);
}

std::string Cpio::finish() {
  add("TRAILER!!!", 0, {}, 0, 0);
  return std::move(bytes_);
}

}  // namespace runproof
