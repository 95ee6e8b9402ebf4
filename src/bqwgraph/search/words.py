"""How what people type is compared with what things are called.

>>> key("《江门市 “百千万工程”》")
'江门市百千万工程'
>>> key("Péng Jiāng"), core("五洞村委会"), core("heshancity")
('pengjiang', '五洞', 'heshan')
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

_FEWEST: Final = {True: 2, False: 3}
"""Characters of a name that are left when its kind is taken off, for Chinese and for letters."""
_KINDS: Final = (
    *("社区居民委员会", "村民委员会", "居民委员会", "社区居委会", "街道办事处", "村委会", "居委会"),
    *("社区", "街道", "委会", "村", "镇", "乡", "县", "区", "市", "省"),
    *("subdistrict", "community", "district", "province", "village", "county", "city", "town"),
)
"""What stands behind a place's name, the longer first: people leave it out, or write another."""
_COMMITTEES: Final = {
    **dict.fromkeys(("村民委员会", "村委会"), "村"),
    **dict.fromkeys(("社区居民委员会", "社区居委会", "居民委员会", "居委会"), "社区"),
}
"""What people call a village or community whose committee a name names."""
_NUMBERED: Final = re.compile(r"(?:[a-z]+[1-5])+")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")


def fold(text: str) -> str:
    """Return a text without differences of width and case; signs stay. For identifiers."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def key(text: str) -> str:
    """Return the letters, characters and digits of a text, without accents, tones, case, width, blanks and punctuation."""
    folded = fold(text)
    return "".join(filter(str.isalnum, folded if folded.isascii() else unicodedata.normalize("NFKD", folded)))


def core(name: str) -> str:
    """Return a place's name (as a key) without its kind at the end, or the name itself where too little would be left."""
    kind = next((kind for kind in _KINDS if name.endswith(kind)), "")
    short = name.removesuffix(kind)
    return short if len(short) >= _FEWEST[has_chinese(short)] else name


def shorter(name: str) -> Iterator[str]:
    """Yield what people call a place whose name (as a key) is written whole: as a village or community, and by its core.

    >>> list(shorter("篁庄社区居委会")), list(shorter("三和村委会")), list(shorter("共和镇"))
    (['篁庄社区', '篁庄'], ['三和村', '三和'], ['共和'])
    """
    short = core(name)
    ending = next((long for long in _COMMITTEES if name.endswith(long)), "")
    if ending and short != name:
        yield short + _COMMITTEES[ending]
    if short != name:
        yield short


def has_chinese(text: str) -> bool:
    """Whether there is a Chinese character in a text."""
    return _CHINESE.search(text) is not None


def toneless(name: str) -> str:
    """Return pinyin (as a key) as it is indexed: without numbers for tones, and with u for ü however it was typed.

    >>> toneless("he2shan1"), toneless("lvhu")
    ('heshan', 'luhu')
    """
    plain = re.sub("[1-5]", "", name) if _NUMBERED.fullmatch(name) else name
    return plain.replace("v", "u")


def grams(name: str) -> Iterator[str]:
    """Yield the pieces by which likely names are found: one and two Chinese characters, three letters.

    >>> sorted(set(grams("五洞村")))
    ['五', '五洞', '村', '洞', '洞村']
    >>> list(grams("heshan"))
    ['^he', 'hes', 'esh', 'sha', 'han']
    """
    for run in _RUNS.findall(name):
        if _CHINESE.match(run):
            yield from run
            yield from map("".join, pairwise(run))
        else:
            padded = f"^{run}"
            yield from (padded[at : at + 3] for at in range(max(1, len(padded) - 2)))


_RUNS: Final = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|[^\u3400-\u9fff\U00020000-\U0003ffff]+")
