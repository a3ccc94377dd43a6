#pragma once

#include <cstdio>
#include <string_view>

namespace runproof {

/// Writes to stdout at once, so that who reads a pipe sees each line as it comes.
inline void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace runproof
