#pragma once

#include <string>
#include <vector>

namespace refrun {

/// One value for one file of one controller.
struct Setting {
  std::string controller;
  std::string file;
  std::string value;
  bool optional = false;  // where the kernel has no such file, the value is what it does anyway, or may be ignored
};

using Settings = std::vector<Setting>;

}  // namespace refrun
