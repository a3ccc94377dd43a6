#include "reference_runtime/wasm/wasi/functions.h"

#include <new>
#include <utility>

#include "reference_runtime/wasm/execution.h"
#include "reference_runtime/wasm/wasi/imports.h"

namespace refrun::wasm::wasi {
namespace {

template <typename T>
constexpr ValType kTypeOf = std::is_same_v<T, std::uint64_t> ? ValType::i64 : ValType::i32;

/// Takes a function's parameters out of the slots and puts its answer there.
template <auto F>
struct Bound;

template <typename... Params, Errno (*F)(World&, Guest, Params...)>
struct Bound<F> {
  static FuncType type() { return {{kTypeOf<Params>...}, {ValType::i32}}; }

  template <std::size_t... I>
  static Errno with_slots(World& world, Guest guest, const Slot* slots, std::index_sequence<I...>) {
    return F(world, guest, static_cast<Params>(slots[I])...);
  }

  static HostAnswer call(void* context, HostCall& call) {
    Errno answer = Errno::success;
    try {
      answer = with_slots(*static_cast<World*>(context), Guest(call.caller.memory()), call.args,
                          std::index_sequence_for<Params...>());
    } catch (const Fault&) {
      answer = Errno::fault;
    } catch (const Refusal& refusal) {
      answer = refusal.error;
    } catch (const std::bad_alloc&) {
      answer = Errno::nomem;
    }
    call.args[0] = static_cast<Slot>(answer);
    return HostAnswer::done;
  }
};

template <auto F>
Import bound(const char* name) {
  return {name, Bound<F>::type(), Bound<F>::call};
}

}  // namespace

const std::vector<Import>& imports() {
  using enum ValType;
  static const std::vector<Import> table = {
#define X(name) bound<name>(#name)
      X(args_get),
      X(args_sizes_get),
      X(environ_get),
      X(environ_sizes_get),
      X(clock_res_get),
      X(clock_time_get),
      X(random_get),
      X(sched_yield),
      X(fd_close),
      X(fd_fdstat_get),
      X(fd_fdstat_set_flags),
      X(fd_fdstat_set_rights),
      X(fd_prestat_get),
      X(fd_prestat_dir_name),
      X(fd_renumber),
      X(fd_readdir),
      X(fd_advise),
      X(fd_allocate),
      X(fd_datasync),
      X(fd_sync),
      X(fd_filestat_get),
      X(fd_filestat_set_size),
      X(fd_filestat_set_times),
      X(fd_read),
      X(fd_pread),
      X(fd_write),
      X(fd_pwrite),
      X(fd_seek),
      X(fd_tell),
      X(path_create_directory),
      X(path_filestat_get),
      X(path_filestat_set_times),
      X(path_link),
      X(path_open),
      X(path_readlink),
      X(path_remove_directory),
      X(path_rename),
      X(path_symlink),
      X(path_unlink_file),
      X(sock_accept),
      X(sock_recv),
      X(sock_send),
      X(sock_shutdown),
#undef X
      {"poll_oneoff", {{i32, i32, i32, i32}, {i32}}, poll_oneoff},
      {"proc_exit", {{i32}, {}}, proc_exit},
      {"proc_raise", {{i32}, {i32}}, proc_raise},
  };
  return table;
}

const Import* find_import(std::string_view module, std::string_view name) {
  if (module != kModuleName) return nullptr;
  for (const Import& import : imports()) {
    if (import.name == name) return &import;
  }
  return nullptr;
}

Imports import_into(Store& store, World& world) {
  return [&store, &world](std::string_view module, std::string_view name) -> std::optional<Extern> {
    const Import* import = find_import(module, name);
    if (!import) return std::nullopt;
    return &store.add_function(import->type, import->function, &world);
  };
}

}  // namespace refrun::wasm::wasi
