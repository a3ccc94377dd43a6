#include "reference_runtime/stage/checkpoint.h"

#include <fmt/format.h>

#include <stdexcept>

#include "base/pidfd.h"
#include "reference_runtime/stage/bundle.h"
#include "reference_runtime/stage/destroy.h"
#include "reference_runtime/stage/errors.h"
#include "reference_runtime/state/status.h"

namespace refrun {

void checkpoint_container(const ContainerDir& dir, const CriuOptions& options) {
  const auto record = dir.read_record();
  const Status status = derive_status(dir, record);
  if (status != Status::running) {
    throw WrongStatus(fmt::format("container \"{}\" cannot be checkpointed: it is {}", dir.id(), word(status)));
  }
  const auto init = open_if_running(record->init);
  if (!init) throw WrongStatus("the container has just ended");
  const Config config = reload_config(dir.read_config());
  if (config.process && config.process->terminal) {
    throw std::runtime_error("/process/terminal is true: a container with a terminal cannot be checkpointed");
  }
  require_criu();
  dump_tree(options, record->init.pid, config);
  if (options.leave_running || options.pre_dump) return;
  if (!base::wait_ended(*init, base::Deadline::in(kPatience))) {
    throw std::runtime_error("criu dump has succeeded, but init still lives");
  }
}

}  // namespace refrun
