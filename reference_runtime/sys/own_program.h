#pragma once

namespace refrun {

/// Begins anew from a read-only mount of this program, unless it runs from such a one already: init is a copy of this
/// process, and through its /proc/PID/exe a container could else overwrite the runtime (CVE-2019-5736). The mount is
/// detached: it has no place in any mount table and ends with its last process. Where mounting is not allowed, the same
/// is done with a sealed copy in memory, if the program could be written to at all. Returns where it could not be done.
/// Where sys/sealed_start.cc is linked in, the read-only mount has been tried before main().
void run_from_sealed_program(char** argv);

/// The descriptor of that mount, when sys/sealed_start.cc began anew, is this one or the next that was free: beyond
/// what callers usually hand on. To close it takes the kernel a grace period of RCU, so execve(2) does not do it.
inline constexpr int kFirstSealedProgram = 200;
/// Takes it over: what is executed from now on does not get it. For the beginning of main().
void adopt_sealed_program();
/// Closes it, once it is not in anybody's way. Nothing where there is none.
void release_sealed_program();

}  // namespace refrun
