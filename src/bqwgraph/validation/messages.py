"""What a constraint says where its shape has no message of its own, in Chinese and English.

>>> told("MinCountConstraintComponent", {"minCount": "1"}, "ex:p")["en"]
'ex:p: expected at least 1 value (sh:minCount); add what is missing'
"""

from collections.abc import Mapping
from typing import Final

_MESSAGES: Final[dict[str, tuple[str, str]]] = {
    "Class": (
        "expected an instance of {class} (sh:class)",
        "值应是 {class} 的实例（sh:class）",
    ),
    "Datatype": (
        "expected a well-formed literal of datatype {datatype} (sh:datatype)",
        "值应是数据类型 {datatype} 的合法字面量（sh:datatype）",
    ),
    "NodeKind": ("expected a node of kind {nodeKind} (sh:nodeKind)", "值的种类应是 {nodeKind}（sh:nodeKind）"),
    "MinCount": (
        "expected at least {minCount} {minCount:value} (sh:minCount); add what is missing",
        "至少应有 {minCount} 个值（sh:minCount）；请补上",
    ),
    "MaxCount": (
        "expected at most {maxCount} {maxCount:value} (sh:maxCount); remove what is too much",
        "至多可有 {maxCount} 个值（sh:maxCount）；请删去多余的",
    ),
    "MinExclusive": (
        "expected a value greater than {minExclusive} (sh:minExclusive)",
        "值应大于 {minExclusive}（sh:minExclusive）",
    ),
    "MinInclusive": (
        "expected a value of at least {minInclusive} (sh:minInclusive)",
        "值应不小于 {minInclusive}（sh:minInclusive）",
    ),
    "MaxExclusive": ("expected a value less than {maxExclusive} (sh:maxExclusive)", "值应小于 {maxExclusive}（sh:maxExclusive）"),
    "MaxInclusive": (
        "expected a value of at most {maxInclusive} (sh:maxInclusive)",
        "值应不大于 {maxInclusive}（sh:maxInclusive）",
    ),
    "MinLength": (
        "expected at least {minLength} {minLength:character} (sh:minLength)",
        "至少应有 {minLength} 个字符（sh:minLength）",
    ),
    "MaxLength": (
        "expected at most {maxLength} {maxLength:character} (sh:maxLength)",
        "至多可有 {maxLength} 个字符（sh:maxLength）",
    ),
    "Pattern": ("expected a value that matches {pattern} (sh:pattern)", "值应匹配 {pattern}（sh:pattern）"),
    "LanguageIn": ("expected a language of {languageIn} (sh:languageIn)", "语言应是 {languageIn} 之一（sh:languageIn）"),
    "UniqueLang": (
        "expected one value a language (sh:uniqueLang); there are several of one",
        "每种语言只能有一个值（sh:uniqueLang）；某种语言有几个",
    ),
    "Equals": ("expected the same values as {equals} has (sh:equals)", "值应与 {equals} 的值相同（sh:equals）"),
    "Disjoint": ("expected no value that {disjoint} has too (sh:disjoint)", "不得与 {disjoint} 有相同的值（sh:disjoint）"),
    "LessThan": ("expected a value less than those of {lessThan} (sh:lessThan)", "值应小于 {lessThan} 的值（sh:lessThan）"),
    "LessThanOrEquals": (
        "expected a value no greater than those of {lessThanOrEquals} (sh:lessThanOrEquals)",
        "值应不大于 {lessThanOrEquals} 的值（sh:lessThanOrEquals）",
    ),
    "Not": ("expected no node that conforms to {not} (sh:not)", "不得符合形状 {not}（sh:not）"),
    "And": ("expected a node that conforms to all of {and} (sh:and)", "应符合全部形状 {and}（sh:and）"),
    "Or": ("expected a node that conforms to one of {or} at least (sh:or)", "至少应符合形状 {or} 之一（sh:or）"),
    "Xone": ("expected a node that conforms to exactly one of {xone} (sh:xone)", "应符合且只符合形状 {xone} 之一（sh:xone）"),
    "Node": ("expected a node that conforms to {node} (sh:node)", "应符合形状 {node}（sh:node）"),
    "QualifiedMinCount": (
        "expected at least {qualifiedMinCount} {qualifiedMinCount:value} of shape {qualifiedValueShape} (sh:qualifiedMinCount)",
        "至少应有 {qualifiedMinCount} 个值符合形状 {qualifiedValueShape}（sh:qualifiedMinCount）",
    ),
    "QualifiedMaxCount": (
        "expected at most {qualifiedMaxCount} {qualifiedMaxCount:value} of shape {qualifiedValueShape} (sh:qualifiedMaxCount)",
        "至多可有 {qualifiedMaxCount} 个值符合形状 {qualifiedValueShape}（sh:qualifiedMaxCount）",
    ),
    "Closed": (
        "expected none but the properties that the shape names (sh:closed); remove this one",
        "形状未列出的属性不得使用（sh:closed）；请删去",
    ),
    "HasValue": ("expected the value {hasValue} (sh:hasValue); add it", "应有值 {hasValue}（sh:hasValue）；请补上"),
    "In": ("expected one of {in} (sh:in)", "值应是 {in} 之一（sh:in）"),
    "SPARQL": ("expected no row of the query of the shape (sh:sparql)", "形状的查询不应有结果（sh:sparql）"),
}

PARAMETERS: Final[Mapping[str, tuple[str, ...]]] = {
    name: tuple(dict.fromkeys(part.split("}")[0].partition(":")[0] for part in english.split("{")[1:]))
    for name, (english, _) in _MESSAGES.items()
}
"""The properties of a shape that each constraint's message speaks of, local names."""

_SUFFIX: Final = "ConstraintComponent"


def told(component: str, values: Mapping[str, str], path: str = "") -> dict[str, str]:
    """Return the messages of a constraint component (its local name), by language tag.

    ``values`` are what the shape says for the component's `PARAMETERS`, as people read them; ``path`` is the property.
    """
    name = component.removesuffix(_SUFFIX)
    if name not in _MESSAGES:
        return {"en": f"does not satisfy {component}", "zh-Hans": f"不符合 {component}"}
    english, chinese = _MESSAGES[name]
    return {
        "en": (f"{path}: " if path else "") + _filled(english, values),
        "zh-Hans": (f"{path}：" if path else "") + _filled(chinese, values),
    }


def parameters(component: str) -> tuple[str, ...]:
    """Return the properties whose values the message of a component speaks of."""
    return PARAMETERS.get(component.removesuffix(_SUFFIX), ())


def _filled(text: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", value)
        for noun in ("value", "character"):
            text = text.replace("{" + f"{name}:{noun}" + "}", noun if value == "1" else noun + "s")
    return text
