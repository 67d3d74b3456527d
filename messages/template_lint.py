"""What a template may not do. Run over our own by a test, and over an organisation's overrides."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateSyntaxError, meta, nodes

from messages.templates import BLOCKS, TEMPLATE_FOLDER, environment

_BANNED: dict[type[nodes.Node], str] = {
    nodes.Macro: "a macro would escape its text twice; write the words out",
    nodes.CallBlock: "a call block would escape its text twice; write the words out",
    nodes.AssignBlock: "a set block would escape its text twice; use {% set name = … %}",
    nodes.FilterBlock: "a filter block would escape its text twice; filter the value",
    nodes.Include: "an include hides words from translators; write them out",
    nodes.Import: "an import hides words from translators; write them out",
    nodes.FromImport: "an import hides words from translators; write them out",
    nodes.Extends: "a template stands alone; write its blocks out",
}
RIGHTS = Path("my_data", "rights")
_OTHER_BLOCKS = frozenset({"self", "super"})


def complaints(folder: Path = TEMPLATE_FOLDER) -> list[str]:
    """Every broken rule in a folder of templates, as `<file>:<line>: <what and why>`."""
    return [line for path in _templates(folder) for line in _of_template(path, folder)]


def override_complaints(override: Path, folder: Path = TEMPLATE_FOLDER) -> list[str]:
    """The same for a folder of overrides, which must also fit the templates they replace."""
    found = complaints(override)
    for path in _templates(override):
        original = folder / path.relative_to(override)
        if original.parent == folder / RIGHTS and not original.is_file():
            # An organisation writes the sheets of its own countries, like the general one.
            original = original.with_name("general.j2")
        if original.is_file():
            found += _differences(path, original, override)
        else:
            found.append(f"{_name(path, override)}:1: there is no such message to override")
    return found


def _templates(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.j2"))


def _name(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _of_template(path: Path, folder: Path) -> Iterator[str]:
    name = _name(path, folder)
    jinja = environment([folder])
    try:
        tree = jinja.parse(path.read_text(encoding="utf-8"), name)
        jinja.get_template(name)
    except TemplateSyntaxError as error:
        yield f"{name}:{error.lineno}: {error.message}"
        return
    except UnicodeDecodeError:
        yield f"{name}:1: not UTF-8"
        return
    for node in tree.find_all(nodes.Node):
        if reason := _BANNED.get(type(node)):
            yield f"{name}:{node.lineno}: {reason}"
        if isinstance(node, nodes.Name) and node.name in _OTHER_BLOCKS:
            yield f"{name}:{node.lineno}: a block's text would be escaped again; write it out"
    yield from _block_complaints(tree, name)


def _block_complaints(tree: nodes.Template, name: str) -> Iterator[str]:
    for node in tree.body:
        if not isinstance(node, nodes.Block) and not _is_space(node):
            yield f"{name}:{node.lineno}: words outside of a block are never shown"
    blocks = list(tree.find_all(nodes.Block))
    for block in blocks:
        if block.name not in BLOCKS:
            yield f"{name}:{block.lineno}: no block `{block.name}`; there are {', '.join(BLOCKS)}"
    if "text" not in {block.name for block in blocks}:
        yield f"{name}:1: the block `text` is missing; notifications and screen readers need it"


def _is_space(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(
        isinstance(part, nodes.TemplateData) and not part.data.strip() for part in node.nodes
    )


def _differences(path: Path, original: Path, override: Path) -> Iterator[str]:
    """An override has the blocks of what it replaces, and no other values."""
    name = _name(path, override)
    jinja = environment([override])
    try:
        ours, theirs = (jinja.parse(file.read_text(encoding="utf-8")) for file in (original, path))
    except (TemplateSyntaxError, UnicodeDecodeError):
        return  # `complaints` has said so
    for block in _block_names(ours) - _block_names(theirs):
        yield f"{name}:1: the block `{block}` of the built-in message is missing"
    known = meta.find_undeclared_variables(ours)
    for value in sorted(meta.find_undeclared_variables(theirs) - known - {"reader"}):
        yield f"{name}:1: no value `{value}` here; there are {', '.join(sorted(known)) or 'none'}"


def _block_names(tree: nodes.Template) -> set[str]:
    return {block.name for block in tree.find_all(nodes.Block)}
