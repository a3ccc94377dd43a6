#include "reference_runtime/stage/create.h"

#include <sys/wait.h>
#include <unistd.h>

#include <memory>

#include "base/file.h"
#include "reference_runtime/cli/context.h"
#include "reference_runtime/cli/create_options.h"
#include "reference_runtime/stage/start.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

/// Sabotage: creates in a process that stays init's parent until init has ended.
int create_and_stay(Context& context, const CreateRequest& request) {
  base::FdPair created = base::make_pipe();
  if (::fork() != 0) {
    created.second.reset();
    return base::read_all(created.first.get()).empty() ? 1 : 0;
  }
  Created container = create_container(context.store(), request, context.log.warnings());
  container.dir.unlock();
  base::write_all(created.second.get(), "x");
  created.second.reset();
  ::waitpid(container.record.init.pid, nullptr, 0);
  ::_exit(0);
}

}  // namespace

void add_create(CLI::App& verb, Context& context) {
  auto request = std::make_shared<CreateRequest>();
  add_create_options(verb, *request);
  verb.add_flag("--sibling", request->sibling, "Make init a child of the caller, which can then wait for it");
  verb.callback([&context, request] {
    context.action = [&context, request] {
      request->listen_fds = settle_descriptors(request->preserve_fds);
      if (request->id.empty() && fault("create_without_id")) request->id = "made-up";
      request->systemd_cgroup = context.systemd_cgroup;
      request->report_socket = context.log.report_socket();
      if (fault("create_stays_parent")) return create_and_stay(context, *request);
      Created created = create_container(context.store(), *request, context.log.warnings());
      if (fault("create_runs_payload")) start_created(created, context.log.warnings());
      return 0;
    };
  });
}

}  // namespace refrun
