"""_runproof.pyi says of the module what is true."""

import ast
import inspect
import re
from pathlib import Path

import _runproof
import pytest

STUB = ast.parse(Path(__file__).parents[1].joinpath("_runproof.pyi").read_text())
CLASSES = {node.name: node for node in STUB.body if isinstance(node, ast.ClassDef)}
FUNCTIONS = {node.name: node for node in STUB.body if isinstance(node, ast.FunctionDef)}


def own_names(value):
    return {name for name in vars(value) if not name.startswith("_") or name in ("__enter__", "__exit__")}


def stub_members(node):
    functions = {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}
    values = {target.id: each for each in node.body if isinstance(each, ast.Assign) for target in each.targets}
    return functions | values


def stub_parameters(function):
    arguments = function.args
    names = [one.arg for one in arguments.posonlyargs + arguments.args if one.arg != "self"]
    defaults = [ast.unparse(one) for one in arguments.defaults]
    return names, ["..."] * (len(names) - len(defaults)) + defaults


def real_parameters(function):
    """pybind11 writes the signature into the first line, or for overloads into numbered ones."""
    for line in function.__doc__.splitlines():
        found = re.match(r"(?:\d+\. )?\w+\((.*)\)(?: -> .*)?$", line)
        if found and "*args" not in found[1]:
            words = [word for word in re.split(r", (?=\w+: )", found[1]) if not word.startswith("self: ")]
            names = [word.split(":")[0] for word in words if word]
            return names, [word.partition(" = ")[2].replace("'", '"').replace('""', '""') or "..." for word in words if word]
    return None


def test_every_name_of_the_module_is_there():
    real = {name for name in dir(_runproof) if not name.startswith("_")}
    assert real == set(CLASSES) | set(FUNCTIONS)


@pytest.mark.parametrize("name", [name for name in CLASSES if not issubclass(getattr(_runproof, name), BaseException)])
def test_every_member_is_there(name):
    real = own_names(getattr(_runproof, name))
    told = set(stub_members(CLASSES[name]))
    of_every_enum = {"name", "value"} if name in ("Namespace", "HookKind") else set()
    assert real - of_every_enum == told - {"__init__"}


def callables():
    for name, function in FUNCTIONS.items():
        yield pytest.param(getattr(_runproof, name), function, id=name)
    for name, node in CLASSES.items():
        for member in node.body:
            property_ = isinstance(member, ast.FunctionDef) and any(ast.unparse(one) == "property" for one in member.decorator_list)
            if isinstance(member, ast.FunctionDef) and not property_ and member.name not in ("__enter__", "__exit__"):
                yield pytest.param(getattr(getattr(_runproof, name), member.name), member, id=f"{name}.{member.name}")


@pytest.mark.parametrize(("real", "told"), callables())
def test_parameters_have_these_names_and_defaults(real, told):
    names, defaults = real_parameters(real)
    told_names, told_defaults = stub_parameters(told)
    assert names == told_names
    assert [each.replace("'", '"') for each in told_defaults] == defaults


def test_properties_are_properties():
    for name, node in CLASSES.items():
        for member in node.body:
            if isinstance(member, ast.FunctionDef) and any(ast.unparse(one) == "property" for one in member.decorator_list):
                assert isinstance(inspect.getattr_static(getattr(_runproof, name), member.name), property), f"{name}.{member.name}"


@pytest.mark.parametrize("name", [name for name, node in CLASSES.items() if "__init__" not in stub_members(node)])
def test_only_what_has_a_constructor_can_be_made(name):
    made = getattr(_runproof, name)
    if not issubclass(made, BaseException):
        with pytest.raises(TypeError):
            made()


def test_the_package_offers_what_the_module_has():
    import runproof

    internal = {"companion", "Failure"}
    assert {name for name in dir(_runproof) if not name.startswith("_")} - internal <= set(runproof.__all__)
