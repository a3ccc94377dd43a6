#include "harness/runtime/adapters/adapters.h"

namespace runproof {
namespace {

/// Any other program that takes runc's command line; nothing of that is known against it.
class Generic final : public Adapter {
 public:
  [[nodiscard]] std::string_view name() const override { return "generic"; }
  [[nodiscard]] bool recognises(std::string_view) const override { return true; }
  [[nodiscard]] std::optional<std::string> lacks(std::string_view feature, std::string_view) const override {
    if (feature == "sibling") return "--sibling is no option of runc's";
    return std::nullopt;
  }
};

}  // namespace

const Adapter& generic_adapter() {
  static const Generic adapter;
  return adapter;
}

}  // namespace runproof
