#include "reference_runtime/wasm/wasi/world.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "reference_runtime/wasm/wasi/guest.h"

namespace refrun::wasm::wasi {
namespace {

constexpr std::uint32_t kMaxDescriptors = 65536;

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
  struct stat status {};
  std::uint64_t rights = kAllRights;
  if (fstat(fd.get(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode)) {
    rights &= ~static_cast<std::uint64_t>(kFdSeek | kFdTell);
  }
  return insert({.fd = std::move(fd), .rights_base = rights});
}

std::uint32_t World::preopen(const std::string& host_path, std::string name) {
  return insert({.fd = base::open_file(host_path, O_RDONLY | O_DIRECTORY), .preopen = std::move(name)});
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
