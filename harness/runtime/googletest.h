#pragma once

namespace runproof {

/// Makes GoogleTest ready to run cases, silently. Once is enough, also for those who are forked later.
void prepare_googletest();

}  // namespace runproof
