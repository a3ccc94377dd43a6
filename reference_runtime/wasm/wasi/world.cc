#include "reference_runtime/wasm/wasi/world.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "reference_runtime/wasm/wasi/guest.h"

namespace refrun::wasm::wasi {
namespace {

constexpr std::uint32_t kMaxDescriptors = 65536;

/// What has no position cannot seek: that is also how wasi-libc knows a terminal.
std::uint64_t rights_of(int fd) {
  struct stat status {};
  if (fstat(fd, &status) != 0 || S_ISREG(status.st_mode) || S_ISBLK(status.st_mode)) return kAllRights;
  return kAllRights & ~static_cast<std::uint64_t>(kFdSeek | kFdTell);
}

// A directory that may be passed through but not listed is still a place to open files in.
Descriptor open_preopen(const std::string& host_path, std::string name) {
  base::UniqueFd fd(open(host_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) fd = base::open_file(host_path, O_PATH | O_DIRECTORY);
  return {.fd = std::move(fd), .rights_base = kAllRights & ~std::uint64_t{kOfFilesAlone}, .preopen = std::move(name)};
}

}  // namespace

std::uint32_t World::insert(Descriptor descriptor) {
  std::uint32_t number = 0;
  for (const auto& [taken, unused] : descriptors_) {
    if (taken != number) break;
    ++number;
  }
  if (number >= kMaxDescriptors) throw Refusal{Errno::mfile};
  descriptors_[number] = std::move(descriptor);
  return number;
}

std::uint32_t World::add(base::UniqueFd fd) {
  const std::uint64_t rights = rights_of(fd.get());
  return insert({.fd = std::move(fd), .rights_base = rights});
}

void World::add_at(std::uint32_t number, base::UniqueFd fd) {
  const std::uint64_t rights = rights_of(fd.get());
  descriptors_[number] = {.fd = std::move(fd), .rights_base = rights};
}

std::uint32_t World::preopen(const std::string& host_path, std::string name) {
  return insert(open_preopen(host_path, std::move(name)));
}

void World::preopen_at(std::uint32_t number, const std::string& host_path, std::string name) {
  descriptors_[number] = open_preopen(host_path, std::move(name));
}

Descriptor& World::at(std::uint32_t number, std::uint64_t rights) {
  const auto it = descriptors_.find(number);
  if (it == descriptors_.end()) throw Refusal{Errno::badf};
  if ((it->second.rights_base & rights) != rights) throw Refusal{Errno::notcapable};
  return it->second;
}

void World::close(std::uint32_t number) {
  at(number);
  descriptors_.erase(number);
}

void World::renumber(std::uint32_t from, std::uint32_t to) {
  at(from);
  at(to);
  if (from == to) return;
  descriptors_[to] = std::move(descriptors_[from]);
  descriptors_.erase(from);
}

}  // namespace refrun::wasm::wasi
