// config.md#hostname and #domainname.
#include <sched.h>
#include <sys/utsname.h>

#include "cases/support/told.h"
#include "harness/case.h"

namespace runproof {

namespace {

struct HostNames {
  std::string host;
  std::string domain;
  bool operator==(const HostNames&) const = default;
};

/// Of this process, so of the runtime.
HostNames our_names() {
  utsname names{};
  ::uname(&names);
  return {names.nodename, names.domainname};
}

/// A UTS namespace of our own for the rest of this process: what a runtime does to its host's names stays in it.
void leave_host_names() {
  if (::unshare(CLONE_NEWUTS) != 0) throw Broken("unshare the UTS namespace", "unshare failed");
}

Config with_domainname(std::string_view name) {
  return Config::minimal({"/probe", "hostname"}).oci_version("1.1.0").set("/domainname", std::string{name});
}

}  // namespace

CONFORMANCE_CASE(hostname, set, .clause = "config.md#hostname", .level = descr,
                 .claim = "programs inside see the configured hostname, and the host keeps its own",
                 .faults = {"set_hostname"}) {
  const HostNames before = our_names();
  Serving box = serving(Config::minimal({}).hostname("box-1.example"));

  EXPECT_THAT(box.ask({"hostname"}), Field("hostname", "box-1.example"));
  EXPECT_EQ(our_names(), before);
}

CONFORMANCE_CASE(hostname, unset, .clause = "config.md#hostname", .level = descr,
                 .claim = "without hostname a new UTS namespace has the runtime's",
                 .faults = {"config:set:/hostname=\"another\""}) {
  EXPECT_THAT(ask(Config::minimal({}).drop("/hostname"), {"/probe", "hostname"}), Field("hostname", our_names().host));
}

CONFORMANCE_CASE(hostname, longest, .clause = "config.md#hostname", .level = descr,
                 .claim = "a hostname of 64 bytes, the kernel's limit, is set", .faults = {"set_hostname"}) {
  const std::string name(64, 'n');

  EXPECT_THAT(ask(Config::minimal({}).hostname(name), {"/probe", "hostname"}), Field("hostname", name));
}

CONFORMANCE_CASE(hostname, too_long, .clause = "config.md#valid-values", .level = must,
                 .claim = "a hostname of more than 64 bytes is an error", .faults = {"config:drop:/hostname"}) {
  EXPECT_THAT(container(Config::minimal({"/probe", "true"}).hostname(std::string(65, 'n'))).create(), FailsCleanly());
}

CONFORMANCE_CASE(hostname, no_uts, .clause = "config.md#hostname", .level = descr,
                 .claim = "without a UTS namespace of its own hostname is refused, or is that of the runtime's",
                 .needs = {need::root, need::uts_namespaces}, .faults = {"config:drop:/hostname"}) {
  leave_host_names();
  Container box = container(Config::minimal({"/probe", "hostname"}).without(Namespace::uts).hostname("box-1"));

  const Answer answer = box.create();

  EXPECT_TRUE(answer.refused() || our_names().host == "box-1") << answer << "\nour hostname: " << our_names().host;
}

CONFORMANCE_CASE(domainname, set, .clause = "config.md#domainname", .level = descr,
                 .claim = "programs inside see the configured domainname, and the host keeps its own",
                 .faults = {"set_domainname"}, .since = "1.1.0") {
  const HostNames before = our_names();
  Serving box = serving(with_domainname("example.test"));

  EXPECT_THAT(box.ask({"hostname"}), Field("domainname", "example.test"));
  EXPECT_EQ(our_names(), before);
}

CONFORMANCE_CASE(domainname, unset, .clause = "config.md#domainname", .level = descr,
                 .claim = "without domainname a new UTS namespace has the runtime's",
                 .faults = {"config:set:/domainname=\"another\""}, .since = "1.1.0") {
  EXPECT_THAT(ask(Config::minimal({}).oci_version("1.1.0"), {"/probe", "hostname"}),
              Field("domainname", our_names().domain));
}

CONFORMANCE_CASE(domainname, with_hostname, .clause = "config.md#domainname", .level = descr,
                 .claim = "hostname and domainname can be set together", .faults = {"set_hostname", "set_domainname"},
                 .since = "1.1.0") {
  const Json said = ask(with_domainname("example.test").hostname("box-1"), {"/probe", "hostname"});

  EXPECT_THAT(said, Field("hostname", "box-1"));
  EXPECT_THAT(said, Field("domainname", "example.test"));
}

CONFORMANCE_CASE(domainname, no_uts, .clause = "config.md#domainname", .level = descr,
                 .claim = "without a UTS namespace of its own domainname is refused, or is that of the runtime's",
                 .needs = {need::root, need::uts_namespaces}, .faults = {"config:drop:/domainname"}, .since = "1.1.0") {
  leave_host_names();
  Container box = container(with_domainname("example.test").drop("/hostname").without(Namespace::uts));

  const Answer answer = box.create();

  EXPECT_TRUE(answer.refused() || our_names().domain == "example.test")
      << answer << "\nour domainname: " << our_names().domain;
}

}  // namespace runproof
