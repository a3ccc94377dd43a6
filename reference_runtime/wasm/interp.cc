// The interpreter: one handler per operation, each ending in its own indirect jump ("threaded code"), so that the
// processor predicts each operation's successor by itself. Everything hot lives in local variables; they go back into
// the Execution when it stops. CMakeLists.txt compiles this file with flags of its own: GCC 12 would otherwise merge
// the jumps again.

#include <algorithm>
#include <bit>
#include <cmath>

#include "reference_runtime/wasm/execution.h"
#include "reference_runtime/wasm/numeric.h"
#include "reference_runtime/wasm/simd.h"
#include "reference_runtime/wasm/table_ops.h"

namespace refrun::wasm {
namespace {

template <typename T>
inline T get(const Slot* r, unsigned slot) {
  T value = {};
  std::memcpy(static_cast<void*>(&value), r + slot, sizeof value);
  return value;
}

// Always the whole slot: a copy that reads 64 bits after a 32-bit write would wait for the store buffer.
template <typename T>
inline void put(Slot* r, unsigned slot, T value) {
  if constexpr (sizeof(T) == 16) {
    std::memcpy(r + slot, &value, 16);
  } else if constexpr (sizeof(T) == 8) {
    r[slot] = std::bit_cast<Slot>(value);
  } else {
    r[slot] = std::bit_cast<std::uint32_t>(value);
  }
}

template <typename F>
inline F function_at(const Instr* word) {
  return reinterpret_cast<F>(word->word());
}

constexpr std::int64_t kUnlimited = std::int64_t{1} << 62;
constexpr unsigned kBytesPerFuel = 64;

}  // namespace

#define DISPATCH() goto* kLabels[static_cast<std::size_t>(pc->op)]
#define NEXT(words) \
  do {              \
    pc += (words);  \
    DISPATCH();     \
  } while (false)
#define TRAP(kind)  \
  do {              \
    trap = (kind);  \
    goto stop_trap; \
  } while (false)
#define RELOAD_MEMORY()                     \
  do {                                      \
    mem = instance->memory().base();        \
    mem_bytes = instance->memory().bytes(); \
  } while (false)
// To a metered loop header: charge, then go on behind it.
#define JUMP_BACK(distance)      \
  do {                           \
    pc += (distance);            \
    budget -= pc->imm();         \
    ++pc;                        \
    if (budget < 0) [[unlikely]] \
      goto pause;                \
    DISPATCH();                  \
  } while (false)
#define SHORT(field) static_cast<std::int16_t>(field)
#define U32(field) get<std::uint32_t>(r, field)

Stop Execution::interpret() {
  static const void* const kLabels[] = {
#define X(op) &&label_##op,
      WASM_SPECIAL_OPS(X)
#undef X
#define X(op, ...) &&label_##op, &&label_##op##_k,
          WASM_INT_ALU(X)
#undef X
#define X(op, ...) &&label_##op, &&label_##op##_k, &&label_j_##op, &&label_jk_##op, &&label_l_##op, &&label_lk_##op,
              WASM_INT_COMPARE(X)
#undef X
#define X(op, ...) &&label_##op,
                  WASM_BINARY(X) WASM_UNARY(X) WASM_TRUNCATE(X) WASM_DIVIDE(X) WASM_LOAD(X) WASM_STORE(X)
#undef X
  };

  const Instr* pc = at_.pc;
  const Code* code = at_.code;
  Instance* instance = at_.instance;
  Slot* r = stack_.data() + at_.base;
  Slot* stack_end = stack_.data() + stack_.size();
  Frame* frame = frames_.data() + depth_;
  Frame* frames_end = frames_.data() + frames_.size();
  std::uint8_t* mem = nullptr;
  std::uint64_t mem_bytes = 0;
  std::int64_t budget = meter_ ? meter_->grant() : kUnlimited;
  Trap trap = Trap::none;
  const Function* callee = nullptr;
  const Code* callee_code = nullptr;
  Instance* callee_instance = nullptr;
  const Instr* return_pc = nullptr;
  Slot* args = nullptr;
  Stop stop = Stop::finished;
  RELOAD_MEMORY();
  DISPATCH();

  // Numbers.
#define X(op, wabt_name, T, expression, commutes) \
  label_##op : {                                  \
    const T x = get<T>(r, pc->b);                 \
    const T y = get<T>(r, pc->c);                 \
    put<T>(r, pc->a, static_cast<T>(expression)); \
    NEXT(1);                                      \
  }                                               \
  label_##op##_k : {                              \
    const T x = get<T>(r, pc->b);                 \
    const T y = static_cast<T>(SHORT(pc->c));     \
    put<T>(r, pc->a, static_cast<T>(expression)); \
    NEXT(1);                                      \
  }
  WASM_INT_ALU(X)
