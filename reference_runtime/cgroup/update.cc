#include "reference_runtime/cgroup/update.h"

#include "base/text.h"
#include "reference_runtime/cgroup/control_file.h"

namespace refrun {

// On v2 one value of two cannot be set alone: what is not named is as it was.
Resources with_current_values(const CgroupPlace& place, Resources resources) {
  if (place.unified.empty()) return resources;
  const auto quota = read_control(place.unified, "cpu.max");
  const bool period_alone =
      resources.cpu && resources.cpu->period.value_or(0) != 0 && resources.cpu->quota.value_or(0) == 0;
  if (period_alone && place.legacy_directory("cpu").empty() && quota) {
    const auto words = base::words(*quota);
    if (!words.empty()) resources.cpu->quota = base::to_number(words.front()).value_or(-1);
  }
  const auto limit = read_control(place.unified, "memory.max");
  const bool swap_alone = resources.memory && resources.memory->swap.value_or(-1) > 0 && !resources.memory->limit;
  if (swap_alone && place.legacy_directory("memory").empty() && limit)
    if (const auto bytes = base::to_number(*limit)) resources.memory->limit = *bytes;
  return resources;
}

}  // namespace refrun
