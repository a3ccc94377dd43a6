#pragma once

#include <optional>
#include <string_view>

namespace runproof {

/// What gives a claim its force: the spec's words (must, should, may), a behaviour the spec describes without such a
/// word (descr), the command line that clients rely on (cli), a known attack or mishap (hardening), or one vendor's
/// extension.
enum class Level { must, should, may, descr, cli, hardening, vendor };

/// The word that lists, logs and `--level` use: the enumerator's name.
[[nodiscard]] std::string_view to_text(Level level);
[[nodiscard]] std::optional<Level> level_from(std::string_view word);

}  // namespace runproof
