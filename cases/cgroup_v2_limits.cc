// The other controllers on cgroup v2: io, hugetlb, pids; and network, which is none of them.
#include "cases/support/limits.h"
#include "harness/case.h"

namespace runproof {

using testing::AnyOf;
using testing::HasSubstr;

CONFORMANCE_CASE(cgroup, v2_io_weight, .clause = "config-linux.md#example", .level = may,
                 .claim = "blockIO.weight of 10 to 1000 becomes an io.weight of 1 to 10000",
                 .needs = {need::cgroups, need::cgroup_v2, need::io_controller}, .faults = {kNoBlockIo}) {
  const Container box = created(limited("/blockIO/weight", 500));

  EXPECT_THAT(control(box, "io.weight"), HasSubstr("default 4950"));
}

CONFORMANCE_CASE(cgroup, v2_io_throttle, .clause = "config-linux.md#block-io", .level = descr,
                 .claim = "the four lists of rates of blockIO become io.max",
                 .needs = {need::cgroups, need::cgroup_v2, need::io_controller}, .faults = {kNoBlockIo}) {
  const Disk disk = some_disk();
  const auto rate = [&](std::int64_t value) { return Json::array({disk.with("rate", value)}); };
  const Container box = created(limited("/blockIO/throttleReadBpsDevice", rate(1 * kMiB))
                                    .resource("/blockIO/throttleWriteBpsDevice", rate(2 * kMiB))
                                    .resource("/blockIO/throttleReadIOPSDevice", rate(300))
                                    .resource("/blockIO/throttleWriteIOPSDevice", rate(400)));

  EXPECT_EQ(control(box, "io.max"), disk.text() + " rbps=1048576 wbps=2097152 riops=300 wiops=400");
}

CONFORMANCE_CASE(cgroup, v2_io_leaf_weight_refused, .clause = "config-linux.md#example", .level = must,
                 .claim = "blockIO.leafWeight, which v2 cannot do, is an error",
                 .needs = {need::cgroups, need::cgroup_v2, need::io_controller}, .faults = {kNoBlockIo}) {
  Container box = container(limited("/blockIO/leafWeight", 500));

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(cgroup, v2_weight_device_empty, .clause = "config-linux.md#block-io", .level = must,
                 .claim = "an entry of blockIO.weightDevice with neither weight nor leafWeight is an error",
                 .needs = {need::cgroups, need::io_controller}, .faults = {kNoBlockIo}) {
  const Disk disk = some_disk();
  Container box =
      container(limited("/blockIO/weightDevice", Json::array({{{"major", disk.major}, {"minor", disk.minor}}})));

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(cgroup, v2_hugetlb, .clause = "config-linux.md#huge-page-limits", .level = descr,
                 .claim = "hugepageLimits become hugetlb.SIZE.max",
                 .needs = {need::cgroups, need::cgroup_v2, need::hugetlb_controller, need::hugepages},
                 .faults = {"config:drop:/linux/resources/hugepageLimits"}) {
  const std::string size = hugepage_size();
  const Container box =
      created(limited("/hugepageLimits", Json::array({{{"pageSize", size}, {"limit", 1024 * kMiB}}})));

  EXPECT_EQ(control(box, "hugetlb." + size + ".max"), "1073741824");
}

CONFORMANCE_CASE(cgroup, v2_hugetlb_rsvd, .clause = "config-linux.md#huge-page-limits", .level = descr,
                 .claim = "hugepageLimits limit reservations, too, where the kernel accounts for them",
                 .needs = {need::cgroups, need::cgroup_v2, need::hugetlb_controller, need::hugepages},
                 .faults = {"config:drop:/linux/resources/hugepageLimits"}, .since = "1.1.0") {
  const std::string size = hugepage_size();
  const Container box =
      created(limited("/hugepageLimits", Json::array({{{"pageSize", size}, {"limit", 1024 * kMiB}}})));

  EXPECT_EQ(control(box, "hugetlb." + size + ".rsvd.max"), "1073741824");
}

CONFORMANCE_CASE(cgroup, v2_hugetlb_bad_size, .clause = "config-linux.md#huge-page-limits", .level = must,
                 .claim = "a limit for a size of huge pages that there is not is an error",
                 .needs = {need::cgroups, need::hugetlb_controller},
                 .faults = {"config:drop:/linux/resources/hugepageLimits"}) {
  Container box = container(limited("/hugepageLimits", Json::array({{{"pageSize", "3MB"}, {"limit", 3 * kMiB}}})));

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(cgroup, v2_pids_limit, .clause = "config-linux.md#pids", .level = descr,
                 .claim = "pids.limit becomes pids.max, and a program that forks runs into it",
                 .needs = {need::cgroups, need::cgroup_v2, need::pids_controller}, .faults = {kNoPids}) {
  Serving box = serving(limited("/pids/limit", 20));

  EXPECT_EQ(control(box, "pids.max"), "20");
  EXPECT_THAT(box.ask({"fork", "--count", "30"}), Field("errno", "EAGAIN"));
}

CONFORMANCE_CASE(cgroup, v2_pids_zero, .clause = "config-linux.md#pids", .level = should,
                 .claim = "a pids.limit of 0 is a limit (of 1 where the runtime's own process has to count)",
                 .needs = {need::cgroups, need::cgroup_v2, need::pids_controller}, .faults = {kNoPids},
                 .since = "1.3.0") {
  const Container box = created(limited("/pids/limit", 0));

  EXPECT_THAT(control(box, "pids.max"), AnyOf("0", "1"));
}

CONFORMANCE_CASE(cgroup, v2_pids_unlimited, .clause = "config-linux.md#pids", .level = descr,
                 .claim = "a pids.limit of -1 is no limit",
                 .needs = {need::cgroups, need::cgroup_v2, need::pids_controller},
                 .faults = {"config:set:/linux/resources/pids/limit=5"}) {
  const Container box = created(limited("/pids/limit", -1));

  EXPECT_EQ(control(box, "pids.max"), "max");
}

CONFORMANCE_CASE(cgroup, v2_network_refused, .clause = "config-linux.md#example", .level = must,
                 .claim = "network.classID, which v2 cannot do, is an error", .needs = {need::cgroups, need::cgroup_v2},
                 .faults = {"config:drop:/linux/resources/network"}) {
  Container box = container(limited("/network/classID", 1'048'577));

  EXPECT_THAT(box.create(), FailsCleanly());
}

CONFORMANCE_CASE(cgroup, v2_rdma_empty_entry, .clause = "config-linux.md#rdma", .level = must,
                 .claim = "an entry of rdma with neither hcaHandles nor hcaObjects is an error",
                 .needs = {need::cgroups}, .faults = {"config:drop:/linux/resources/rdma"}) {
  Container box = container(limited("/rdma/mlx5_1", Json::object()));

  EXPECT_THAT(box.create(), FailsCleanly());
}

}  // namespace runproof
