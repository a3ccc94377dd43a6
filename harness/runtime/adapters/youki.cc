#include "harness/runtime/adapters/adapters.h"

namespace runproof {
namespace {

class Youki final : public Adapter {
 public:
  [[nodiscard]] std::string_view name() const override { return "youki"; }
  [[nodiscard]] bool recognises(std::string_view version_text) const override {
    return version_text.starts_with("youki ");
  }
  [[nodiscard]] std::optional<std::string> lacks(std::string_view feature, std::string_view) const override {
    if (feature == "sibling") return "youki create has no --sibling";
    if (feature == "delete_regex") return "youki delete takes one id";
    return std::nullopt;
  }
};

}  // namespace

const Adapter& youki_adapter() {
  static const Youki adapter;
  return adapter;
}

}  // namespace runproof
