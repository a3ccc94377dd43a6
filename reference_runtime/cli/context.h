#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <string>

#include "reference_runtime/cli/log.h"
#include "reference_runtime/state/store.h"

namespace refrun {

/// What every verb gets: the global options, and where to leave what is to be done once the command line is understood.
struct Context {
  std::string root;
  bool root_given = false;  // by --root
  bool systemd_cgroup = false;
  Log log;
  int failure_code = 1;         // the exit code where `action` throws
  std::function<int()> action;  // gives the exit code; throws what is to be logged as an error

  [[nodiscard]] Store store() const { return Store(root); }
};

/// A verb: its file adds it to the command line.
struct Verb {
  const char* name = nullptr;
  const char* help = nullptr;
  void (*add)(CLI::App& verb, Context& context) = nullptr;
  bool makes_init = false;  // it clones itself into a container: see run_from_sealed_program
};

void add_create(CLI::App& verb, Context& context);
void add_run(CLI::App& verb, Context& context);
void add_exec(CLI::App& verb, Context& context);
void add_start(CLI::App& verb, Context& context);
void add_state(CLI::App& verb, Context& context);
void add_kill(CLI::App& verb, Context& context);
void add_delete(CLI::App& verb, Context& context);
void add_pause(CLI::App& verb, Context& context);
void add_resume(CLI::App& verb, Context& context);
void add_ps(CLI::App& verb, Context& context);
void add_update(CLI::App& verb, Context& context);
void add_events(CLI::App& verb, Context& context);
void add_list(CLI::App& verb, Context& context);
void add_spec(CLI::App& verb, Context& context);
void add_features(CLI::App& verb, Context& context);
void add_checkpoint(CLI::App& verb, Context& context);
void add_restore(CLI::App& verb, Context& context);
void add_wasm_host(CLI::App& verb, Context& context);

}  // namespace refrun
