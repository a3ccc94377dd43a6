// Facts as the event log's header has them (docs/event-log.md), and back for worker processes.
#include "harness/host/facts.h"
#include "harness/host/probe.h"

namespace runproof {
namespace {

constexpr CgroupMode kModes[] = {CgroupMode::none, CgroupMode::v1, CgroupMode::hybrid, CgroupMode::v2};

base::Json hierarchy_json(const Hierarchy& h) {
  return {{"mount", h.mount.string()}, {"root", h.root}, {"v2", h.v2}, {"controllers", h.controllers}};
}

Hierarchy hierarchy_from(const base::Json& json) {
  return {.mount = json.at("mount").get<std::string>(),
          .root = json.at("root"),
          .v2 = json.at("v2"),
          .controllers = json.at("controllers")};
}

/// Every member that is written as itself, once for both ways.
template <typename FactsType, typename Each>
void plain_members(FactsType& f, const Each& each) {
  each("kernel", f.kernel);
  each("arch", f.arch);
  each("cpus", f.cpus);
  each("memory_bytes", f.memory_bytes);
  each("hypervisor", f.hypervisor);
  each("guest", f.guest);
  each("cgroup_writable", f.cgroup_writable);
  each("cgroup_kill", f.cgroup_kill);
  each("cgroup_freeze", f.cgroup_freeze);
  each("clone_into_cgroup", f.clone_into_cgroup);
  each("root", f.root);
  each("initial_user_namespace", f.initial_user_namespace);
  each("capabilities", f.capabilities);
  each("namespaces", f.namespaces);
  each("can_unshare", f.can_unshare);
  each("unprivileged_user_namespaces", f.unprivileged_user_namespaces);
  each("max_user_namespaces", f.max_user_namespaces);
  each("lsms", f.lsms);
  each("seccomp", f.seccomp);
  each("seccomp_actions", f.seccomp_actions);
  each("open_tree", f.open_tree);
  each("mount_setattr", f.mount_setattr);
  each("idmapped_mounts", f.idmapped_mounts);
  each("pidfd", f.pidfd);
  each("clone3", f.clone3);
  each("close_range", f.close_range);
  each("overlayfs", f.overlayfs);
  each("file_systems", f.file_systems);
  each("binfmt", f.binfmt);
  each("loop_devices", f.loop_devices);
  each("hugepage_sizes", f.hugepage_sizes);
  each("numa_nodes", f.numa_nodes);
  each("rdt", f.rdt);
  each("rdma", f.rdma);
  each("veth", f.veth);
  each("tools", f.tools);
  each("systemd", f.systemd);
  each("pid1_reaps", f.pid1_reaps);
}

}  // namespace

void to_json(base::Json& json, const Facts& facts) {
  json = base::Json::object();
  plain_members(facts, [&](const char* name, const auto& member) { json[name] = member; });
  json["cgroup"] = to_text(facts.cgroup_mode);
  json["hierarchies"] = base::Json::array();
  for (const Hierarchy& hierarchy : facts.hierarchies) json["hierarchies"].push_back(hierarchy_json(hierarchy));
}

void from_json(const base::Json& json, Facts& facts) {
  facts = {};
  plain_members(facts, [&](const char* name, auto& member) { json.at(name).get_to(member); });
  facts.kernel_version = parse_kernel_version(facts.kernel);
  for (const CgroupMode mode : kModes)
    if (json.at("cgroup") == to_text(mode)) facts.cgroup_mode = mode;
  for (const base::Json& hierarchy : json.at("hierarchies")) facts.hierarchies.push_back(hierarchy_from(hierarchy));
}

}  // namespace runproof