#undef X
#define X(op, wabt_name, T, expression, negated, swapped) \
  label_##op : {                                          \
    const T x = get<T>(r, pc->b);                         \
    const T y = get<T>(r, pc->c);                         \
    r[pc->a] = (expression);                              \
    NEXT(1);                                              \
  }                                                       \
  label_##op##_k : {                                      \
    const T x = get<T>(r, pc->b);                         \
    const T y = static_cast<T>(SHORT(pc->c));             \
    r[pc->a] = (expression);                              \
    NEXT(1);                                              \
  }                                                       \
  label_j_##op : {                                        \
    const T x = get<T>(r, pc->a);                         \
    const T y = get<T>(r, pc->b);                         \
    if (expression) NEXT(SHORT(pc->c));                   \
    NEXT(1);                                              \
  }                                                       \
  label_jk_##op : {                                       \
    const T x = get<T>(r, pc->a);                         \
    const T y = static_cast<T>(SHORT(pc->b));             \
    if (expression) NEXT(SHORT(pc->c));                   \
    NEXT(1);                                              \
  }                                                       \
  label_l_##op : {                                        \
    const T x = get<T>(r, pc->a);                         \
    const T y = get<T>(r, pc->b);                         \
    if (expression) JUMP_BACK(SHORT(pc->c));              \
    NEXT(1);                                              \
  }                                                       \
  label_lk_##op : {                                       \
    const T x = get<T>(r, pc->a);                         \
    const T y = static_cast<T>(SHORT(pc->b));             \
    if (expression) JUMP_BACK(SHORT(pc->c));              \
    NEXT(1);                                              \
  }
  WASM_INT_COMPARE(X)
#undef X
#define X(op, wabt_name, T, R, expression)        \
  label_##op : {                                  \
    const T x = get<T>(r, pc->b);                 \
    const T y = get<T>(r, pc->c);                 \
    put<R>(r, pc->a, static_cast<R>(expression)); \
    NEXT(1);                                      \
  }
  WASM_BINARY(X)
#undef X
#define X(op, wabt_name, T, R, expression)        \
  label_##op : {                                  \
    const T x = get<T>(r, pc->b);                 \
    put<R>(r, pc->a, static_cast<R>(expression)); \
    NEXT(1);                                      \
  }
  WASM_UNARY(X)
#undef X
#define X(op, wabt_name, T, R)                    \
  label_##op : {                                  \
    R result = {};                                \
    trap = truncate<R>(get<T>(r, pc->b), result); \
    if (trap != Trap::none) goto stop_trap;       \
    put<R>(r, pc->a, result);                     \
    NEXT(1);                                      \
  }
  WASM_TRUNCATE(X)
#undef X
#define X(op, wabt_name, T, helper)                               \
  label_##op : {                                                  \
    T result = {};                                                \
    trap = helper<T>(get<T>(r, pc->b), get<T>(r, pc->c), result); \
    if (trap != Trap::none) goto stop_trap;                       \
    put<T>(r, pc->a, result);                                     \
    NEXT(1);                                                      \
  }
  WASM_DIVIDE(X)
#undef X

  // Memory. An address is at most 2^32 - 1 + 2^16, so the sums cannot wrap.
