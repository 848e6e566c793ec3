"""What the add-on is made of, by its source: models and their parts, folders, files.

A part of a model is a class at the top of a file with that `_name`, or with that
`_inherit` and no `_name`. Nothing is imported, so this works on any tree.
"""

import ast
from collections import defaultdict
from dataclasses import dataclass, field


@dataclass
class Part:
    """One class of a model.

    `methods` tells for each whether it calls `super()` for itself.
    """

    model: str
    file: str
    line: int
    lines: int
    inherits: tuple = ()
    fields: list = field(default_factory=list)
    methods: dict = field(default_factory=dict)


def read_parts(addon, folders=("models", "wizards")):
    """Find the parts of all models.

    :param addon: the add-on's folder
    :param folders: those below it to read
    :return: a list of :class:`Part`, by file and line
    """
    files = (file for name in folders for file in sorted((addon / name).rglob("*.py")))
    return [part for file in files for part in _parts(file, addon)]


def _parts(file, addon):
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef):
            names = {one: _names(node, one) for one in ("_name", "_inherit")}
            if models := names["_name"] or names["_inherit"]:
                yield _part(node, models[0], names["_inherit"], file.relative_to(addon))


def _names(node, attribute):
    """Read `_name` or `_inherit` of a class: a text, or a list of them."""
    for statement in node.body:
        if isinstance(statement, ast.Assign) and attribute in _targets(statement):
            try:
                value = ast.literal_eval(statement.value)
            except ValueError:
                continue
            return (value,) if isinstance(value, str) else tuple(value)
    return ()


def _targets(statement):
    return [one.id for one in statement.targets if isinstance(one, ast.Name)]


def _part(node, model, inherits, file):
    first = min(one.lineno for one in (node, *node.decorator_list))
    part = Part(model, str(file), node.lineno, node.end_lineno - first + 1, inherits)
    for statement in node.body:
        if isinstance(statement, ast.Assign) and _is_field(statement.value):
            part.fields += _targets(statement)
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            part.methods[statement.name] = _extends(statement)
    return part


def _is_field(value):
    """Tell whether a value is such as `fields.Char()`."""
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Attribute)
        and isinstance(value.func.value, ast.Name)
        and value.func.value.id == "fields"
    )


def _extends(method):
    """Tell whether a method calls `super()` for itself."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == method.name
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id == "super"
        for node in ast.walk(method)
    )


def by_model(parts):
    """Sort parts by their models.

    :param parts: a list of :class:`Part`
    :return: a dict, model -> its parts
    """
    models = defaultdict(list)
    for part in parts:
        models[part.model].append(part)
    return dict(models)


def summary(parts):
    """Count what the models have.

    :param parts: a list of :class:`Part`
    :return: a dict, model -> counts; the model with the most parts comes first
    """
    counted = {
        model: {
            "parts": len(some),
            "lines": sum(part.lines for part in some),
            "fields": len({name for part in some for name in part.fields}),
            "methods": len({name for part in some for name in part.methods}),
            "files": sorted({part.file for part in some}),
        }
        for model, some in by_model(parts).items()
    }
    order = sorted(counted, key=lambda model: (-counted[model]["parts"], model))
    return {model: counted[model] for model in order}


def own_overrides(parts):
    """Find the add-on's own methods that another part or model of it overrides.

    :param parts: a list of :class:`Part`
    :return: a sorted list of texts, one for each method
    """
    models = by_model(parts)
    found = set()
    for model, some in models.items():
        for name, definitions in _definitions(some).items():
            if len(definitions) > 1 and not all(definitions.values()):
                found.add(f"{model}.{name}: {', '.join(sorted(definitions))}")
            elif any(definitions.values()):
                for above in _above(model, models):
                    if _is_first_defined(name, models[above]):
                        found.add(f"{model}.{name}: overrides that of {above}")
    return sorted(found)


def repeated_overrides(parts):
    """Find the methods of Odoo that a model overrides more than once.

    :param parts: a list of :class:`Part`
    :return: a sorted list of texts, one for each method
    """
    return sorted(
        f"{model}.{name}: {', '.join(sorted(definitions))}"
        for model, some in by_model(parts).items()
        for name, definitions in _definitions(some).items()
        if len(definitions) > 1 and all(definitions.values())
    )


def _definitions(parts):
    """Return, for each method, which files define it and whether by `super()`."""
    definitions = defaultdict(dict)
    for part in parts:
        for name, extends in part.methods.items():
            definitions[name][f"{part.file}:{part.line}"] = extends
    return definitions


def _above(model, models):
    """Name the add-on's models that a model inherits from, however far up."""
    found, waiting = set(), [model]
    while waiting:
        for part in models[waiting.pop()]:
            new = {one for one in part.inherits if one in models} - found - {model}
            found |= new
            waiting += new
    return found


def _is_first_defined(name, parts):
    """Tell whether a method is the model's own: not one of Odoo's that it extends."""
    return any(part.methods.get(name) is False for part in parts)


def folders(root, names):
    """Count the Python files and lines of some folders.

    :param root: what the folders are named from
    :param names: the folders
    :return: a dict, folder -> counts; `__init__` files that only import do not count
        as files, but with their lines
    """
    return {name: _count(_files(root / name)) for name in names}


def _count(files):
    return {
        "files": sum(file.name != "__init__.py" for file in files),
        "lines": sum(map(_lines, files)),
    }


def largest(root, names, count=15):
    """Find the largest Python files of some folders.

    :param root: what the folders are named from
    :param names: the folders
    :param count: how many
    :return: a dict, file -> lines, the largest first
    """
    lines = {
        str(file.relative_to(root)): _lines(file)
        for name in names
        for file in _files(root / name)
    }
    order = sorted(lines, key=lambda file: (-lines[file], file))
    return {file: lines[file] for file in order[:count]}


def _files(folder):
    return sorted(folder.rglob("*.py"))


def _lines(file):
    return len(file.read_text(encoding="utf-8").splitlines())
