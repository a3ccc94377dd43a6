#include "cases/support/mounts.h"

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <sstream>

#include "base/file.h"
#include "base/sys_error.h"
#include "harness/runtime/context.h"
#include "harness/runtime/failure.h"

namespace runproof {

namespace fs = std::filesystem;

namespace {

constexpr const char* kNewFile = "made-inside";
constexpr time_t kHour = 3600;

void set_times(const fs::path& path, time_t accessed_ago, time_t modified_ago) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  const timespec times[] = {{now.tv_sec - accessed_ago, 0}, {now.tv_sec - modified_ago, 0}};
  if (::utimensat(AT_FDCWD, path.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0)
    throw base::SysError("utimensat " + path.string());
}

timespec access_time(const fs::path& path) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0) throw base::SysError("lstat " + path.string());
  return info.st_atim;
}

void must_succeed(const Answer& answer) {
  std::ostringstream text;
  text << "a step that this case needs failed\n  " << answer;
  if (!answer.ok()) throw CaseFailed(text.str());
}

const Json* find_said(const Json& mounts, std::string_view point) {
  const Json* found = nullptr;
  for (const Json& mount : mounts) {
    if (mount.at("target") == point) found = &mount;
  }
  return found;
}

}  // namespace

void furnish(const fs::path& directory) {
  fs::create_directories(directory);
  fs::copy_file(context().probe, directory / "probe");
  if (::chmod((directory / "probe").c_str(), 04755) != 0) throw base::SysError("chmod");
  if (::mknod((directory / "null").c_str(), S_IFCHR, makedev(1, 3)) != 0) throw base::SysError("mknod");
  if (::chmod((directory / "null").c_str(), 0666) != 0) throw base::SysError("chmod");
  base::write_file(directory / "text", "of the host");
  fs::create_symlink("text", directory / "link");
  base::write_file(directory / "unread", "x");
  base::write_file(directory / "read", "x");
  fs::create_directory(directory / "listed");
  set_times(directory / "unread", 3 * kHour, 2 * kHour);
  set_times(directory / "read", -kHour, 2 * kHour);
  set_times(directory / "listed", -kHour, 2 * kHour);
}

Json Furniture::execute() { return box_.ask({"spawn", inside_ + "/probe", "true"}); }

Json Furniture::runs_as() {
  const Json record = box_.ask({"spawn", inside_ + "/probe", "ids"});
  const Replies said = Replies::parse(record.value("out", ""));
  if (!said.complete()) throw CaseFailed(inside_ + "/probe did not run: " + record.dump());
  return said.of("ids").at("uid").at("effective");
}

Json Furniture::use_device() { return box_.ask({"write", "--existing", inside_ + "/null", "x"}); }

Json Furniture::follow_link() { return box_.ask({"read", inside_ + "/link"}); }

Json Furniture::make_file() { return box_.ask({"write", inside_ + "/" + kNewFile, "x"}); }

bool Furniture::has_new_file() const { return fs::exists(outside_ / kNewFile); }

bool Furniture::reading_is_noted(std::string_view name) { return is_noted("read", name); }

bool Furniture::listing_is_noted(std::string_view name) { return is_noted("ls", name); }

bool Furniture::is_noted(std::string_view verb, std::string_view name) {
  const timespec before = access_time(outside_ / name);
  const Json record = box_.ask({std::string{verb}, inside_ + "/" + std::string{name}});
  if (record.contains("errno")) throw CaseFailed("what the mount holds cannot be read: " + record.dump());
  const timespec after = access_time(outside_ / name);
  return before.tv_sec != after.tv_sec || before.tv_nsec != after.tv_nsec;
}

Config with_options(const fs::path& scratch, const std::vector<std::string>& options) {
  const fs::path source = scratch / "source";
  furnish(source);
  std::vector<std::string> bind = {"bind"};
  bind.insert(bind.end(), options.begin(), options.end());
  return Config::minimal({})
      .mount({.destination = std::string{kFresh}, .type = "tmpfs", .source = "tmpfs", .options = options})
      .mount({.destination = std::string{kBound}, .type = "", .source = source.string(), .options = bind});
}

Furniture bound(Serving& box, const fs::path& scratch) { return {box, std::string{kBound}, scratch / "source"}; }

fs::path furnished_tree(const fs::path& scratch, unsigned long flags, unsigned long propagation) {
  fs::path source = scratch / "source";
  mount_tmpfs(source);
  furnish(source);
  mount_tmpfs(source / "below");
  furnish(source / "below");
  if (flags != 0) set_mount_flags(source / "below", flags);
  if (flags != 0) set_mount_flags(source, flags);
  if (propagation != 0) set_propagation(source, propagation | MS_REC);
  return source;
}

Config with_mount(const Mount& mount) { return Config::minimal({"/probe", "true"}).mount(mount); }

Config with_tree(const fs::path& tree, const std::string& option) {
  return Config::minimal({}).mount(
      {.destination = std::string{kBound}, .type = "", .source = tree.string(), .options = {"rbind", option}});
}

Furniture below(Serving& box, const fs::path& scratch) { return {box, std::string{kBelow}, scratch / "source/below"}; }

MountEntry mount_at(Serving& box, std::string_view point) {
  const auto seen = mounts_of(box.pid());
  const MountEntry* entry = seen ? find_mount(*seen, point) : nullptr;
  if (entry == nullptr) throw CaseFailed("there is no mount at " + std::string{point} + " in the container");
  const Json listed = box.ask({"mounts"}).value("mounts", Json::array());
  const Json* said = find_said(listed, point);
  const bool agree = said != nullptr && said->at("options") == Json(entry->options) &&
                     said->at("super_options") == Json(entry->super_options) && said->at("type") == entry->type;
  if (!agree) throw CaseFailed("the container and the host disagree about the mount at " + std::string{point});
  return *entry;
}

bool is_mounted(Serving& box, std::string_view point) {
  const auto seen = mounts_of(box.pid());
  return seen && find_mount(*seen, point) != nullptr;
}

Replies played(Container& box) {
  must_succeed(box.create());
  must_succeed(box.start());
  box.await_init_death();
  Replies said = Replies::parse(box.out());
  if (!said.complete())
    throw CaseFailed("the program did not answer to the end: " + said.problem() + "\n  its stdout: " + box.out() +
                     "\n  its stderr: " + box.err());
  return said;
}

}  // namespace runproof
