#include "reference_runtime/stage/start.h"

#include <fmt/format.h>

#include <memory>
#include <stdexcept>

#include "reference_runtime/cli/context.h"
#include "reference_runtime/stage/destroy.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {

void add_start(CLI::App& verb, Context& context) {
  auto id = std::make_shared<std::string>();
  verb.add_option("id", *id, "The container's id")->required();
  verb.callback([&context, id] {
    context.action = [&context, id] {
      auto there = context.store().open_if_there(*id);
      if (!there && fault("start_missing_succeeds")) return 0;
      if (!there) throw NoSuchContainer(*id);
      ContainerDir dir = std::move(*there);
      if (!dir.lock(base::Deadline::in(kPatience))) {
        throw std::runtime_error(fmt::format("container \"{}\" is busy: another operation on it is in progress", *id));
      }
      start_container(dir, context.log.warnings());
      return 0;
    };
  });
}

}  // namespace refrun