#define X(op, wabt_name, M, R)                                       \
  label_##op : {                                                     \
    const std::uint64_t address = std::uint64_t{U32(pc->b)} + pc->c; \
    if (address + sizeof(M) > mem_bytes) [[unlikely]]                \
      TRAP(Trap::memory_out_of_bounds);                              \
    M value;                                                         \
    std::memcpy(&value, mem + address, sizeof value);                \
    put<R>(r, pc->a, static_cast<R>(value));                         \
    NEXT(1);                                                         \
  }
  WASM_LOAD(X)
#undef X
#define X(op, wabt_name, M)                                          \
  label_##op : {                                                     \
    const std::uint64_t address = std::uint64_t{U32(pc->a)} + pc->c; \
    if (address + sizeof(M) > mem_bytes) [[unlikely]]                \
      TRAP(Trap::memory_out_of_bounds);                              \
    const M value = get<M>(r, pc->b);                                \
    std::memcpy(mem + address, &value, sizeof value);                \
    NEXT(1);                                                         \
  }
  WASM_STORE(X)
#undef X

label_far_address : {
  const std::uint64_t address = std::uint64_t{U32(pc->b)} + pc[1].word();
  if (address > 0xffffffffU) TRAP(Trap::memory_out_of_bounds);
  r[pc->a] = address;
  NEXT(2);
}
label_memory_size:
  r[pc->a] = instance->memory().pages();
  NEXT(1);
label_memory_grow:
  r[pc->a] = static_cast<std::uint32_t>(instance->memory().grow(U32(pc->b)));
  RELOAD_MEMORY();
  NEXT(1);
label_memory_fill : {
  const std::uint64_t to = U32(pc->a);
  const std::uint64_t length = U32(pc->c);
  if (to + length > mem_bytes) TRAP(Trap::memory_out_of_bounds);
  if (length != 0) std::memset(mem + to, static_cast<int>(U32(pc->b) & 0xff), length);
  budget -= static_cast<std::int64_t>(length / kBytesPerFuel);
  NEXT(1);
}
label_memory_copy : {
  const std::uint64_t to = U32(pc->a);
  const std::uint64_t from = U32(pc->b);
  const std::uint64_t length = U32(pc->c);
  if (to + length > mem_bytes || from + length > mem_bytes) TRAP(Trap::memory_out_of_bounds);
  if (length != 0) std::memmove(mem + to, mem + from, length);
  budget -= static_cast<std::int64_t>(length / kBytesPerFuel);
  NEXT(1);
}
label_memory_init : {
  const std::span<const std::uint8_t> segment = instance->datas[pc[1].word()];
  const std::uint64_t to = U32(pc->a);
  const std::uint64_t from = U32(pc->b);
  const std::uint64_t length = U32(pc->c);
  if (to + length > mem_bytes || from + length > segment.size()) TRAP(Trap::memory_out_of_bounds);
  if (length != 0) std::memcpy(mem + to, segment.data() + from, length);
  budget -= static_cast<std::int64_t>(length / kBytesPerFuel);
  NEXT(2);
}
label_data_drop:
  instance->datas[static_cast<std::size_t>(pc->imm())] = {};
  NEXT(1);

  // Moves and constants.
label_copy:
  r[pc->a] = r[pc->b];
  NEXT(1);
label_copy2:
  put(r, pc->a, get<V128>(r, pc->b));
  NEXT(1);
label_const32:
  r[pc->a] = static_cast<std::uint32_t>(pc->imm());
  NEXT(1);
label_const64s:
  r[pc->a] = static_cast<Slot>(std::int64_t{pc->imm()});
  NEXT(1);
label_const64:
  r[pc->a] = pc[1].word();
  NEXT(2);
label_const128 : {
  const std::uint16_t a = pc->a;
  r[a] = pc[1].word();
  r[a + 1] = pc[2].word();
  NEXT(3);
}
label_select:
  r[pc->a] = U32(static_cast<unsigned>(pc[1].word())) != 0 ? r[pc->b] : r[pc->c];
  NEXT(2);
label_select2:
  put(r, pc->a, U32(static_cast<unsigned>(pc[1].word())) != 0 ? get<V128>(r, pc->b) : get<V128>(r, pc->c));
  NEXT(2);
label_global_get:
  r[pc->a] = instance->globals[static_cast<std::size_t>(pc->imm())]->slots[0];
  NEXT(1);
