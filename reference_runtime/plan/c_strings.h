#pragma once

#include <string>
#include <vector>

namespace refrun {

/// A null-terminated array of pointers into `strings`, as execve(2) wants it. Valid while `strings` lives unmoved and
/// unchanged (moving the vector itself keeps its elements where they are).
inline std::vector<char*> c_strings(std::vector<std::string>& strings) {
  std::vector<char*> out;
  out.reserve(strings.size() + 1);
  for (std::string& text : strings) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

}  // namespace refrun
