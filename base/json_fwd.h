#pragma once

#include <nlohmann/json_fwd.hpp>

namespace base {

/// For headers that only name it; base/json.h is the whole.
using Json = nlohmann::json;

}  // namespace base