label_global_get2:
  std::memcpy(r + pc->a, instance->globals[static_cast<std::size_t>(pc->imm())]->slots, 16);
  NEXT(1);
label_global_set:
  instance->globals[static_cast<std::size_t>(pc->imm())]->slots[0] = r[pc->a];
  NEXT(1);
label_global_set2:
  std::memcpy(instance->globals[static_cast<std::size_t>(pc->imm())]->slots, r + pc->a, 16);
  NEXT(1);
label_ref_func:
  r[pc->a] = reinterpret_cast<Slot>(instance->functions[static_cast<std::size_t>(pc->imm())]);
  NEXT(1);
label_ref_is_null:
  r[pc->a] = r[pc->b] == 0;
  NEXT(1);

  // Control.
label_unreachable:
  TRAP(Trap::unreachable);
label_br:
  NEXT(pc->imm());
label_br_if:
  if (U32(pc->a) != 0) NEXT(pc->imm());
  NEXT(1);
label_br_unless:
  if (U32(pc->a) == 0) NEXT(pc->imm());
  NEXT(1);
label_l_br:
  JUMP_BACK(pc->imm());
label_l_br_if:
  if (U32(pc->a) != 0) JUMP_BACK(pc->imm());
  NEXT(1);
label_l_br_unless:
  if (U32(pc->a) == 0) JUMP_BACK(pc->imm());
  NEXT(1);
label_br_table:
  NEXT(1 + std::min(U32(pc->a), static_cast<std::uint32_t>(pc->imm())));
label_loop_header:
  budget -= pc->imm();
  ++pc;
  if (budget < 0) [[unlikely]]
    goto pause;
  DISPATCH();

label_call:
  callee_code = reinterpret_cast<const Code*>(pc[1].word());
  callee_instance = instance;
  args = r + pc->a;
  return_pc = pc + 2;
enter : {
  if (args + callee_code->frame_slots > stack_end) [[unlikely]] {
    const std::size_t base = static_cast<std::size_t>(r - stack_.data());
    const std::size_t arg = static_cast<std::size_t>(args - stack_.data());
    if (!grow_stack(arg + callee_code->frame_slots)) TRAP(Trap::stack_exhausted);
    r = stack_.data() + base;
    args = stack_.data() + arg;
    stack_end = stack_.data() + stack_.size();
  }
  if (frame == frames_end) [[unlikely]] {
    const std::size_t depth = frames_.size();
    if (!grow_frames()) TRAP(Trap::stack_exhausted);
    frame = frames_.data() + depth;
    frames_end = frames_.data() + frames_.size();
  }
  *frame++ = {return_pc, code, instance, static_cast<std::size_t>(r - stack_.data())};
  code = callee_code;
  if (callee_instance != instance) {
    instance = callee_instance;
    RELOAD_MEMORY();
  }
  r = args;
  for (std::uint32_t i = code->param_slots; i < code->local_slots; ++i) r[i] = 0;
  pc = code->instrs.data();
  budget -= code->entry_weight;
  if (budget < 0) [[unlikely]]
    goto pause;
  DISPATCH();
}
label_call_function:
  callee = instance->functions[static_cast<std::size_t>(pc->imm())];
  args = r + pc->a;
  return_pc = pc + 1;
  goto invoke;
label_call_indirect : {
  const std::span<const Slot> items = instance->tables[pc->c]->items();
  const std::uint32_t index = U32(pc->b);
  if (index >= items.size()) TRAP(Trap::undefined_element);
  callee = reinterpret_cast<const Function*>(items[index]);
  if (!callee) TRAP(Trap::uninitialized_element);
  if (callee->type != instance->module().types[pc[1].word()]) TRAP(Trap::signature_mismatch);
  args = r + pc->a;
  return_pc = pc + 2;
}
invoke:
  if (callee->code) {
    callee_code = callee->code;
    callee_instance = callee->instance;
    goto enter;
  }
  if (args + std::max(callee->param_slots, callee->result_slots) > stack_end) [[unlikely]] {
    const std::size_t base = static_cast<std::size_t>(r - stack_.data());
    const std::size_t arg = static_cast<std::size_t>(args - stack_.data());
    if (!grow_stack(arg + std::max(callee->param_slots, callee->result_slots))) TRAP(Trap::stack_exhausted);
    r = stack_.data() + base;
    args = stack_.data() + arg;
    stack_end = stack_.data() + stack_.size();
  }
  switch (call_host(*callee, *instance, args)) {
    case HostAnswer::done:
      break;
    case HostAnswer::trap:
      TRAP(trap_);
    case HostAnswer::exit:
      stop = Stop::exited;
      goto leave;
    case HostAnswer::suspend:
      stop = Stop::suspended;
      goto leave;  // pc still is the call
  }
  RELOAD_MEMORY();
  pc = return_pc;
  DISPATCH();
