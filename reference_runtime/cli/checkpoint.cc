#include "reference_runtime/stage/checkpoint.h"

#include <memory>

#include "reference_runtime/cli/context.h"
#include "reference_runtime/cli/criu_options.h"

namespace refrun {

void add_checkpoint(CLI::App& verb, Context& context) {
  struct Options {
    std::string id;
    CriuOptions criu;
  };
  auto options = std::make_shared<Options>();
  verb.add_option("id", options->id, "The container's id")->required();
  add_criu_options(verb, options->criu);
  verb.add_option("--parent-path", options->criu.parent_path,
                  "Images of an earlier --pre-dump, as seen from --image-path");
  verb.add_flag("--leave-running", options->criu.leave_running, "Let the container go on");
  verb.add_flag("--pre-dump", options->criu.pre_dump, "Dump its memory only, and let it go on");
  verb.callback([&context, options] {
    context.action = [&context, options] {
      checkpoint_container(context.store().open(options->id), options->criu);
      return 0;
    };
  });
}

}  // namespace refrun
