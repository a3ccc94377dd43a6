#pragma once

namespace refrun {

/// tmpcopyup: copies the directory `from` (O_PATH) with all below it, types, modes, owners, times and extended
/// attributes, into `to` (O_PATH), a fresh tmpfs mounted over it. 0 or minus errno; async-signal-safe.
int copy_up(int from, int to) noexcept;

}  // namespace refrun
