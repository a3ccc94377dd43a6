#include "harness/bundle/tenant.h"

#include <optional>
#include <utility>

namespace runproof {
namespace {

std::optional<Tenant>& the_tenant() {
  static std::optional<Tenant> tenant;
  return tenant;
}

}  // namespace

const Tenant* tenant() { return the_tenant() ? &*the_tenant() : nullptr; }

void set_tenant(Tenant tenant) { the_tenant() = std::move(tenant); }

}  // namespace runproof
