#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

#include "base/sys_error.h"
#include "harness/bundle/remove_tree.h"

namespace runproof {

/// A directory for one unit test, removed with the guard.
class TestingDirectory {
 public:
  TestingDirectory() {
    std::string name = (std::filesystem::temp_directory_path() / "runproof-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw base::SysError("mkdtemp " + name);
    path_ = name;
  }
  TestingDirectory(const TestingDirectory&) = delete;
  TestingDirectory& operator=(const TestingDirectory&) = delete;
  ~TestingDirectory() { remove_tree(path_); }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace runproof
