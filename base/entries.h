#pragma once

#include <functional>

namespace base {

/// Calls `each` with the name of every entry of an open directory but `.` and `..`, from where it was last read to, and
/// with its type (DT_DIR, …; DT_UNKNOWN where the file system does not say). `each` may remove the entry. False, with
/// errno, where the directory cannot be read to its end.
bool for_each_entry(int directory, const std::function<void(const char* name, unsigned char type)>& each);

}  // namespace base
