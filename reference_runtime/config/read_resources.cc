#include "reference_runtime/config/read.h"

namespace refrun {
namespace {

// -1 was how "all" was written before the spec had "unset".
std::optional<std::int64_t> read_device_number(const Node& rule, std::string_view name) {
  const auto number = rule.integer<std::int64_t>(name);
  return number == -1 ? std::nullopt : number;
}

std::vector<DeviceRule> read_device_rules(const Node& node) {
  std::vector<DeviceRule> rules;
  node.each_object("devices", [&](const Node& entry) {
    DeviceRule rule;
    rule.allow = entry.boolean("allow", Presence::required).value_or(false);
    const auto type = entry.text("type").value_or("a");
    if (type.empty() || type == "a" || type == "b" || type == "c") {
      rule.type = type.empty() ? 'a' : type.front();
    } else {
      entry.member("type")->problem("must be a, b or c");
    }
    rule.major = read_device_number(entry, "major");
    rule.minor = read_device_number(entry, "minor");
    rule.access = entry.text("access").value_or("");
    if (rule.access.find_first_not_of("rwm") != std::string::npos)
      entry.member("access")->problem("must be made of r, w and m");
    rules.push_back(std::move(rule));
  });
  return rules;
}

std::optional<MemoryResources> read_memory(const Node& resources) {
  const auto node = resources.object("memory");
  if (!node) return std::nullopt;
  return MemoryResources{.limit = node->integer<std::int64_t>("limit"),
                         .reservation = node->integer<std::int64_t>("reservation"),
                         .swap = node->integer<std::int64_t>("swap"),
                         .kernel = node->integer<std::int64_t>("kernel"),
                         .kernel_tcp = node->integer<std::int64_t>("kernelTCP"),
                         .swappiness = node->integer<std::uint64_t>("swappiness"),
                         .disable_oom_killer = node->boolean("disableOOMKiller"),
                         .use_hierarchy = node->boolean("useHierarchy"),
                         .check_before_update = node->boolean("checkBeforeUpdate")};
}

std::optional<CpuResources> read_cpu(const Node& resources) {
  const auto node = resources.object("cpu");
  if (!node) return std::nullopt;
  return CpuResources{.shares = node->integer<std::uint64_t>("shares"),
                      .quota = node->integer<std::int64_t>("quota"),
                      .burst = node->integer<std::uint64_t>("burst"),
                      .period = node->integer<std::uint64_t>("period"),
                      .realtime_runtime = node->integer<std::int64_t>("realtimeRuntime"),
                      .realtime_period = node->integer<std::uint64_t>("realtimePeriod"),
                      .cpus = node->text("cpus").value_or(""),
                      .mems = node->text("mems").value_or(""),
                      .idle = node->integer<std::int64_t>("idle")};
}

std::optional<std::int64_t> read_pids_limit(const Node& resources) {
  const auto node = resources.object("pids");
  return node ? node->integer<std::int64_t>("limit") : std::nullopt;
}

std::vector<ThrottleDevice> read_throttles(const Node& block_io, std::string_view name) {
  std::vector<ThrottleDevice> devices;
  block_io.each_object(name, [&](const Node& entry) {
    devices.push_back({.major = entry.integer<std::int64_t>("major", Presence::required).value_or(0),
                       .minor = entry.integer<std::int64_t>("minor", Presence::required).value_or(0),
                       .rate = entry.integer<std::uint64_t>("rate", Presence::required).value_or(0)});
  });
  return devices;
}

std::vector<WeightDevice> read_weight_devices(const Node& block_io) {
  std::vector<WeightDevice> devices;
  block_io.each_object("weightDevice", [&](const Node& entry) {
    devices.push_back({.major = entry.integer<std::int64_t>("major", Presence::required).value_or(0),
                       .minor = entry.integer<std::int64_t>("minor", Presence::required).value_or(0),
                       .weight = entry.integer<std::uint16_t>("weight"),
                       .leaf_weight = entry.integer<std::uint16_t>("leafWeight")});
    if (!entry.member("weight") && !entry.member("leafWeight")) entry.problem("must have weight or leafWeight");
  });
  return devices;
}

std::optional<BlockIoResources> read_block_io(const Node& resources) {
  const auto node = resources.object("blockIO");
  if (!node) return std::nullopt;
  return BlockIoResources{.weight = node->integer<std::uint16_t>("weight"),
                          .leaf_weight = node->integer<std::uint16_t>("leafWeight"),
                          .weight_device = read_weight_devices(*node),
                          .throttle_read_bps = read_throttles(*node, "throttleReadBpsDevice"),
                          .throttle_write_bps = read_throttles(*node, "throttleWriteBpsDevice"),
                          .throttle_read_iops = read_throttles(*node, "throttleReadIOPSDevice"),
                          .throttle_write_iops = read_throttles(*node, "throttleWriteIOPSDevice")};
}

std::vector<HugepageLimit> read_hugepage_limits(const Node& resources) {
  std::vector<HugepageLimit> limits;
  resources.each_element("hugepageLimits", [&](const Node& entry) {
    limits.emplace_back();
    if (!entry.expect_object()) return;
    limits.back().page_size = entry.text("pageSize", Presence::required).value_or("");
    limits.back().limit = entry.integer<std::uint64_t>("limit", Presence::required).value_or(0);
  });
  return limits;
}

std::optional<NetworkResources> read_network(const Node& resources) {
  const auto node = resources.object("network");
  if (!node) return std::nullopt;
  NetworkResources network;
  network.class_id = node->integer<std::uint32_t>("classID");
  node->each_object("priorities", [&](const Node& entry) {
    network.priorities.push_back(
        {.name = entry.text("name", Presence::required).value_or(""),
         .priority = entry.integer<std::uint32_t>("priority", Presence::required).value_or(0)});
  });
  return network;
}

std::map<std::string, RdmaLimit> read_rdma(const Node& resources) {
  std::map<std::string, RdmaLimit> limits;
  resources.each_member("rdma", [&](const std::string& device, const Node& entry) {
    if (!entry.member("hcaHandles") && !entry.member("hcaObjects")) entry.problem("must have hcaHandles or hcaObjects");
    limits.emplace(device, RdmaLimit{.hca_handles = entry.integer<std::uint32_t>("hcaHandles"),
                                     .hca_objects = entry.integer<std::uint32_t>("hcaObjects")});
  });
  return limits;
}

}  // namespace

Resources read_resources(const Node& node) {
  return {.devices = read_device_rules(node),
          .memory = read_memory(node),
          .cpu = read_cpu(node),
          .pids_limit = read_pids_limit(node),
          .block_io = read_block_io(node),
          .hugepage_limits = read_hugepage_limits(node),
          .network = read_network(node),
          .rdma = read_rdma(node),
          .unified = node.text_map("unified")};
}

}  // namespace refrun
