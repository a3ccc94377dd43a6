#include <sys/prctl.h>
#include <sys/socket.h>

#include <memory>

#include "reference_runtime/cli/context.h"
#include "reference_runtime/cli/create_options.h"
#include "reference_runtime/stage/create.h"
#include "reference_runtime/stage/destroy.h"
#include "reference_runtime/stage/foreground.h"
#include "reference_runtime/stage/send_fd.h"
#include "reference_runtime/stage/start.h"
#include "reference_runtime/sys/own_program.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

struct RunOptions {
  CreateRequest create;
  bool detach = false;
  bool keep = false;
  bool no_subreaper = false;
};

int run_detached(Context& context, const RunOptions& options) {
  Created created = create_container(context.store(), options.create, context.log.warnings());
  start_created(created, context.log.warnings());
  return 0;
}

int run_in_foreground(Context& context, RunOptions& options) {
  // So that what the container orphans in our PID namespace becomes ours to outlive, not the machine's.
  if (!options.no_subreaper) ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  const ForwardedSignals signals;
  base::FdPair console;
  if (options.create.console_socket.empty()) {
    console = base::make_socket_pair(SOCK_STREAM);
    options.create.console_fd = console.second.get();
  }
  Created created = create_container(context.store(), options.create, context.log.warnings());
  console.second.reset();
  const bool terminal = created.config.process && created.config.process->terminal;
  base::UniqueFd master;
  if (terminal && console.first.valid()) {
    if (auto fd = receive_fd(console.first.get())) master = std::move(*fd);
  }
  try {
    start_created(created, context.log.warnings());
  } catch (...) {
    // `run` is one operation: what failed leaves nothing. A failed hook has destroyed the container already.
    if (!options.keep) remove_leftovers(created);
    throw;
  }
  created.dir.unlock();      // others may delete it while it runs
  release_sealed_program();  // which takes its time
  const int code = wait_in_foreground(created.init, signals, std::move(master));
  if (!options.keep && !fault("run_keeps_container")) delete_ended(created, context.log.warnings());
  return code;
}

}  // namespace

void add_run(CLI::App& verb, Context& context) {
  auto options = std::make_shared<RunOptions>();
  add_create_options(verb, options->create);
  verb.add_flag("--detach,-d", options->detach, "Return once the program runs");
  verb.add_flag("--keep", options->keep, "Do not delete the container when it has ended");
  verb.add_flag("--no-subreaper", options->no_subreaper, "Do not become the parent of what the container orphans");
  verb.callback([&context, options] {
    context.action = [&context, options] {
      options->create.listen_fds = settle_descriptors(options->create.preserve_fds);
      options->create.systemd_cgroup = context.systemd_cgroup;
      options->create.starts_at_once = true;
      return options->detach ? run_detached(context, *options) : run_in_foreground(context, *options);
    };
  });
}

}  // namespace refrun
