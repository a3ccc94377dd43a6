#pragma once

#include "harness/host/facts.h"

namespace runproof {

// The parts of probe_facts; each fills in its group of members.
void probe_kernel(Facts& facts);
void probe_cgroups(Facts& facts);
void probe_rights(Facts& facts);
void probe_namespaces(Facts& facts);
void probe_mounts(Facts& facts, const std::filesystem::path& scratch);
void probe_devices(Facts& facts);
void probe_network(Facts& facts);
void probe_tools(Facts& facts);

/// Bit N is capability N.
[[nodiscard]] std::set<std::string> capability_names(std::uint64_t mask);
[[nodiscard]] KernelVersion parse_kernel_version(std::string_view release);
/// "hugepages-2048kB" -> "2MB"; empty for anything else.
[[nodiscard]] std::string hugepage_size(std::string_view directory);

}  // namespace runproof