#define RETURN()                     \
  do {                               \
    --frame;                         \
    pc = frame->pc;                  \
    code = frame->code;              \
    instance = frame->instance;      \
    r = stack_.data() + frame->base; \
    RELOAD_MEMORY();                 \
    DISPATCH();                      \
  } while (false)
label_ret0:
  RETURN();
label_ret1:
  r[0] = r[pc->a];
  RETURN();
label_ret2:
  put(r, 0, get<V128>(r, pc->a));
  RETURN();
label_retn:
  std::memmove(r, r + pc->a, static_cast<std::size_t>(pc->imm()) * sizeof(Slot));
  RETURN();

  // Tables.
label_table_get : {
  const std::span<const Slot> items = instance->tables[pc->c]->items();
  const std::uint32_t index = U32(pc->b);
  if (index >= items.size()) TRAP(Trap::table_out_of_bounds);
  r[pc->a] = items[index];
  NEXT(1);
}
label_table_set : {
  const std::span<Slot> items = instance->tables[pc->c]->items();
  const std::uint32_t index = U32(pc->a);
  if (index >= items.size()) TRAP(Trap::table_out_of_bounds);
  items[index] = r[pc->b];
  NEXT(1);
}
label_table_size:
  r[pc->a] = instance->tables[static_cast<std::size_t>(pc->imm())]->size();
  NEXT(1);
label_table_grow:
  budget -= U32(pc->c) / kBytesPerFuel;
  r[pc->a] = static_cast<std::uint32_t>(instance->tables[pc[1].word()]->grow(U32(pc->c), r[pc->b]));
  NEXT(2);
label_table_fill:
  trap = table_fill(*instance->tables[pc[1].word()], U32(pc->a), r[pc->b], U32(pc->c));
  if (trap != Trap::none) goto stop_trap;
  budget -= U32(pc->c) / kBytesPerFuel;
  NEXT(2);
label_table_copy : {
  const std::uint64_t both = pc[1].word();
  Table& to = *instance->tables[static_cast<std::uint32_t>(both)];
  trap = table_copy(to, U32(pc->a), instance->tables[both >> 32]->items(), U32(pc->b), U32(pc->c));
  if (trap != Trap::none) goto stop_trap;
  budget -= U32(pc->c) / kBytesPerFuel;
  NEXT(2);
}
label_table_init : {
  const std::uint64_t both = pc[1].word();
  Table& to = *instance->tables[static_cast<std::uint32_t>(both)];
  trap = table_copy(to, U32(pc->a), instance->elements[both >> 32], U32(pc->b), U32(pc->c));
  if (trap != Trap::none) goto stop_trap;
  budget -= U32(pc->c) / kBytesPerFuel;
  NEXT(2);
}
label_elem_drop:
  instance->elements[static_cast<std::size_t>(pc->imm())].clear();
  NEXT(1);

  // Vectors: through function pointers, which keeps 236 operations out of this function.
label_v_unary:
  put(r, pc->a, function_at<VectorUnary>(pc + 1)(get<V128>(r, pc->b)));
  NEXT(2);
label_v_binary:
  put(r, pc->a, function_at<VectorBinary>(pc + 1)(get<V128>(r, pc->b), get<V128>(r, pc->c)));
  NEXT(2);
