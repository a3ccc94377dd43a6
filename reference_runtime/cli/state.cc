#include <fmt/format.h>

#include <memory>

#include "reference_runtime/cli/context.h"
#include "reference_runtime/state/status.h"
#include "reference_runtime/sys/sabotage.h"

namespace refrun {
namespace {

Status falsified(Status status) {
  if (fault("state_always_running")) return Status::running;
  if (status == Status::created && fault("state_created_is_running")) return Status::running;
  if (status == Status::running && fault("state_running_is_created")) return Status::created;
  if (status == Status::stopped && fault("state_stopped_is_running")) return Status::running;
  if (status == Status::paused && fault("state_paused_is_running")) return Status::running;
  return status;
}

int print_state(const Context& context, const std::string& id) {
  const ContainerDir dir = context.store().open(id);
  std::optional<Record> record = dir.read_record();
  const Status status = derive_status(dir, record);
  if (!record) record = Record{.id = id};  // `create` has only just begun, or was killed then
  const bool alive = status != Status::stopped || fault("state_stopped_pid");
  const pid_t pid = alive && !fault("state_no_pid") ? record->init.pid : 0;
  base::OrderedJson json = state_json(*record, falsified(status), pid);
  json["created"] = record->created_at;
  json["owner"] = record->owner;
  fmt::print("{}{}\n", json.dump(2), fault("state_invalid_json") ? "," : "");
  return 0;
}

}  // namespace

void add_state(CLI::App& verb, Context& context) {
  auto id = std::make_shared<std::string>();
  verb.add_option("id", *id, "The container's id")->required();
  verb.callback([&context, id] {
    context.action = [&context, id] {
      try {
        return print_state(context, *id);
      } catch (const NoSuchContainer&) {
        if (fault("state_missing_succeeds")) return 0;
        throw;
      }
    };
  });
}

}  // namespace refrun
