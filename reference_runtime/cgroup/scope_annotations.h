#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reference_runtime/cgroup/systemd_bus.h"

namespace refrun {

/// What annotations "org.systemd.property.NAME" say of a container's scope, as runc and crun read them: the value is
/// GVariant text ("'mixed'", "true", "uint64 5", "['a.service']"; a number without a type is an int32); a number for
/// NAMESec is in seconds, for systemd's NAMEUSec. Throws CgroupError naming the annotation.
[[nodiscard]] std::vector<UnitProperty> annotated_properties(const std::map<std::string, std::string>& annotations);

/// One value. Throws CgroupError for text of another form or type.
[[nodiscard]] UnitValue parse_unit_value(std::string_view text);

}  // namespace refrun
