#pragma once

#include <map>
#include <string>

namespace refrun::wasm {

/// Whether a container's annotations ask for the Wasm executor, as users of crun and youki expect: `run.oci.handler` is
/// `wasm` or `wasm-smart`; only without it counts `module.wasm.image/variant`, `compat` or `compat-smart`. The smart
/// ones want `program` (args[0]) to end in .wasm or .wat. A sandbox container of Kubernetes never is one.
bool asks_for_wasm(const std::map<std::string, std::string>& annotations, const std::string& program);

}  // namespace refrun::wasm
