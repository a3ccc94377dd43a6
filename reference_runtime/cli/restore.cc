#include <sys/prctl.h>

#include <memory>

#include "reference_runtime/cli/context.h"
#include "reference_runtime/cli/criu_options.h"
#include "reference_runtime/stage/create.h"
#include "reference_runtime/stage/destroy.h"
#include "reference_runtime/stage/foreground.h"

namespace refrun {
namespace {

struct RestoreOptions {
  CreateRequest create;
  CriuOptions criu;
  bool detach = false;
  bool no_subreaper = false;
};

int restore(Context& context, RestoreOptions& options) {
  require_criu();
  options.create.restore = &options.criu;
  if (!options.no_subreaper && !options.detach) ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  if (options.detach) {
    [[maybe_unused]] const Created created = create_container(context.store(), options.create, context.log.warnings());
    return 0;
  }
  const ForwardedSignals signals;
  Created created = create_container(context.store(), options.create, context.log.warnings());
  created.dir.unlock();
  const int code = wait_in_foreground(created.init, signals, {});
  if (auto dir = context.store().open_if_there(options.create.id)) {
    delete_container_by_force(std::move(*dir), context.log.warnings());
  }
  return code;
}

}  // namespace

void add_restore(CLI::App& verb, Context& context) {
  auto options = std::make_shared<RestoreOptions>();
  verb.add_option("id", options->create.id, "The id of the container to make")->required();
  verb.add_option("--bundle,-b", options->create.bundle, "The bundle's directory (default: the current one)");
  verb.add_option("--pid-file", options->create.pid_file, "File to write init's pid to");
  verb.add_flag("--detach,-d", options->detach, "Return once the container runs");
  verb.add_flag("--no-subreaper", options->no_subreaper, "Do not become the parent of what the container orphans");
  add_criu_options(verb, options->criu);
  verb.callback([&context, options] { context.action = [&context, options] { return restore(context, *options); }; });
}

}  // namespace refrun
