#include "base/entries.h"

#include <dirent.h>

#include <string_view>

namespace base {

bool for_each_entry(int directory, const std::function<void(const char* name, unsigned char type)>& each) {
  alignas(dirent64) char entries[8192];
  for (;;) {
    const ssize_t filled = ::getdents64(directory, entries, sizeof entries);
    if (filled <= 0) return filled == 0;
    for (ssize_t at = 0; at < filled;) {
      const auto* entry = reinterpret_cast<const dirent64*>(entries + at);
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") each(entry->d_name, entry->d_type);
      at += entry->d_reclen;
    }
  }
}

}  // namespace base
