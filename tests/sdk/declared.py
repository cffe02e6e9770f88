"""Compares an object that came over the wire with what the official package declares of its class.

The annotated classes of the package are the declaration: every annotated field must be there, null
only where it is optional, and otherwise of a type that is named. Does not look at methods.
"""

import ast
import functools
import importlib
import inspect
import typing

from stripe import ListObject, StripeObject


def faults(thing):
    """Everything about the object that is not as declared, one line each."""
    return list(_of_object(thing._to_dict_recursive(), type(thing), type(thing).__name__))


def _of_object(values, kind, path):
    if not isinstance(values, dict):
        yield f"{path}: {values!r} is no {kind.__name__}"
        return
    for name, annotation in _fields(kind).items():
        if name in values:
            yield from _of_value(values[name], annotation, kind.__module__, f"{path}.{name}")
        else:
            yield f"{path}.{name} is missing"


def _fields(kind):
    """The fields that the package declares of a class, in the names of the wire."""
    declared = {}
    for base in kind.__mro__:
        if base.__module__ != StripeObject.__module__:
            declared = vars(base).get("__annotations__", {}) | declared
    renamed = {ours: wire for wire, ours in getattr(kind, "_field_remappings", {}).items()}
    # What is always true of a deleted object is not there for another one.
    return {renamed.get(name, name): annotation for name, annotation in declared.items()
            if typing.get_origin(annotation) is not typing.ClassVar and name != "deleted"
            and not (name.startswith("_") and name not in renamed)}


def _of_value(value, annotation, home, path):
    """Yields why the value fits none of the types that the annotation allows."""
    tries = [list(_of_one(value, one, home, path)) for one in _choices(annotation, home)]
    if all(tries):
        # The reasons deepest within tell most.
        yield from max(tries, key=lambda reasons: len(reasons[0].split(":")[0]))


def _choices(annotation, home):
    if typing.get_origin(annotation) is typing.Union:
        parts = typing.get_args(annotation)
        return [choice for part in parts for choice in _choices(part, home)]
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    return [_find(annotation, home) if isinstance(annotation, str) else annotation]


def _find(name, home):
    """A class by the name under which a module imports it for type checkers only."""
    first, *rest = name.split(".")
    module = importlib.import_module(home)
    if not hasattr(module, first):
        origin, first = _imports(home)[first]
        module = importlib.import_module(origin)
    return functools.reduce(getattr, [first, *rest], module)


@functools.cache
def _imports(home):
    tree = ast.parse(inspect.getsource(importlib.import_module(home)))
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {alias.asname or alias.name: (node.module, alias.name)
            for node in froms for alias in node.names}


def _of_one(value, kind, home, path):
    origin, wrong = typing.get_origin(kind), f"{path}: {value!r} is not {kind}"
    if kind is typing.Any:
        return
    if origin is typing.Literal:
        fits = value in typing.get_args(kind)
    elif origin is list:
        yield from _of_list(value, kind, home, path)
        return
    elif origin is ListObject:
        inner = value.get("data") if isinstance(value, dict) else None
        yield from _of_list(inner, kind, home, f"{path}.data")
        return
    elif origin is not None:
        # Names that nobody declares, as in metadata.
        fits = isinstance(value, dict)
    elif issubclass(kind, StripeObject):
        yield from _of_object(value, kind, path)
        return
    else:
        fits = type(value) is kind
    if not fits:
        yield wrong


def _of_list(value, kind, home, path):
    if not isinstance(value, list):
        yield f"{path}: {value!r} is not {kind}"
        return
    for place, inner in enumerate(value):
        yield from _of_value(inner, typing.get_args(kind)[0], home, f"{path}[{place}]")
