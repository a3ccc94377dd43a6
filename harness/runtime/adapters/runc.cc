#include "harness/runtime/adapters/adapters.h"

namespace runproof {
namespace {

class Runc final : public Adapter {
 public:
  [[nodiscard]] std::string_view name() const override { return "runc"; }
  [[nodiscard]] bool recognises(std::string_view version_text) const override {
    return version_text.starts_with("runc ");
  }
  [[nodiscard]] std::optional<std::string> lacks(std::string_view feature, std::string_view version) const override {
    if (feature == "sibling") return "runc create has no --sibling";
    if (feature == "wasm") return "runc has no handlers";
    if (feature == "delete_regex") return "runc delete takes one id";
    if (older_than(version, 1, 1, 0)) {
      if (feature == "features") return "runc features came with 1.1.0";
      if (feature == "keep") return "runc run --keep came with 1.1.0";
    }
    return std::nullopt;
  }
};

}  // namespace

const Adapter& runc_adapter() {
  static const Runc adapter;
  return adapter;
}

}  // namespace runproof
