"""Conformance cases as items of pytest."""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest
from _runproof import CaseRun

from runproof.pytest_plugin.options import CASES, RUNTIMES, SUITE, RuntimeUnderTest
from runproof.suite import KnownCase, Suite, SuiteError


class OciSoftWarning(pytest.PytestWarning):
    """A SHOULD, or the common command line, is not met."""


class Red(Exception):
    """The runtime does not conform; the text is the evidence."""


def runtime_nodes(session: pytest.Session) -> Iterator["RuntimeNode"]:
    stash = session.config.stash
    suite = stash[SUITE]
    for runtime in stash[RUNTIMES] if suite else []:
        yield RuntimeNode.of(session, runtime, suite, stash[CASES])


class RuntimeNode(pytest.Collector):
    """A runtime: the first part of the ids of its items, `runc::kill.stopped_error`."""

    runtime: RuntimeUnderTest
    suite: Suite
    cases: list[KnownCase]

    @classmethod
    def of(cls, session: pytest.Session, runtime: RuntimeUnderTest, suite: Suite, cases: list[KnownCase]) -> "RuntimeNode":
        node: RuntimeNode = cls.from_parent(session, name=runtime.name, nodeid=runtime.name)
        node.runtime, node.suite, node.cases = runtime, suite, cases
        return node

    def collect(self) -> list[pytest.Item]:
        return [CaseItem.of(self, case) for case in self.cases]


class CaseItem(pytest.Item):
    """A case. It runs in the setup phase, where a suite that cannot do its job is an error; the call phase is the verdict."""

    case: KnownCase
    node: RuntimeNode
    result: CaseRun

    @classmethod
    def of(cls, node: RuntimeNode, case: KnownCase) -> "CaseItem":
        item: CaseItem = cls.from_parent(node, name=case.id)
        item.case, item.node = case, node
        for mark in ("oci", f"level_{case.level}", f"area_{case.area}"):
            item.add_marker(getattr(pytest.mark, mark))
        item.add_marker(pytest.mark.clause(case.clause))
        item.user_properties += [("clause", case.clause), ("level", case.level), ("claim", case.claim)]
        return item

    def setup(self) -> None:
        runtime = self.node.runtime
        self.result = self.node.suite.run(self.case, runtime.path, runtime.options)
        worst = self.result.worst
        self.user_properties += [("outcome", self.result.outcome), ("leak", str(self.result.leak).lower()), ("took_ms", f"{worst.took_ms:.1f}")]
        if self.result.outcome == "broken":
            raise SuiteError(self.result.summary())

    def runtest(self) -> None:
        outcome, worst = self.result.outcome, self.result.worst
        if self.result.red:
            raise Red(self.result.summary())
        if outcome in ("skipped", "unsupported"):
            pytest.skip(f"{outcome}: {worst.message}")
        if outcome == "xfail":
            pytest.xfail(worst.expectation)
        if outcome == "soft":
            warnings.warn(OciSoftWarning(f"{self.case.id}: {worst.message}"), stacklevel=1)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if not isinstance(excinfo.value, Red | SuiteError):
            return super().repr_failure(excinfo, style)
        strict = isinstance(excinfo.value, Red) and self.result.outcome == "xpass"
        return ("[XPASS(strict)] " if strict else "") + str(excinfo.value)

    def reportinfo(self) -> tuple[str, None, str]:
        return self.node.name, None, f"{self.case.id} with {self.node.name}"
