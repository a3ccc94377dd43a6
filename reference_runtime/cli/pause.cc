#include "reference_runtime/stage/pause.h"

#include <memory>

#include "reference_runtime/cli/context.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

void add(CLI::App& verb, Context& context, void (*act)(const ContainerDir&)) {
  auto id = std::make_shared<std::string>();
  verb.add_option("id", *id, "The container's id")->required();
  verb.callback([&context, id, act] {
    context.action = [&context, id, act] {
      const auto dir = context.store().open_if_there(*id);
      if (!dir && fault("pause_missing_succeeds")) return 0;
      if (!dir) throw NoSuchContainer(*id);
      act(*dir);
      return 0;
    };
  });
}

}  // namespace

void add_pause(CLI::App& verb, Context& context) { add(verb, context, pause_container); }
void add_resume(CLI::App& verb, Context& context) { add(verb, context, resume_container); }

}  // namespace refrun
