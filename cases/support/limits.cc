#include "cases/support/limits.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "harness/observe/process.h"
#include "harness/runtime/context.h"
#include "harness/runtime/failure.h"

namespace runproof {
namespace {

/// "memory" of "memory.max".
std::string_view controller_of(std::string_view file) { return file.substr(0, file.find('.')); }

Disk disk_from(std::string_view numbers) {
  const auto parts = base::split(base::trim(numbers), ':');
  return {.major = base::to_number(parts.at(0)).value_or(0), .minor = base::to_number(parts.at(1)).value_or(0)};
}

}  // namespace

Config limited(std::string_view pointer, Json value) {
  return Config::minimal({"/probe", "pause"}).resource(pointer, std::move(value));
}

Cgroup group_of(const Container& box, std::string_view controller) {
  auto group = cgroup_of(box.pid(), controller);
  if (!group) throw CaseFailed(fmt::format("container {} is in no group of the {} controller", box.id(), controller));
  return std::move(*group);
}

std::string control(const Container& box, std::string_view file) {
  const Cgroup group = group_of(box, controller_of(file));
  const auto text = group.read(file);
  if (!text)
    throw CaseFailed(fmt::format("there is no {} in {}, where container {} is", file, group.dir.string(), box.id()));
  return *text;
}

std::string control_or_refused(Container& box, std::string_view file) {
  const Answer answer = box.create();
  if (answer.ok()) return control(box, file);
  return answer.left_behind.empty() ? "refused" : "refused, but something is left behind";
}

void set_control(const std::vector<Cgroup>& groups, const std::string& file, const std::string& value) {
  bool found = false;
  for (const Cgroup& group : groups) {
    if (!group.has(file)) continue;
    found = true;
    base::write_control(group.dir / file, value);
  }
  if (!found) throw Broken("set " + file, "no group here has it");
}

std::string allowed_cpus(pid_t pid) {
  const auto status = proc_status(pid);
  if (!status) throw CaseFailed(fmt::format("process {} has ended", pid));
  return status->cpus_allowed;
}

std::string Disk::text() const { return fmt::format("{}:{}", major, minor); }

Json Disk::with(std::string_view member, std::int64_t value) const {
  return {{"major", major}, {"minor", minor}, {std::string(member), value}};
}

Disk some_disk() {
  for (const auto& entry : std::filesystem::directory_iterator("/sys/block")) {
    const std::string size = base::read_file_if_there(entry.path() / "size").value_or("0");
    if (base::trim(size) != "0") return disk_from(base::read_file(entry.path() / "dev"));
  }
  throw Broken("find a disk", "/sys/block has none");
}

std::string hugepage_size() {
  const auto& sizes = context().facts.hugepage_sizes;
  if (sizes.empty()) throw Broken("find a size of huge pages", "the kernel has none");
  return sizes.front();
}

}  // namespace runproof
