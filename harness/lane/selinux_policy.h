#pragma once

#include <filesystem>

namespace runproof {

/// Makes `file`, the policy of the lane v2-selinux in the kernel's form: a few types, which the cases about labels name
/// (cases/support/selinux.h), and nothing forbidden but what they try. Throws Unavailable (lane.h) with the reason
/// where checkpolicy(8) does not compile it.
void make_selinux_policy(const std::filesystem::path& file);

}  // namespace runproof
