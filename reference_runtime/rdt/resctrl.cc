#include "reference_runtime/rdt/resctrl.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <stdexcept>
#include <vector>

#include "base/file.h"
#include "base/sys_error.h"
#include "base/text.h"

namespace refrun {
namespace {

constexpr std::string_view kMemoryBandwidth = "MB:";

/// What is to be in the file `schemata`, one line each: l3CacheSchema first, whose lines about memory bandwidth give
/// way to memBwSchema, then that, then schemata as they are.
std::vector<std::string> schemata_lines(const IntelRdt& config) {
  std::vector<std::string> lines;
  for (const std::string_view line : base::split(config.l3_cache_schema, '\n')) {
    const bool overruled = !config.mem_bw_schema.empty() && line.starts_with(kMemoryBandwidth);
    if (!line.empty() && !overruled) lines.emplace_back(line);
  }
  if (!config.mem_bw_schema.empty()) lines.push_back(config.mem_bw_schema);
  lines.insert(lines.end(), config.schemata.begin(), config.schemata.end());
  return lines;
}

/// The kernel writes "    L3:0=0ff;1=0ff" where "L3:0=ff" was meant as well: by resource and domain, without the zeros.
using Schemata = std::map<std::string, std::map<std::string, std::string>>;

void read_schemata_line(std::string_view line, Schemata& schemata) {
  const auto first = line.find_first_not_of(' ');
  const auto colon = line.find(':');
  if (first == std::string_view::npos || colon == std::string_view::npos) return;
  auto& domains = schemata[std::string(line.substr(first, colon - first))];
  for (const std::string_view part : base::split(line.substr(colon + 1), ';')) {
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view value = part.substr(equals + 1);
    std::string plain(value.substr(std::min(value.find_first_not_of('0'), value.size())));
    std::transform(plain.begin(), plain.end(), plain.begin(), [](unsigned char c) { return std::tolower(c); });
    domains[std::string(part.substr(0, equals))] = plain;
  }
}

/// Of what is wanted, every value is there. What is not mentioned may be anything.
bool agrees(const std::vector<std::string>& wanted, const std::string& present) {
  Schemata want, have;
  for (const std::string& line : wanted) read_schemata_line(line, want);
  for (const std::string_view line : base::split(present, '\n')) read_schemata_line(line, have);
  for (const auto& [resource, domains] : want) {
    for (const auto& [domain, value] : domains) {
      const auto found = have[resource].find(domain);
      if (found == have[resource].end() || found->second != value) return false;
    }
  }
  return true;
}

bool is_there(const std::string& directory) { return ::access(directory.c_str(), F_OK) == 0; }

/// What resctrl says of the last thing that failed.
[[noreturn]] void fail(const std::string& doing, const std::string& root, int error) {
  std::string reason = base::read_file_if_there(root + "/info/last_cmd_status").value_or("");
  if (reason.ends_with('\n')) reason.pop_back();
  throw std::runtime_error(fmt::format("/linux/intelRdt: {}: {}{}", doing, base::errno_name(error),
                                       reason.empty() || reason == "ok" ? "" : " (" + reason + ")"));
}

void make_group(const std::string& directory, const std::string& root) {
  if (::mkdir(directory.c_str(), 0755) != 0 && errno != EEXIST) fail("make " + directory, root, errno);
}

void remove_group(const std::string& directory) {
  if (::rmdir(directory.c_str()) != 0 && errno != ENOENT) throw base::SysError("remove " + directory);
}

}  // namespace

base::Json to_json(const RdtGroups& groups) {
  return {{"directory", groups.directory}, {"own", groups.own}, {"monitoring", groups.monitoring}};
}

RdtGroups rdt_groups_from_json(const base::Json& json) {
  return {.directory = json.at("directory"), .own = json.at("own"), .monitoring = json.at("monitoring")};
}

std::string find_resctrl(std::string_view mountinfo) {
  constexpr std::size_t kMountPoint = 4;
  for (const std::string_view line : base::split(mountinfo, '\n')) {
    if (line.find(" - resctrl ") == std::string_view::npos) continue;
    const auto fields = base::words(line);
    if (fields.size() > kMountPoint) return std::string(fields[kMountPoint]);
  }
  return "";
}

RdtGroups plan_rdt_groups(const IntelRdt& config, const std::string& root, const std::string& id) {
  RdtGroups groups;
  groups.directory = config.clos_id == "/" ? root : root + "/" + (config.clos_id.empty() ? id : config.clos_id);
  const bool present = is_there(groups.directory);
  const auto lines = schemata_lines(config);
  if (!present && !config.clos_id.empty() && lines.empty()) {
    throw std::runtime_error(
        fmt::format("/linux/intelRdt/closID: there is no {}, and no schema to make it with", groups.directory));
  }
  if (present && !agrees(lines, base::read_file_if_there(groups.directory + "/schemata").value_or(""))) {
    throw std::runtime_error(fmt::format("/linux/intelRdt: {} has other schemata", groups.directory));
  }
  groups.own = !present && config.clos_id.empty();
  if (config.enable_monitoring) groups.monitoring = groups.directory + "/mon_groups/" + id;
  return groups;
}

void make_rdt_groups(const IntelRdt& config, const std::string& root, const RdtGroups& groups) {
  if (!is_there(groups.directory)) {
    make_group(groups.directory, root);
    std::string text;
    for (const std::string& line : schemata_lines(config)) text += line + "\n";
    try {
      if (!text.empty()) base::write_file(groups.directory + "/schemata", text);
    } catch (const base::SysError& error) {
      remove_group(groups.directory);
      fail("write \"" + text + "\" to " + groups.directory + "/schemata", root, error.error());
    }
  }
  if (!groups.monitoring.empty()) make_group(groups.monitoring, root);
}

void join_rdt_groups(const RdtGroups& groups, pid_t pid) {
  for (const std::string& directory : {groups.directory, groups.monitoring})
    if (!directory.empty()) base::write_file(directory + "/tasks", std::to_string(pid));
}

void remove_rdt_groups(const RdtGroups& groups) {
  if (!groups.monitoring.empty()) remove_group(groups.monitoring);
  if (groups.own) remove_group(groups.directory);
}

}  // namespace refrun
