#pragma once

namespace runproof {

/// Forks, lets the child do `body` and exit with what it gives (0 to 255), and waits for it. -1 where it could not be
/// forked or was killed. `body` may make system calls and nothing else: it must not allocate, lock or throw, as other
/// threads may have held what it needs.
int try_in_child(int (*body)(const void* data) noexcept, const void* data);

}  // namespace runproof