label_v_ternary : {
  const V128 third = get<V128>(r, static_cast<unsigned>(pc[2].word()));
  put(r, pc->a, function_at<VectorTernary>(pc + 1)(get<V128>(r, pc->b), get<V128>(r, pc->c), third));
  NEXT(3);
}
label_v_shift:
  put(r, pc->a, function_at<VectorShift>(pc + 1)(get<V128>(r, pc->b), U32(pc->c)));
  NEXT(2);
label_v_splat:
  put(r, pc->a, function_at<VectorSplat>(pc + 1)(r[pc->b]));
  NEXT(2);
label_v_test:
  r[pc->a] = function_at<VectorTest>(pc + 1)(get<V128>(r, pc->b));
  NEXT(2);
label_v_extract:
  r[pc->a] = function_at<VectorExtract>(pc + 1)(get<V128>(r, pc->b), pc->c);
  NEXT(2);
label_v_replace : {
  const auto lane = static_cast<unsigned>(pc[2].word());
  put(r, pc->a, function_at<VectorReplace>(pc + 1)(get<V128>(r, pc->b), r[pc->c], lane));
  NEXT(3);
}
label_v_shuffle : {
  const V128 lanes{{pc[1].word(), pc[2].word()}};
  put(r, pc->a, shuffle(get<V128>(r, pc->b), get<V128>(r, pc->c), lanes));
  NEXT(3);
}
label_v_load : {
  const std::uint64_t what = pc[2].word();
  const std::uint64_t address = std::uint64_t{U32(pc->b)} + static_cast<std::uint32_t>(what);
  if (address + (what >> 32) > mem_bytes) TRAP(Trap::memory_out_of_bounds);
  put(r, pc->a, function_at<VectorLoad>(pc + 1)(mem + address));
  NEXT(3);
}
label_v_store : {
  const std::uint64_t address = std::uint64_t{U32(pc->a)} + pc->c;
  if (address + 16 > mem_bytes) TRAP(Trap::memory_out_of_bounds);
  std::memcpy(mem + address, r + pc->b, 16);
  NEXT(1);
}
label_v_load_lane : {
  const std::uint64_t what = pc[1].word();
  const std::uint64_t address = std::uint64_t{U32(pc->b)} + static_cast<std::uint32_t>(what);
  const std::uint64_t bytes = what >> 40;
  if (address + bytes > mem_bytes) TRAP(Trap::memory_out_of_bounds);
  V128 value = get<V128>(r, pc->c);
  std::memcpy(reinterpret_cast<std::uint8_t*>(value.half.data()) + (what >> 32 & 0xff) * bytes, mem + address, bytes);
  put(r, pc->a, value);
  NEXT(2);
}
label_v_store_lane : {
  const std::uint64_t what = pc[1].word();
  const std::uint64_t address = std::uint64_t{U32(pc->a)} + static_cast<std::uint32_t>(what);
  const std::uint64_t bytes = what >> 40;
  if (address + bytes > mem_bytes) TRAP(Trap::memory_out_of_bounds);
  const V128 value = get<V128>(r, pc->b);
  std::memcpy(mem + address, reinterpret_cast<const std::uint8_t*>(value.half.data()) + (what >> 32 & 0xff) * bytes,
              bytes);
  NEXT(2);
}

pause:
  if (meter_) {
    meter_->settle(budget);
    at_ = {pc, code, instance, static_cast<std::size_t>(r - stack_.data())};
    depth_ = static_cast<std::size_t>(frame - frames_.data());
    switch (deadline_passed()) {
      case Verdict::proceed:
        budget = meter_->grant();
        DISPATCH();
      case Verdict::trap:
        return trapped(trap_, code, *instance);
      case Verdict::yield:
        return Stop::yielded;
    }
  }
  budget = kUnlimited;
  DISPATCH();

stop_trap:
  if (meter_) meter_->settle(budget);
  return trapped(trap, code, *instance);

label_halt:
leave:
  if (meter_) meter_->settle(budget);
  at_ = {pc, code, instance, static_cast<std::size_t>(r - stack_.data())};
  depth_ = static_cast<std::size_t>(frame - frames_.data());
  return stop;
}

}  // namespace refrun::wasm
