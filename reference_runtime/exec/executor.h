#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "reference_runtime/config/config.h"

namespace refrun {

/// What init becomes at `start`, ready made by the parent. In init it is only read.
struct Payload {
  std::vector<std::string> args;  // config.md#process args
  std::vector<std::string> env;   // "KEY=value"; HOME, LISTEN_FDS and LISTEN_PID are settled by then
  std::string cwd;
  std::map<std::string, std::string> annotations;
  /// Descriptors 3 .. 3 + preserved_fds - 1 belong to the payload; everything above is closed at the hand-over.
  int preserved_fds = 0;
};

/// The door between an executor and `refrun start`, which waits at its other end.
class Handover {
 public:
  virtual ~Handover() = default;
  /// The payload runs from here on: `start` returns and the status turns from created to running. execve(2) says this
  /// by itself (the descriptors are CLOEXEC); an executor that stays in this process says it once, before the payload's
  /// first instruction. Closes every descriptor of the runtime.
  virtual void started() noexcept = 0;
  /// `start` fails with "what: errno's text" and the process ends: this never returns. `error` 0: `what` alone.
  virtual void failed(std::string_view what, int error) noexcept = 0;
};

/// Runs a payload inside init. Native and Wasm differ in nothing but this.
class Executor {
 public:
  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor() = default;

  /// One word, for logs and `features`.
  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Whether this container is for this executor. Called by the parent with a valid config; the first that accepts
  /// wins.
  [[nodiscard]] virtual bool accepts(const Config& config) const = 0;

  /// In init, during `create`, before the gate: paths are the container's (after pivot_root), the user is still root of
  /// the container's user namespace with all capabilities. One thread; allocation is fine, descriptors must be CLOEXEC
  /// and above those of `payload`. A text is an error that makes `create` fail; empty is success.
  [[nodiscard]] virtual std::string prepare(const Payload& payload) = 0;

  /// Descriptors that prepare() opened and run() needs: the others are closed at the gate.
  [[nodiscard]] virtual std::vector<int> descriptors() const { return {}; }

  /// In init, during `start`, after the startContainer hooks; user, capabilities, seccomp filter and cwd are those of
  /// config.json. Never returns: the process is the payload from here on. (Not [[noreturn]]: GCC 12 does not take that
  /// from a call of another virtual function.)
  virtual void run(const Payload& payload, Handover& handover) = 0;
};

/// The executor for this container. To add one: a line in executors.cc, before native.
[[nodiscard]] std::unique_ptr<Executor> choose_executor(const Config& config);

}  // namespace refrun
