#pragma once

#include <string>
#include <string_view>

namespace runproof {

/// An initramfs in the kernel's "newc" form (Documentation/driver-api/early-userspace/buffer-format.rst), not
/// compressed.
class Cpio {
 public:
  /// Parents first: the kernel makes no folders by itself.
  void add_folder(std::string_view path);
  void add_file(std::string_view path, std::string_view content, unsigned mode);
  /// A character device, as /dev/console must be there before /init runs.
  void add_device(std::string_view path, unsigned major, unsigned minor);
  /// The finished archive; nothing may be added afterwards.
  [[nodiscard]] std::string finish();

 private:
  void add(std::string_view path, unsigned mode, std::string_view content, unsigned major, unsigned minor);
  std::string bytes_;
  unsigned inode_ = 0;
};

}  // namespace runproof
