#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reference_runtime/config/linux_config.h"

namespace refrun {

/// The spec's words for the kernel's numbers.
template <typename T>
class Words {
 public:
  using Value = T;
  constexpr Words(const std::pair<std::string_view, T>* first, std::size_t count) : first_(first), count_(count) {}

  [[nodiscard]] std::optional<T> find(std::string_view word) const {
    for (std::size_t i = 0; i < count_; ++i)
      if (first_[i].first == word) return first_[i].second;
    return std::nullopt;
  }
  /// The first word for that number.
  [[nodiscard]] std::optional<std::string_view> name(T value) const {
    for (std::size_t i = 0; i < count_; ++i)
      if (first_[i].second == value) return first_[i].first;
    return std::nullopt;
  }
  /// "A, B, C": for messages.
  [[nodiscard]] std::string names() const {
    std::string text;
    for (std::size_t i = 0; i < count_; ++i) text += (i == 0 ? "" : ", ") + std::string(first_[i].first);
    return text;
  }
  [[nodiscard]] std::vector<std::string> list() const {
    std::vector<std::string> words;
    for (std::size_t i = 0; i < count_; ++i) words.emplace_back(first_[i].first);
    return words;
  }

 private:
  const std::pair<std::string_view, T>* first_;
  std::size_t count_;
};

extern const Words<NamespaceType> kNamespaceTypes;
extern const Words<RootfsPropagation> kRootfsPropagations;
extern const Words<int> kRlimits;                         // RLIMIT_*
extern const Words<unsigned> kCapabilities;               // the bit number
extern const Words<std::uint32_t> kSchedulerPolicies;     // SCHED_*
extern const Words<std::uint64_t> kSchedulerFlags;        // SCHED_FLAG_*
extern const Words<int> kIoClasses;                       // IOPRIO_CLASS_*
extern const Words<int> kMemoryPolicyModes;               // MPOL_*
extern const Words<int> kMemoryPolicyFlags;               // MPOL_F_*
extern const Words<unsigned long> kPersonalityDomains;    // PER_*
extern const Words<char> kDeviceTypes;                    // what mknod makes: u is c
extern const Words<std::uint32_t> kSeccompActions;        // SCMP_ACT_*
extern const Words<int> kSeccompOperators;                // SCMP_CMP_*
extern const Words<std::uint32_t> kSeccompArchitectures;  // SCMP_ARCH_*
extern const Words<unsigned> kSeccompFlags;               // SECCOMP_FILTER_FLAG_*

/// Policy number of SCHED_ISO, which the spec lists and Linux never had.
inline constexpr std::uint32_t kSchedIso = 4;

}  // namespace refrun
