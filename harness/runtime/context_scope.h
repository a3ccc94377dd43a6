#pragma once

#include "harness/runtime/context.h"
#include "harness/runtime/evidence.h"

namespace runproof {

/// While it lives, `context()` and `evidence()` are these in this thread, whatever the process's own are: for a process
/// that drives several runtimes, in several threads. Both must outlive it.
class ContextScope {
 public:
  ContextScope(const Context& context, Evidence& evidence);
  ContextScope(const ContextScope&) = delete;
  ContextScope& operator=(const ContextScope&) = delete;
  ~ContextScope();

  [[nodiscard]] static const Context* context();  ///< null outside of any
  [[nodiscard]] static Evidence* evidence();

 private:
  const Context* outer_context_;
  Evidence* outer_evidence_;
};

}  // namespace runproof
