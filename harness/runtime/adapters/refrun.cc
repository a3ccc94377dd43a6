#include "harness/runtime/adapters/adapters.h"

namespace runproof {
namespace {

class Refrun final : public Adapter {
 public:
  [[nodiscard]] std::string_view name() const override { return "refrun"; }
  [[nodiscard]] bool recognises(std::string_view version_text) const override {
    return version_text.starts_with("refrun ");
  }
  [[nodiscard]] std::optional<std::string> lacks(std::string_view feature, std::string_view) const override {
    if (feature == "checkpoint") return "refrun has no such command";
    return std::nullopt;
  }
};

}  // namespace

const Adapter& refrun_adapter() {
  static const Refrun adapter;
  return adapter;
}

}  // namespace runproof
