"""What TBX-Basic allows, checked on a file: the rules lie in tests/cases/terms as data."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

RULES = json.loads(
    (Path(__file__).parents[1] / "cases" / "terms" / "tbx_basic_rules.json").read_text("utf-8")
)
_ID = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)


def breaches(data: bytes) -> list[str]:
    """Every rule of TBX-Basic, or TBX-Core, that a file breaks."""
    root = ET.fromstring(data)
    style = root.get("style", "")
    found = list(_structure(root, style))
    if root.get("type") not in ("TBX-Basic", "TBX-Core") or style not in ("dca", "dct"):
        found.append("root: type or style")
    ids = [entry.get("id", "") for entry in root.iter(_tag("conceptEntry"))]
    found += [f"id {name!r}" for name in ids if not _ID.fullmatch(name)]
    found += ["ids repeat"] if len(set(ids)) < len(ids) else []
    for entry in root.iter(_tag("conceptEntry")):
        langs = [one.attrib.popitem()[1] for one in entry.iter(_tag("langSec"))]
        found += ["a language twice in an entry"] if len(set(langs)) < len(langs) else []
    return found


def _tag(name: str) -> str:
    return f"{{{RULES['namespace']}}}{name}"


def _structure(element: ET.Element, style: str, level: str = "") -> Iterator[str]:
    space, _, name = element.tag[1:].partition("}")
    category = _category(element, space, name)
    if category:
        yield from _check_category(element, category, level, style)
        return
    if space != RULES["namespace"]:
        yield f"namespace of {name}"
    for attribute in RULES["required"].get(name, []):
        if not element.get(attribute):
            yield f"{name} without {attribute}"
    model = RULES["structure"].get(name)
    if model is None and (len(element) or not (element.text or "").strip()):
        yield f"{name} holds elements, or nothing"
    if model is not None:
        pattern = "".join(
            f"(?:{part.rstrip('*+?')};){part[-1] if part[-1] in '*+?' else ''}" for part in model
        )
        inside = "".join(f"{_kind(child)};" for child in element)
        if not re.fullmatch(pattern, inside):
            yield f"{name} holds {inside}"
    notes = [_local(child) == "termNote" for child in element][1:]
    if notes != sorted(notes, reverse=True):
        yield f"a termNote in {name} stands after something else"
    for child in element:
        yield from _structure(child, style, name)


def _local(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _kind(element: ET.Element) -> str:
    space, _, name = element.tag[1:].partition("}")
    return "CATEGORY" if _category(element, space, name) else name


def _category(element: ET.Element, space: str, name: str) -> str:
    if space in RULES["modules"].values():
        return name
    return element.get("type", "") if name in ("descrip", "termNote", "admin") else ""


def _check_category(element: ET.Element, category: str, level: str, style: str) -> Iterator[str]:
    rule = RULES["categories"].get(category)
    if rule is None:
        yield f"category {category}"
        return
    wanted = _tag(rule["dca"])
    if style == "dct":
        wanted = f"{{{RULES['modules'][rule['module']]}}}{category}"
    if element.tag != wanted:
        yield f"{category} written as {element.tag}"
    if level not in rule["levels"]:
        yield f"{category} in {level}"
    if element.text not in rule.get("values", [element.text]):
        yield f"{category} {element.text!r}"
