#include "reference_runtime/state/record.h"

#include <stdexcept>

namespace refrun {
namespace {

base::Json to_json(const ProcessId& process) { return {{"pid", process.pid}, {"startTime", process.start_time}}; }

ProcessId process_from(const base::Json& json) {
  return {.pid = json.at("pid").get<pid_t>(), .start_time = json.at("startTime").get<std::uint64_t>()};
}

}  // namespace

base::Json to_json(const Record& record) {
  base::Json json = {{"id", record.id},
                     {"bundle", record.bundle},
                     {"ociVersion", record.oci_version},
                     {"createdAt", record.created_at},
                     {"owner", record.owner},
                     {"annotations", record.annotations},
                     {"creator", to_json(record.creator)},
                     {"init", to_json(record.init)},
                     {"complete", record.complete},
                     {"hasProcess", record.has_process},
                     {"needsConfig", record.needs_config},
                     {"ownPidNamespace", record.own_pid_namespace},
                     {"rootfsMount", record.rootfs_mount}};
  if (record.cgroup) json["cgroup"] = to_json(*record.cgroup);
  if (record.rdt) json["rdt"] = to_json(*record.rdt);
  return json;
}

Record record_from_json(const std::string& text) {
  try {
    const base::Json json = base::Json::parse(text);
    Record record{.id = json.at("id"),
                  .bundle = json.at("bundle"),
                  .oci_version = json.at("ociVersion"),
                  .created_at = json.at("createdAt"),
                  .owner = json.at("owner"),
                  .annotations = json.at("annotations"),
                  .creator = process_from(json.at("creator")),
                  .init = process_from(json.at("init")),
                  .complete = json.at("complete"),
                  .has_process = json.at("hasProcess"),
                  .needs_config = json.at("needsConfig"),
                  .own_pid_namespace = json.at("ownPidNamespace"),
                  .rootfs_mount = json.at("rootfsMount")};
    if (json.contains("cgroup")) record.cgroup = cgroup_place_from_json(json.at("cgroup"));
    if (json.contains("rdt")) record.rdt = rdt_groups_from_json(json.at("rdt"));
    return record;
  } catch (const base::Json::exception& e) {
    throw std::runtime_error(std::string("state.json is damaged: ") + e.what());
  }
}

}  // namespace refrun
