#include "cases/support/files.h"

#include <sys/stat.h>

#include <filesystem>

#include "base/file.h"

namespace runproof {

void put_file(const Bundle& bundle, std::string_view path, std::string_view text) {
  std::filesystem::create_directories(bundle.file(path).parent_path());
  base::write_file(bundle.file(path), text);
}

void make_node(const Bundle& bundle, std::string_view path, mode_t mode, dev_t number) {
  if (::mknod(bundle.file(path).c_str(), mode, number) != 0) throw Broken("make a device", "mknod failed");
}

Json stat_of(Serving& box, const std::string& path) { return box.ask({"stat", path}).at(path); }

}  // namespace runproof
