#include <memory>

#include "reference_runtime/cli/context.h"
#include "reference_runtime/stage/destroy.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

struct DeleteOptions {
  std::string id;
  bool force = false;
};

int delete_one(Context& context, const DeleteOptions& options) {
  auto dir = context.store().open_if_there(options.id);
  if (!dir) {
    // Clients delete by force whatever may be left of a container: that nothing is left is what they want.
    const bool fine = options.force ? !fault("delete_force_missing_fails") : fault("delete_missing_succeeds");
    if (fine) return 0;
    throw NoSuchContainer(options.id);
  }
  if (options.force) {
    delete_container_by_force(std::move(*dir), context.log.warnings());
  } else {
    delete_container(std::move(*dir), context.log.warnings());
  }
  return 0;
}

}  // namespace

void add_delete(CLI::App& verb, Context& context) {
  auto options = std::make_shared<DeleteOptions>();
  verb.add_option("id", options->id, "The container's id")->required();
  verb.add_flag("--force,-f", options->force, "Kill it first if it is not stopped; no error if it does not exist");
  verb.callback(
      [&context, options] { context.action = [&context, options] { return delete_one(context, *options); }; });
}

}  // namespace refrun
