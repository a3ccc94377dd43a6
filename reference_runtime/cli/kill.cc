#include "reference_runtime/stage/kill.h"

#include <fmt/format.h>

#include <memory>
#include <stdexcept>

#include "reference_runtime/cli/context.h"
#include "reference_runtime/sys/sabotage.h"
#include "reference_runtime/sys/signals.h"

namespace refrun {
namespace {

struct KillOptions {
  std::string id;
  std::string signal = fault("kill_default_is_kill") ? "KILL" : "TERM";
  bool all = false;
};

int kill_one(const Context& context, const KillOptions& options) {
  const auto signal = parse_signal(options.signal);
  if (!signal) throw std::runtime_error(fmt::format("unknown signal \"{}\"", options.signal));
  try {
    ContainerDir dir = context.store().open(options.id);
    try {
      kill_container(dir, *signal, options.all ? KillTarget::all_members : KillTarget::init);
    } catch (...) {
      if (fault("kill_stopped_deletes")) dir.remove();
      throw;
    }
  } catch (const NoSuchContainer&) {
    if (!fault("kill_missing_succeeds")) throw;
  }
  return 0;
}

}  // namespace

void add_kill(CLI::App& verb, Context& context) {
  auto options = std::make_shared<KillOptions>();
  verb.add_option("id", options->id, "The container's id")->required();
  verb.add_option("signal", options->signal, "Name (with or without SIG) or number; TERM when not given");
  verb.add_flag("--all,-a", options->all, "Signal every process of the container");
  verb.callback([&context, options] { context.action = [&context, options] { return kill_one(context, *options); }; });
}

}  // namespace refrun
