#include "reference_runtime/wasm/execution.h"

#include <algorithm>

namespace refrun::wasm {
namespace {

constexpr std::size_t kFirstSlots = 1024;
constexpr std::size_t kFirstFrames = 64;
const Instr kHalt = {};

}  // namespace

Execution::Execution(Meter* meter, StackLimits limits) : meter_(meter), limits_(limits) {}

void Execution::call(const Function& function, std::span<const Value> args) {
  entry_ = &function;
  const std::size_t needed =
      std::max(function.param_slots, function.result_slots) + (function.code ? function.code->frame_slots : 0);
  stack_.assign(std::max(kFirstSlots, needed), 0);
  frames_.resize(kFirstFrames);
  std::size_t slot = 0;
  for (const Value& arg : args) {
    stack_[slot++] = arg.low;
    if (arg.type == ValType::v128) stack_[slot++] = arg.high;
  }
  if (function.host) return;
  frames_[0] = {&kHalt, function.code, function.instance, 0};
  depth_ = 1;
  at_ = {function.code->instrs.data(), function.code, function.instance, 0};
}

Stop Execution::run() {
  if (rearm_) meter_->rearm(rearm_->first, rearm_->second);
  rearm_.reset();
  awaited_.reset();
  return entry_->host ? run_host_entry() : interpret();
}

Stop Execution::run_host_entry() {
  Instance none;
  switch (call_host(*entry_, none, stack_.data())) {
    case HostAnswer::done:
      return Stop::finished;
    case HostAnswer::exit:
      return Stop::exited;
    case HostAnswer::suspend:
      return Stop::suspended;
    case HostAnswer::trap:
      break;
  }
  trap_text_ = host_message_;
  return Stop::trapped;
}

std::vector<Value> Execution::results() const {
  std::vector<Value> values;
  std::size_t slot = 0;
  for (ValType type : entry_->type->results) {
    Value value{type, stack_[slot++], 0};
    if (type == ValType::v128) value.high = stack_[slot++];
    values.push_back(value);
  }
  return values;
}

HostAnswer Execution::call_host(const Function& function, Instance& caller, Slot* args) {
  HostCall call{.caller = caller, .execution = *this, .args = args};
  const HostAnswer answer = function.host(function.context, call);
  if (answer == HostAnswer::exit) exit_code_ = call.exit_code;
  if (answer == HostAnswer::trap) {
    trap_ = call.trap;
    host_message_ = std::move(call.message);
  }
  return answer;
}

Execution::Verdict Execution::deadline_passed() {
  const auto deadline = meter_->passed();
  if (!deadline) return Verdict::proceed;
  Decision decision = meter_->decide(*deadline);
  switch (decision.kind) {
    case Decision::Kind::trap:
      trap_ = *deadline == Deadline::fuel ? Trap::out_of_fuel : Trap::deadline;
      if (decision.why != Trap::none) trap_ = decision.why;
      return Verdict::trap;
    case Decision::Kind::proceed:
      meter_->rearm(*deadline, decision.delta);
      return Verdict::proceed;
    case Decision::Kind::yield:
      rearm_ = {*deadline, decision.delta};
      awaited_ = std::move(decision.until);
      return Verdict::yield;
  }
  return Verdict::trap;
}

bool Execution::grow_stack(std::size_t slots) {
  if (slots > limits_.slots) return false;
  stack_.resize(std::min<std::size_t>(limits_.slots, std::max(slots, stack_.size() * 2)));
  return true;
}

bool Execution::grow_frames() {
  if (frames_.size() >= limits_.frames) return false;
  frames_.resize(std::min<std::size_t>(limits_.frames, frames_.size() * 2));
  return true;
}

Stop Execution::trapped(Trap trap, const Code* code, const Instance& instance) {
  trap_ = trap;
  trap_text_ = std::string(trap == Trap::host && !host_message_.empty() ? host_message_ : text_of(trap)) + " in " +
               instance.module().function_name(code->function);
  return Stop::trapped;
}

}  // namespace refrun::wasm
