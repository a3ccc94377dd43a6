#pragma once

#include <memory>
#include <string>
#include <vector>

#include "reference_runtime/wasm/limits.h"
#include "reference_runtime/wasm/region.h"
#include "reference_runtime/wasm/wasi/program.h"

namespace refrun::wasm::wasi {

/// One container of a pod: a module with a world of its own.
struct Member {
  std::string name;
  std::shared_ptr<const Module> module = nullptr;  // metered, checked
  std::unique_ptr<World> world = nullptr;
  RunLimits limits = {};
};

/// Runs all members in this process, on `workers` threads, to their ends; each has at most a millisecond before the
/// others have their turn, and none holds a thread while it waits. Endings in the order of the members. Throws
/// SysError, LoadError (a member's memory that cannot be had).
std::vector<Ending> run_pod(std::vector<Member> members, std::uint32_t workers, MemorySource& memory);

}  // namespace refrun::wasm::wasi
