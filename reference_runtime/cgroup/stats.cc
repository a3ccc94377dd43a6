#include "reference_runtime/cgroup/stats.h"

#include <climits>
#include <filesystem>

#include "base/text.h"
#include "reference_runtime/cgroup/control_file.h"
#include "reference_runtime/config/cpu_list.h"

namespace refrun {
namespace {

using base::Json;
using Number = unsigned long long;

constexpr Number kNanosecondsPerMicrosecond = 1000;

Number keyed(const std::string& directory, std::string_view file, std::string_view key) {
  const auto text = read_keyed(directory, file, key);
  return text ? static_cast<Number>(base::to_number(*text).value_or(0)) : 0;
}

/// Every "key number" line.
Json raw(const std::string& directory, std::string_view file) {
  Json map = Json::object();
  const auto text = read_control(directory, file).value_or("");
  for (const std::string_view line : base::split(text, '\n')) {
    const auto parts = base::words(line);
    if (parts.size() == 2)
      if (const auto number = base::to_number(parts[1])) map[std::string(parts[0])] = *number;
  }
  return map;
}

std::vector<Number> numbers(const std::string& directory, std::string_view file) {
  std::vector<Number> list;
  const auto text = read_control(directory, file).value_or("");
  for (const std::string_view word : base::words(text))
    list.push_back(static_cast<Number>(base::to_number(word).value_or(0)));
  return list;
}

Json cpu_legacy(const CgroupPlace& place) {
  const std::string usage = place.legacy_directory("cpuacct");
  const std::string limits = place.legacy_directory("cpu");
  return {{"usage",
           {{"total", read_number(usage, "cpuacct.usage")},
            {"percpu", numbers(usage, "cpuacct.usage_percpu")},
            {"kernel", read_number(usage, "cpuacct.usage_sys")},
            {"user", read_number(usage, "cpuacct.usage_user")}}},
          {"throttling",
           {{"periods", keyed(limits, "cpu.stat", "nr_periods")},
            {"throttledPeriods", keyed(limits, "cpu.stat", "nr_throttled")},
            {"throttledTime", keyed(limits, "cpu.stat", "throttled_time")}}}};
}

Json cpu_unified(const std::string& directory) {
  const auto nanoseconds = [&](std::string_view key) {
    return keyed(directory, "cpu.stat", key) * kNanosecondsPerMicrosecond;
  };
  return {{"usage",
           {{"total", nanoseconds("usage_usec")},
            {"kernel", nanoseconds("system_usec")},
            {"user", nanoseconds("user_usec")}}},
          {"throttling",
           {{"periods", keyed(directory, "cpu.stat", "nr_periods")},
            {"throttledPeriods", keyed(directory, "cpu.stat", "nr_throttled")},
            {"throttledTime", nanoseconds("throttled_usec")}}}};
}

Json cpuset(const std::string& directory) {
  Json sets = Json::object();
  for (const auto& [name, file] : {std::pair{"cpus", "cpuset.cpus"}, std::pair{"mems", "cpuset.mems"}}) {
    const auto list = parse_number_list(read_control(directory, file).value_or(""));
    if (list) sets[name] = *list;
  }
  return sets;
}

Json memory_entry(const std::string& directory, const std::string& prefix) {
  return {{"limit", read_number(directory, prefix + "limit_in_bytes")},
          {"usage", read_number(directory, prefix + "usage_in_bytes")},
          {"max", read_number(directory, prefix + "max_usage_in_bytes")},
          {"failcnt", read_number(directory, prefix + "failcnt")}};
}

Json memory_legacy(const std::string& directory) {
  return {
      {"cache", keyed(directory, "memory.stat", "cache")},        {"usage", memory_entry(directory, "memory.")},
      {"swap", memory_entry(directory, "memory.memsw.")},         {"kernel", memory_entry(directory, "memory.kmem.")},
      {"kernelTCP", memory_entry(directory, "memory.kmem.tcp.")}, {"raw", raw(directory, "memory.stat")}};
}

/// v1's swap entry counts memory and swap together, and its readers expect that.
Json memory_unified(const std::string& directory) {
  const Number usage = read_number(directory, "memory.current");
  const Number limit = read_number(directory, "memory.max");
  const Number swap_limit = read_number(directory, "memory.swap.max");
  const bool unlimited = limit == ULLONG_MAX || swap_limit == ULLONG_MAX;
  return {{"cache", keyed(directory, "memory.stat", "file")},
          {"usage",
           {{"limit", limit},
            {"usage", usage},
            {"max", read_number(directory, "memory.peak")},
            {"failcnt", keyed(directory, "memory.events", "max")}}},
          {"swap",
           {{"limit", unlimited ? ULLONG_MAX : limit + swap_limit},
            {"usage", usage + read_number(directory, "memory.swap.current")},
            {"failcnt", keyed(directory, "memory.swap.events", "max")}}},
          {"raw", raw(directory, "memory.stat")}};
}

Json pids(const std::string& directory) {
  const Number limit = read_number(directory, "pids.max");
  return {{"current", read_number(directory, "pids.current")}, {"limit", limit == ULLONG_MAX ? 0 : limit}};
}

/// "8:0", if it is a device number.
bool read_device(std::string_view text, Json& entry) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos) return false;
  const auto major = base::to_number(text.substr(0, colon));
  const auto minor = base::to_number(text.substr(colon + 1));
  if (!major || !minor) return false;
  entry["major"] = *major;
  entry["minor"] = *minor;
  return true;
}

