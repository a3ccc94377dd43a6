#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

namespace runproof {

/// The inode that a path leads to, for unit tests; without one the test fails.
inline ino_t inode_of(const std::filesystem::path& path) {
  struct stat info {};
  EXPECT_EQ(::stat(path.c_str(), &info), 0) << path;
  return info.st_ino;
}

}  // namespace runproof
