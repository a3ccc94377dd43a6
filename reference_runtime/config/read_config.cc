#include "reference_runtime/config/read.h"

namespace refrun {
namespace {

Root read_root(const Node& config) {
  const auto node = config.member("root", Presence::required);
  Root root;
  if (!node || !node->expect_object()) return root;
  root.path = node->text("path", Presence::required).value_or("");
  root.readonly = node->boolean("readonly").value_or(false);
  return root;
}

Hook read_hook(const Node& node) {
  Hook hook;
  hook.path = node.text("path", Presence::required).value_or("");
  hook.args = node.texts("args");
  hook.env = node.texts("env");
  if (const auto seconds = node.integer<std::int32_t>("timeout")) hook.timeout = std::chrono::seconds(*seconds);
  return hook;
}

std::vector<Hook> read_hook_list(const Node& hooks, std::string_view name) {
  std::vector<Hook> list;
  hooks.each_element(name, [&](const Node& node) { list.push_back(node.expect_object() ? read_hook(node) : Hook()); });
  return list;
}

}  // namespace

Hooks read_hooks(const Node& config) {
  const auto node = config.object("hooks");
  if (!node) return {};
  return {.prestart = read_hook_list(*node, "prestart"),
          .create_runtime = read_hook_list(*node, "createRuntime"),
          .create_container = read_hook_list(*node, "createContainer"),
          .start_container = read_hook_list(*node, "startContainer"),
          .poststart = read_hook_list(*node, "poststart"),
          .poststop = read_hook_list(*node, "poststop")};
}

Config read_config(const Node& node) {
  Config config;
  if (!node.expect_object()) return config;
  config.oci_version = node.text("ociVersion", Presence::required).value_or("");
  if (const auto process = node.object("process")) config.process = read_process(*process);
  config.root = read_root(node);
  config.hostname = node.text("hostname");
  config.domainname = node.text("domainname");
  config.mounts = read_mounts(node);
  config.hooks = read_hooks(node);
  config.annotations = node.text_map("annotations");
  if (const auto platform = node.object("linux")) config.linux_config = read_linux(*platform);
  return config;
}

}  // namespace refrun
