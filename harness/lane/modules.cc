#include "harness/lane/modules.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>

#include "base/file.h"
#include "base/text.h"

namespace runproof {
namespace {

/// Module names use _ where file names may use -.
std::string plain_name(std::string name) {
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

/// Walks from a module down to what it needs, once each.
class LoadOrder {
 public:
  explicit LoadOrder(const std::filesystem::path& tree) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(tree / "kernel"))
      if (entry.path().extension() == ".ko") files_[plain_name(entry.path().stem())] = entry.path();
    const std::string built_in = base::read_file(tree / "modules.builtin");
    for (const auto line : base::words(built_in)) built_in_.insert(plain_name(std::filesystem::path(line).stem()));
  }

  void add(const std::string& name) {
    if (built_in_.contains(name) || !seen_.insert(name).second) return;
    const auto file = files_.find(name);
    if (file == files_.end())
      throw std::runtime_error("kernel module " + name + " is neither in the package nor built in");
    for (const auto& needed : module_depends(base::read_file(file->second))) add(plain_name(needed));
    order_.push_back(file->second);
  }

  [[nodiscard]] std::vector<std::filesystem::path> order() && { return std::move(order_); }

 private:
  std::map<std::string, std::filesystem::path> files_;
  std::set<std::string> built_in_;
  std::set<std::string> seen_;
  std::vector<std::filesystem::path> order_;
};

}  // namespace

std::vector<std::string> module_depends(std::string_view module_file) {
  using namespace std::string_view_literals;
  constexpr auto kKey = "\0depends="sv;
  const auto at = module_file.find(kKey);
  if (at == std::string_view::npos) return {};
  module_file.remove_prefix(at + kKey.size());
  std::vector<std::string> names;
  for (const auto name : base::split(module_file.substr(0, module_file.find('\0')), ',')) names.emplace_back(name);
  return names;
}

std::string_view without_signature(std::string_view module_file) {
  constexpr std::string_view kMark = "~Module signature appended~\n";
  constexpr std::size_t kDescription = 12;  // its last four bytes, big-endian, are the signature's length
  if (!module_file.ends_with(kMark) || module_file.size() < kMark.size() + kDescription) return module_file;
  const std::string_view signed_part = module_file.substr(0, module_file.size() - kMark.size());
  std::size_t length = 0;
  for (const char byte : signed_part.substr(signed_part.size() - 4))
    length = length << 8 | static_cast<unsigned char>(byte);
  if (length > signed_part.size() - kDescription) return module_file;
  return signed_part.substr(0, signed_part.size() - kDescription - length);
}

std::vector<std::filesystem::path> module_load_order(const std::filesystem::path& tree,
                                                     const std::vector<std::string>& names) {
  LoadOrder order(tree);
  for (const auto& name : names) order.add(name);
  return std::move(order).order();
}

}  // namespace runproof
