#include "harness/bundle/config.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace runproof {
namespace {

constexpr std::array<std::string_view, 8> kNamespaces = {"cgroup", "ipc",  "mount", "network",
                                                         "pid",    "time", "user",  "uts"};
constexpr std::array<std::string_view, 6> kHooks = {"prestart",       "createRuntime", "createContainer",
                                                    "startContainer", "poststart",     "poststop"};

Json::json_pointer parse_pointer(std::string_view pointer) {
  try {
    return Json::json_pointer(std::string(pointer));
  } catch (const Json::exception& e) {
    throw std::invalid_argument("not a JSON pointer: " + std::string(pointer) + ": " + e.what());
  }
}

Json minimal_value(std::vector<std::string> args) {
  const Json capabilities = {"CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"};
  const auto namespace_entry = [](Namespace type) { return Json{{"type", to_text(type)}}; };
  return {{"ociVersion", "1.0.2"},
          {"process",
           {{"terminal", false},
            {"user", {{"uid", 0}, {"gid", 0}}},
            {"args", std::move(args)},
            {"env", {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}},
            {"cwd", "/"},
            {"capabilities", {{"bounding", capabilities}, {"effective", capabilities}, {"permitted", capabilities}}}}},
          {"root", {{"path", "rootfs"}, {"readonly", false}}},
          {"hostname", "runproof"},
          // An object in braces is an array here: this is one list with one entry.
          {"mounts", Json::array({{{"destination", "/proc"}, {"type", "proc"}, {"source", "proc"}}})},
          {"linux",
           {{"cgroupsPath", Config::kOwnCgroup},
            {"namespaces", Json::array({namespace_entry(Namespace::pid), namespace_entry(Namespace::ipc),
                                        namespace_entry(Namespace::uts), namespace_entry(Namespace::mount)})}}}};
}

}  // namespace

std::string_view to_text(Namespace type) { return kNamespaces.at(static_cast<std::size_t>(type)); }

std::string_view to_text(HookKind kind) { return kHooks.at(static_cast<std::size_t>(kind)); }

Config Config::minimal(std::vector<std::string> args) { return Config(minimal_value(std::move(args))); }

Config Config::of(Json value) { return Config(std::move(value)); }

Config& Config::oci_version(std::string version) { return set("/ociVersion", std::move(version)); }

Config& Config::args(const std::vector<std::string>& args) { return set("/process/args", args); }

Config& Config::env(const std::vector<std::string>& env) { return set("/process/env", env); }

Config& Config::cwd(std::string path) { return set("/process/cwd", std::move(path)); }

Config& Config::user(std::int64_t uid, std::int64_t gid, const std::vector<std::int64_t>& additional_gids) {
  Json user = {{"uid", uid}, {"gid", gid}};
  if (!additional_gids.empty()) user["additionalGids"] = additional_gids;
  return set("/process/user", std::move(user));
}

Config& Config::capabilities(const std::vector<std::string>& names) {
  return set("/process/capabilities", {{"bounding", names}, {"effective", names}, {"permitted", names}});
}

Config& Config::terminal(bool wanted) { return set("/process/terminal", wanted); }

Config& Config::hostname(std::string name) { return set("/hostname", std::move(name)); }

Config& Config::readonly_root(bool readonly) { return set("/root/readonly", readonly); }

Config& Config::annotation(std::string key, std::string value) {
  value_["annotations"][std::move(key)] = std::move(value);
  return *this;
}

Config& Config::mount(const Mount& entry) {
  Json mount = {{"destination", entry.destination}};
  if (!entry.type.empty()) mount["type"] = entry.type;
  if (!entry.source.empty()) mount["source"] = entry.source;
  if (!entry.options.empty()) mount["options"] = entry.options;
  return set("/mounts/-", std::move(mount));
}

Config& Config::hook(HookKind kind, Json entry) {
  value_["hooks"][std::string(to_text(kind))].push_back(std::move(entry));
  return *this;
}

Config& Config::with_new(Namespace type) {
  Json& namespaces = value_["linux"]["namespaces"];
  const bool there = std::any_of(namespaces.begin(), namespaces.end(),
                                 [&](const Json& entry) { return entry.at("type") == to_text(type); });
  if (!there) namespaces.push_back({{"type", to_text(type)}});
  return *this;
}

Config& Config::without(Namespace type) {
  Json& namespaces = value_["linux"]["namespaces"];
  Json kept = Json::array();
  std::copy_if(namespaces.begin(), namespaces.end(), std::back_inserter(kept),
               [&](const Json& entry) { return entry.at("type") != to_text(type); });
  namespaces = std::move(kept);
  return *this;
}

Config& Config::joining(Namespace type, std::string path) {
  without(type);
  value_["linux"]["namespaces"].push_back({{"type", to_text(type)}, {"path", std::move(path)}});
  return *this;
}

Config& Config::cgroups_path(std::string path) { return set("/linux/cgroupsPath", std::move(path)); }

Config& Config::resource(std::string_view pointer, Json value) {
  return set("/linux/resources" + std::string(pointer), std::move(value));
}

Config& Config::set(std::string_view pointer, Json value) {
  try {
    value_[parse_pointer(pointer)] = std::move(value);
  } catch (const Json::exception& e) {
    throw std::invalid_argument("nothing can be set at " + std::string(pointer) + ": " + e.what());
  }
  return *this;
}

Config& Config::drop(std::string_view pointer) {
  const Json::json_pointer at = parse_pointer(pointer);
  if (at.empty() || !value_.contains(at)) return *this;
  Json& parent = value_[at.parent_pointer()];
  if (parent.is_array()) {
    parent.erase(std::stoul(at.back()));
  } else {
    parent.erase(at.back());
  }
  return *this;
}

Json Config::diff_from_minimal() const { return Json::diff(minimal_value({"/probe", "true"}), value_); }

}  // namespace runproof
