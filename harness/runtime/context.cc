#include "harness/runtime/context.h"

#include <optional>
#include <stdexcept>

#include "harness/runtime/context_scope.h"

namespace runproof {
namespace {
std::optional<Context>& current() {
  static std::optional<Context> context;
  return context;
}
}  // namespace

std::string Context::prefix() const { return "rp-" + run_id + "-" + std::to_string(number); }

base::Deadline Context::within(std::chrono::milliseconds span) const {
  const auto scaled = std::chrono::duration<double, std::milli>(static_cast<double>(span.count()) * deadline_scale);
  return base::Deadline::in(std::chrono::duration_cast<std::chrono::nanoseconds>(scaled)).sooner(case_deadline);
}

const Context& context() {
  if (const Context* scoped = ContextScope::context()) return *scoped;
  if (!current()) throw std::logic_error("no case runs in this process: set_context first");
  return *current();
}

void set_context(Context context) { current() = std::move(context); }

}  // namespace runproof
