#pragma once

namespace refrun {

/// Begins anew from a read-only mount of this program, unless it runs from such a one already: init is a copy of this
/// process, and through its /proc/PID/exe a container could else overwrite the runtime (CVE-2019-5736). The mount is
/// detached: it has no place in any mount table and ends with its last process. Where mounting is not allowed, the same
/// is done with a sealed copy in memory, if the program could be written to at all. Returns where it could not be done.
/// Where sys/sealed_start.cc is linked in, the read-only mount has been tried before main().
void run_from_sealed_program(char** argv);

}  // namespace refrun
