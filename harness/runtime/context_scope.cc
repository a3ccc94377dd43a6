#include "harness/runtime/context_scope.h"

namespace runproof {
namespace {
thread_local const Context* scoped_context = nullptr;
thread_local Evidence* scoped_evidence = nullptr;
}  // namespace

ContextScope::ContextScope(const Context& context, Evidence& evidence)
    : outer_context_(scoped_context), outer_evidence_(scoped_evidence) {
  scoped_context = &context;
  scoped_evidence = &evidence;
}

ContextScope::~ContextScope() {
  scoped_context = outer_context_;
  scoped_evidence = outer_evidence_;
}

const Context* ContextScope::context() { return scoped_context; }
Evidence* ContextScope::evidence() { return scoped_evidence; }

}  // namespace runproof