/// Lines of "8:0 Read 4096"; the totals at the end have no device.
Json block_entries(const std::string& directory, std::string_view file) {
  Json entries = Json::array();
  const auto text = read_control(directory, file).value_or("");
  for (const std::string_view line : base::split(text, '\n')) {
    const auto parts = base::words(line);
    Json entry = Json::object();
    if (parts.size() != 3 || !read_device(parts[0], entry)) continue;
    entry["op"] = parts[1];
    entry["value"] = base::to_number(parts[2]).value_or(0);
    entries.push_back(entry);
  }
  return entries;
}

Json block_legacy(const std::string& directory) {
  return {{"ioServiceBytesRecursive", block_entries(directory, "blkio.throttle.io_service_bytes_recursive")},
          {"ioServicedRecursive", block_entries(directory, "blkio.throttle.io_serviced_recursive")}};
}

/// Lines of "8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6".
Json block_unified(const std::string& directory) {
  Json bytes = Json::array();
  Json operations = Json::array();
  const auto text = read_control(directory, "io.stat").value_or("");
  for (const std::string_view line : base::split(text, '\n')) {
    const auto parts = base::words(line);
    Json device = Json::object();
    if (parts.empty() || !read_device(parts.front(), device)) continue;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      const auto equals = parts[i].find('=');
      const std::string_view key = parts[i].substr(0, equals);
      Json entry = device;
      entry["op"] = key.starts_with('r') ? "Read" : key.starts_with('w') ? "Write" : "Discard";
      entry["value"] = base::to_number(parts[i].substr(equals + 1)).value_or(0);
      if (key.ends_with("bytes")) bytes.push_back(entry);
      if (key.ends_with("ios")) operations.push_back(entry);
    }
  }
  return {{"ioServiceBytesRecursive", bytes}, {"ioServicedRecursive", operations}};
}

/// One entry per huge page size, found by the names of the files.
Json hugepages(const std::string& directory, const std::string& usage_suffix, const std::string& max_suffix,
               bool legacy) {
  Json sizes = Json::object();
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(directory, error)) {
    const std::string name = file.path().filename();
    if (!name.starts_with("hugetlb.") || !name.ends_with(usage_suffix) || name.find(".rsvd.") != std::string::npos)
      continue;
    const std::string prefix = name.substr(0, name.size() - usage_suffix.size());
    const std::string size = prefix.substr(std::string_view("hugetlb.").size());
    sizes[size] = {{"usage", read_number(directory, name)},
                   {"max", read_number(directory, prefix + max_suffix)},
                   {"failcnt", legacy ? read_number(directory, prefix + ".failcnt")
                                      : keyed(directory, prefix + ".events", "max")}};
  }
  return sizes;
}

}  // namespace

Json read_stats(const CgroupPlace& place) {
  const auto either = [&](const char* controller, const auto& legacy, const auto& unified) {
    const std::string directory = place.legacy_directory(controller);
    return directory.empty() ? unified(place.unified) : legacy(directory);
  };
  const bool legacy_cpu = !place.legacy_directory("cpuacct").empty();
  return {
      {"cpu", legacy_cpu ? cpu_legacy(place) : cpu_unified(place.unified)},
      {"cpuset", either("cpuset", cpuset, cpuset)},
      {"memory", either("memory", memory_legacy, memory_unified)},
      {"pids", either("pids", pids, pids)},
      {"blkio", either("blkio", block_legacy, block_unified)},
      {"hugetlb",
       either(
           "hugetlb", [](const std::string& d) { return hugepages(d, ".usage_in_bytes", ".max_usage_in_bytes", true); },
           [](const std::string& d) { return hugepages(d, ".current", ".max", false); })},
      {"intel_rdt", Json::object()},
      {"network_interfaces", Json::array()}};
}

}  // namespace refrun
