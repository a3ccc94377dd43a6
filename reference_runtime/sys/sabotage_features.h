#pragma once

#include "base/json_fwd.h"

namespace refrun {

/// Sabotage of what `features` prints, by REFRUN_SABOTAGE (sabotage.h) as of config.json:
///   features:drop:/pointer    remove a value
///   features:set:/pointer=V   replace (or add) it by the JSON value V
#ifdef REFRUN_SABOTAGE
void sabotage_features(base::Json& features);
#else
inline void sabotage_features(base::Json&) {}
#endif

}  // namespace refrun
