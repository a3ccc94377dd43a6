#include "cases/support/isolation.h"

#include <sys/mount.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/runtime/context.h"
#include "harness/runtime/failure.h"

namespace runproof {

Config with_new(Namespace type) {
  Config config = Config::minimal({});
  return type == Namespace::user ? with_user_namespace(config) : config.with_new(type);
}

Config with_user_namespace(Config config, const Json& users, const Json& groups) {
  return config.with_new(Namespace::user).set("/linux/uidMappings", users).set("/linux/gidMappings", groups);
}

Config with_user_namespace(Config config, std::uint32_t host, std::uint32_t size) {
  const Json mapping = Json::array({{{"containerID", 0}, {"hostID", host}, {"size", size}}});
  return with_user_namespace(std::move(config), mapping, mapping);
}

std::string namespace_path(pid_t pid, std::string_view name) {
  return "/proc/" + std::to_string(pid) + "/ns/" + std::string{name};
}

std::optional<NamespaceId> seen_in(Serving& box, std::string_view name) {
  const auto outside = namespace_of(box.pid(), name);
  const Json inside = box.ask({"ns"}).at("ns").value(std::string{name}, Json());
  if (!outside || inside != outside->inode)
    throw CaseFailed("the container and the host disagree about its " + std::string{name} + " namespace");
  return outside;
}

std::string bound_namespace(const std::filesystem::path& file, pid_t pid, std::string_view name) {
  base::write_file(file, "");
  if (::mount(namespace_path(pid, name).c_str(), file.c_str(), nullptr, MS_BIND, nullptr) != 0)
    throw base::SysError("bind " + file.string());
  return file.string();
}

uid_t user_on_host(pid_t pid) {
  struct stat info {};
  const std::string path = "/proc/" + std::to_string(pid);
  if (::stat(path.c_str(), &info) != 0) throw CaseFailed("there is no process " + std::to_string(pid));
  return info.st_uid;
}

NamespaceHolder::NamespaceHolder(const std::filesystem::path& scratch, std::string name)
    : name_(std::move(name)),
      channel_(scratch, "holder-of-" + name_),
      process_(start({.argv = {context().probe.string(), "unshare", name_, "+", "serve", channel_.path().string()}})),
      peer_(channel_.accept(context().within(kStep))) {}

}  // namespace runproof
