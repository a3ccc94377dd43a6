#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/unique_fd.h"
#include "reference_runtime/wasm/meter.h"
#include "reference_runtime/wasm/wasi/abi.h"

struct pollfd;

namespace refrun::wasm::wasi {

/// Lets a module wait without holding a thread: see scheduler.h. Without one, a module that waits blocks its thread.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  virtual ~Waiter() = default;
  /// Ready when one of these descriptors is, or at `until`. The descriptors must stay open until then.
  virtual std::shared_ptr<Awaitable> ready(std::vector<pollfd> fds,
                                           std::optional<std::chrono::steady_clock::time_point> until) = 0;
};

struct Descriptor {
  base::UniqueFd fd;
  std::uint64_t rights_base = kAllRights;
  std::uint64_t rights_inheriting = kAllRights;
  std::optional<std::string> preopen = std::nullopt;  // the name that the module sees
};

/// What one module sees of the system: arguments, environment, descriptors. Owns the descriptors.
class World {
 public:
  std::vector<std::string> args = {};
  std::vector<std::string> env = {};  // "KEY=value"
  Waiter* waiter = nullptr;           // outlives the world

  /// Puts a descriptor at the lowest free number. Rights follow from its kind: what is a terminal or a pipe cannot
  /// seek.
  std::uint32_t add(base::UniqueFd fd);
  /// The same at a number of the caller's choice, which must be free.
  void add_at(std::uint32_t number, base::UniqueFd fd);
  /// Opens `host_path` as a directory that the module knows as `name`. Throws SysError.
  std::uint32_t preopen(const std::string& host_path, std::string name);
  void preopen_at(std::uint32_t number, const std::string& host_path, std::string name);

  /// Throws Refusal: `badf`, or `notcapable` where a right is missing.
  Descriptor& at(std::uint32_t number, std::uint64_t rights = 0);
  [[nodiscard]] int fd(std::uint32_t number, std::uint64_t rights = 0) { return at(number, rights).fd.get(); }
  /// Throws Refusal `mfile` where there are 65,536.
  std::uint32_t insert(Descriptor descriptor);
  void close(std::uint32_t number);
  void renumber(std::uint32_t from, std::uint32_t to);

  /// A wait that was suspended, and when it ends: the call is made again after a resume, and must not wait anew.
  std::optional<std::chrono::steady_clock::time_point> wait_began = std::nullopt;

 private:
  std::map<std::uint32_t, Descriptor> descriptors_;
};

}  // namespace refrun::wasm::wasi
