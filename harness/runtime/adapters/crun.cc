#include "harness/runtime/adapters/adapters.h"

namespace runproof {
namespace {

class Crun final : public Adapter {
 public:
  [[nodiscard]] std::string_view name() const override { return "crun"; }
  [[nodiscard]] bool recognises(std::string_view version_text) const override {
    return version_text.starts_with("crun ");
  }
  [[nodiscard]] std::optional<std::string> lacks(std::string_view feature, std::string_view version) const override {
    if (feature == "sibling") return "crun create has no --sibling";
    if (feature == "wasm") return "crun does not say in its version number whether it was built with a Wasm engine";
    if (feature == "events") return "crun has no events command";
    if (older_than(version, 1, 15, 0) && feature == "keep") return "crun run --keep came with 1.15";
    if (older_than(version, 1, 8, 6) && feature == "features") return "crun features came with 1.8.6";
    if (older_than(version, 1, 14, 2) && feature.starts_with("oci_version.") &&
        !feature.starts_with("oci_version.1.0."))
      return "crun before 1.14.2 takes only ociVersion 1.0";
    return std::nullopt;
  }
};

}  // namespace

const Adapter& crun_adapter() {
  static const Crun adapter;
  return adapter;
}

}  // namespace runproof
