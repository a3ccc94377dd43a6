#include "reference_runtime/stage/create.h"

#include <memory>

#include "reference_runtime/cli/context.h"
#include "reference_runtime/cli/create_options.h"
#include "reference_runtime/stage/start.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {

void add_create(CLI::App& verb, Context& context) {
  auto request = std::make_shared<CreateRequest>();
  add_create_options(verb, *request);
  verb.add_flag("--sibling", request->sibling, "Make init a child of the caller, which can then wait for it");
  verb.callback([&context, request] {
    context.action = [&context, request] {
      settle_descriptors(*request);
      request->systemd_cgroup = context.systemd_cgroup;
      request->report_socket = context.log.report_socket();
      Created created = create_container(context.store(), *request, context.log.warnings());
      if (fault("create_runs_payload")) start_created(created, context.log.warnings());
      return 0;
    };
  });
}

}  // namespace refrun
