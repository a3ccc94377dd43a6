#include "harness/runtime/adapters/adapters.h"

namespace runproof {
namespace {

class Runsc final : public Adapter {
 public:
  [[nodiscard]] std::string_view name() const override { return "runsc"; }
  [[nodiscard]] bool recognises(std::string_view version_text) const override {
    return version_text.starts_with("runsc ");
  }
  [[nodiscard]] std::optional<std::string> lacks(std::string_view feature, std::string_view) const override {
    if (feature == "sibling") return "runsc create has no --sibling";
    if (feature == "wasm") return "runsc has no handlers";
    if (feature == "delete_regex" || feature == "keep") return "runsc has no such option";
    return std::nullopt;
  }
};

}  // namespace

const Adapter& runsc_adapter() {
  static const Runsc adapter;
  return adapter;
}

}  // namespace runproof
