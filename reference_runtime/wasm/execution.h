#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "reference_runtime/wasm/instance.h"
#include "reference_runtime/wasm/meter.h"

namespace refrun::wasm {

/// How a run came to a stop. After `yielded` and `suspended`, run() goes on where it was.
enum class Stop : std::uint8_t { finished, trapped, exited, yielded, suspended };

struct StackLimits {
  std::uint32_t slots = 1 << 20;  // 8 MiB
  std::uint32_t frames = 1 << 16;
};

/// One call into an instance, with its whole state on the heap: it can stop at any function entry or loop header of
/// metered code, and be resumed later and on another thread. One thread at a time.
class Execution {
 public:
  explicit Execution(Meter* meter = nullptr, StackLimits limits = {});

  /// Prepares a call; nothing runs yet. `args` must have the function's types.
  void call(const Function& function, std::span<const Value> args);
  Stop run();

  [[nodiscard]] std::vector<Value> results() const;
  [[nodiscard]] Trap trap() const { return trap_; }
  /// "integer divide by zero in func[7]"
  [[nodiscard]] const std::string& trap_text() const { return trap_text_; }
  [[nodiscard]] std::uint32_t exit_code() const { return exit_code_; }
  /// What to wait for before the next run(); nullptr after a plain yield.
  [[nodiscard]] const std::shared_ptr<Awaitable>& awaited() const { return awaited_; }
  /// For a host function that is about to answer `suspend`.
  void await(std::shared_ptr<Awaitable> awaitable) { awaited_ = std::move(awaitable); }

 private:
  struct Frame {
    const Instr* pc = nullptr;
    const Code* code = nullptr;
    Instance* instance = nullptr;
    std::size_t base = 0;
  };
  enum class Verdict : std::uint8_t { proceed, trap, yield };

  Stop interpret();
  Stop run_host_entry();
  HostAnswer call_host(const Function& function, Instance& caller, Slot* args);
  Verdict deadline_passed();
  bool grow_stack(std::size_t slots);
  bool grow_frames();
  Stop trapped(Trap trap, const Code* code, const Instance& instance);

  Meter* meter_;
  StackLimits limits_;
  std::vector<Slot> stack_;
  std::vector<Frame> frames_;
  std::size_t depth_ = 0;
  Frame at_ = {};  // where to go on
  const Function* entry_ = nullptr;

  std::optional<std::pair<Deadline, std::uint64_t>> rearm_ = std::nullopt;
  std::shared_ptr<Awaitable> awaited_ = nullptr;
  Trap trap_ = Trap::none;
  std::string host_message_ = {};
  std::string trap_text_ = {};
  std::uint32_t exit_code_ = 0;
};

}  // namespace refrun::wasm
