#pragma once

#include <string>

#include "reports/log.h"

namespace reports {

/// One self-contained page for one run: no network, light and dark, phone and keyboard.
[[nodiscard]] std::string render_html(const Log& log);

}  // namespace reports
