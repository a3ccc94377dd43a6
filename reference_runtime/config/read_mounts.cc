#include "reference_runtime/config/read.h"

namespace refrun {

std::vector<IdMapping> read_id_mappings(const Node& owner, std::string_view name) {
  std::vector<IdMapping> mappings;
  owner.each_object(name, [&](const Node& node) {
    mappings.push_back({.container_id = node.integer<std::uint32_t>("containerID", Presence::required).value_or(0),
                        .host_id = node.integer<std::uint32_t>("hostID", Presence::required).value_or(0),
                        .size = node.integer<std::uint32_t>("size", Presence::required).value_or(0)});
  });
  return mappings;
}

namespace {

Mount read_mount(const Node& node) {
  Mount mount;
  mount.destination = node.text("destination", Presence::required).value_or("");
  mount.type = node.text("type").value_or("");
  mount.source = node.text("source").value_or("");
  mount.option_strings = node.texts("options");
  mount.options = parse_mount_options(mount.option_strings);
  mount.uid_mappings = read_id_mappings(node, "uidMappings");
  mount.gid_mappings = read_id_mappings(node, "gidMappings");
  return mount;
}

}  // namespace

std::vector<Mount> read_mounts(const Node& config) {
  std::vector<Mount> mounts;
  config.each_element("mounts",
                      [&](const Node& node) { mounts.push_back(node.expect_object() ? read_mount(node) : Mount()); });
  return mounts;
}

}  // namespace refrun
