#pragma once

#include <sys/stat.h>

namespace refrun {

/// The file mode creation mask of this process. umask(2) can only swap it, so this is for a program of one thread.
inline mode_t own_umask() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return mask;
}

}  // namespace refrun
