#pragma once

namespace base {

// What the sanitizer that this is built with, if any, takes away from tests.
#ifdef __SANITIZE_ADDRESS__
inline constexpr bool kAddressSanitizer = true;
#else
inline constexpr bool kAddressSanitizer = false;
#endif
#ifdef __SANITIZE_THREAD__
inline constexpr bool kThreadSanitizer = true;
#else
inline constexpr bool kThreadSanitizer = false;
#endif

/// It reserves terabytes of address space, which RLIMIT_AS counts (setrlimit(2)).
inline constexpr bool kSanitizerTakesAddressSpace = kAddressSanitizer || kThreadSanitizer;
/// It adds a thread to every process, so that unshare(2) makes no user namespace, a dead main thread is not the end of
/// the process, and threads cannot be counted.
inline constexpr bool kSanitizerAddsThread = kThreadSanitizer;

}  // namespace base
