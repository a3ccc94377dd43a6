#pragma once

#include "harness/runtime/adapter.h"

namespace runproof {

[[nodiscard]] const Adapter& runc_adapter();
[[nodiscard]] const Adapter& crun_adapter();
[[nodiscard]] const Adapter& youki_adapter();
[[nodiscard]] const Adapter& runsc_adapter();
[[nodiscard]] const Adapter& refrun_adapter();
[[nodiscard]] const Adapter& generic_adapter();

/// Whether "1.8.1" comes before major.minor.patch. False for a text that is no version: nothing is known against it.
[[nodiscard]] bool older_than(std::string_view version, int major, int minor, int patch);

}  // namespace runproof
