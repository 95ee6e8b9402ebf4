"""A made-up province of any size, in the layout and the ontology of the real graph, to measure with.

Nothing in it is true but the codes and names of the counties of Jiangmen, which the examples of the saved queries ask for.
All words are excerpts of one made-up document, with offsets that fit it; it is written beside the graph as ``document.txt``.
The same arguments give the same bytes.

Made: places with points, excerpts with both selectors, the programme, its ten actions and 49 measures, policies with their
mentions, tasks, targets and partnerships, policy sets, contributions, designations, the words of the vocabularies. Left out:
aims, milestones, stated counts, place groups, parts of measures, background facts, and conclusions.
"""

import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import PREFIXES, shorten
from bqwgraph.graph.reading import parse_turtle

FEWEST: Final = 60
"""The least number of places that gives every level some."""

_CITY_NAMES: Final = "江门 广州 深圳 珠海 汕头 佛山 韶关 湛江 肇庆 茂名 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮"
_CITY_CODES: Final = "4407 4401 4403 4404 4405 4406 4402 4408 4412 4409 4413 4414 4415 4416 4417 4418 4419 4420 4451 4452 4453"
_CITIES: Final = tuple(zip(_CITY_NAMES.split(), _CITY_CODES.split(), strict=True))
_COUNTIES: Final = (
    ("440703", "蓬江区"),
    ("440704", "江海区"),
    ("440705", "新会区"),
    ("440781", "台山市"),
    ("440783", "开平市"),
    ("440784", "鹤山市"),
    ("440785", "恩平市"),
)
_HESHAN: Final = "440784"
_SOUNDS: Final = (
    "安ān 白bái 北běi 长cháng 朝cháo 大dà 东dōng 丰fēng 福fú 高gāo 古gǔ 光guāng 河hé 和hé 红hóng 湖hú 华huá 金jīn 井jǐng 九jiǔ "
    "坑kēng 兰lán 莲lián 良liáng 林lín 龙lóng 罗luó 梅méi 南nán 牛niú 平píng 坪píng 桥qiáo 青qīng 泉quán 三sān 沙shā 山shān "
    "上shàng 石shí 双shuāng 水shuǐ 松sōng 塘táng 田tián 桐tóng 湾wān 西xī 溪xī 下xià 新xīn 星xīng 岩yán 阳yáng 洋yáng 银yín "
    "永yǒng 玉yù 源yuán 云yún 竹zhú"
)
_SYLLABLES: Final = tuple(_SOUNDS.split())
_PLAIN: Final = str.maketrans("āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ", "aaaaeeeeiiiioooouuuuvvvv")
_WORK: Final = (
    ("产业", "industry"),
    ("教育", "education"),
    ("交通", "transport"),
    ("生态", "ecology"),
    ("农业", "farming"),
    ("文化", "culture"),
    ("医疗", "health care"),
    ("科技", "science"),
    ("商贸", "trade"),
    ("住房", "housing"),
)
_DOING: Final = (
    ("提升", "Improvement of"),
    ("扩容", "Expansion of"),
    ("培育", "Cultivation of"),
    ("振兴", "Revitalisation of"),
    ("融合", "Integration of"),
)
_GENRES: Final = (
    ("implementation-plan", "实施方案", "Implementation Plan"),
    ("action-plan", "行动方案", "Action Plan"),
    ("measures", "若干措施", "Several Measures"),
    ("work-plan", "工作方案", "Work Plan"),
)
_MEASURES: Final = (5, 5, 5, 5, 5, 5, 5, 5, 5, 4)
_FROM_DOCUMENT: Final = "prov:hadPrimarySource source:panorama"
_FROM_LIST: Final = "prov:hadPrimarySource source:china-division-2.7.0"
_WITH_WORDS: Final = ("indicator", "industrial-chain", "industry-cluster", "policy-theme", "category")
"""Concept schemes whose concepts are named by words of the document."""


@dataclass(frozen=True)
class Counts:
    """How many places of each level a province has, and how many policies."""

    cities: int
    counties: int
    towns: int
    villages: int
    policies: int

    @property
    def places(self) -> int:
        """All places, the province among them."""
        return 1 + self.cities + self.counties + self.towns + self.villages

    @classmethod
    def of(cls, places: int) -> "Counts":
        """Share out ``places`` over the levels as in Guangdong. Raises ValueError where they are too few.

        >>> Counts.of(30_000)
        Counts(cities=21, counties=122, towns=1609, villages=28247, policies=555)
        """
        if places < FEWEST:
            raise ValueError(f"a province has at least {FEWEST} places, not {places}")
        cities = max(1, min(len(_CITIES), places * 21 // 30_000))
        counties = max(len(_COUNTIES) + 3 * (cities - 1), places * 122 // 30_000)
        towns = max(2 * counties, places * 1_609 // 30_000)
        return cls(cities, counties, towns, places - 1 - cities - counties - towns, 9 * cities + 3 * counties)


@dataclass(frozen=True)
class _Place:
    code: str
    name: str
    english: str
    parent: str


@dataclass
class _Document:
    """The made-up document: what is quoted from it is written into it first."""

    parts: list[str] = field(default_factory=list)
    length: int = 0
    blocks: list[str] = field(default_factory=list)

    def quote(self, words: str) -> str:
        """Write words into the document; return the prefixed name of the excerpt."""
        start, end = self.length, self.length + len(words)
        self.parts += (words, "，")
        self.length = end + 1
        at = f"{start}-{end}"
        self.blocks.append(
            f"excerpt:{at} a bqw:Excerpt ; oa:hasSource source:panorama ; "
            f"oa:hasSelector selector:{at}-position , selector:{at}-quote .\n"
            f"selector:{at}-position a oa:TextPositionSelector ; oa:start {start} ; oa:end {end} .\n"
            f'selector:{at}-quote a oa:TextQuoteSelector ; oa:exact "{words}" .\n'
        )
        return f"excerpt:{at}"


def generate(places: int, seed: int, out: Path) -> Counts:
    """Write a graph folder for a province of so many places into ``out``, which must not exist yet; return the counts."""
    counts, packaged = Counts.of(places), GraphFolder.packaged()
    out.mkdir(parents=True)
    shutil.copytree(packaged.root / "ontology", out / "ontology")
    shutil.copytree(packaged.root / "queries", out / "queries")
    _Province(counts, random.Random(seed), out).write()  # noqa: S311 - made-up data, and repeatable
    return counts


class _Province:
    def __init__(self, counts: Counts, chance: random.Random, out: Path) -> None:
        self._counts, self._chance, self._out = counts, chance, out
        self._document = _Document()
        self._cities, self._counties = list[_Place](), list[_Place]()
        self._towns, self._villages = list[_Place](), list[_Place]()
        self._deeds = dict[str, tuple[str, str]]()

    def write(self) -> None:
        """Write every file of data, the document last: by then everything is quoted from it."""
        self._places()
        self._programme()
        self._policies()
        self._designations()
        self._vocabularies()
        self._file("data/excerpts.ttl", self._document.blocks)
        text = "".join(self._document.parts)
        (self._out / "document.txt").write_text(text, "utf-8")
        self._file("data/sources.ttl", [_sources(text)])

    def _file(self, name: str, blocks: list[str]) -> None:
        path, text = self._out / name, "".join(blocks)
        used = set(re.findall(r"(?<![\w/])([a-z][a-z0-9-]*):(?=[\w-])", text))
        path.parent.mkdir(parents=True, exist_ok=True)
        head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items() if prefix in used)
        path.write_text(f"{head}\n{text}", "utf-8")

    # Places.

    def _places(self) -> None:
        upper = [self._place(_Place("44", "广东省", "Guangdong Province", ""), "province", "province", "guǎng dōng")]
        for name, code in _CITIES[: self._counts.cities]:
            city = _Place(code, f"{name}市", f"City {code}", "44")
            self._cities.append(city)
            upper.append(self._place(city, "prefecture", "prefecture-level-city", ""))
        self._file("data/places/upper.ttl", upper)
        for number in range(self._counts.counties):
            self._counties.append(self._county(number))
        towns, villages = _shares(self._counts.towns, self._counts.counties), _shares(self._counts.villages, self._counts.towns)
        for county, size in zip(self._counties, towns, strict=True):
            blocks = [self._place(county, "county", _county_type(county), "")]
            for number in range(size):
                blocks += self._town(county, number, next(villages))
            self._file(f"data/places/{county.code}.ttl", blocks)

    def _county(self, number: int) -> _Place:
        if number < len(_COUNTIES):
            code, name = _COUNTIES[number]
            return _Place(code, name, f"County {code}", "4407")
        others = self._cities[1:] or self._cities
        number -= len(_COUNTIES)
        city = others[number % len(others)]
        name, _, plain = self._name()
        code = f"{city.code}{21 + number // len(others)}"
        return _Place(code, f"{name}县", f"{plain} County {code}", city.code)

    def _town(self, county: _Place, number: int, villages: int) -> Iterator[str]:
        name, pinyin, plain = self._name()
        town = _Place(f"{county.code}{101 + number}", f"{name}镇", f"{plain} Town", county.code)
        self._towns.append(town)
        yield self._place(town, "town", "town", pinyin)
        for index in range(villages):
            name, pinyin, plain = self._name()
            if county.code == _HESHAN and not number and not index:
                name, pinyin, plain = "五洞", "wǔ dòng", "Wudong"
            village = _Place(f"{town.code}{201 + index}", f"{name}村", f"{plain} Village", town.code)
            self._villages.append(village)
            yield self._place(village, "village", "villagers-committee", pinyin)

    def _name(self) -> tuple[str, str, str]:
        """Make a name of two or three syllables: characters, pinyin, and pinyin without tones."""
        chosen = self._chance.choices(_SYLLABLES, k=2 if self._chance.random() < 0.6 else 3)  # noqa: PLR2004
        pinyin = " ".join(syllable[1:] for syllable in chosen)
        return "".join(syllable[0] for syllable in chosen), pinyin, pinyin.translate(_PLAIN).replace(" ", "").capitalize()

    def _place(self, place: _Place, level: str, kind: str, pinyin: str) -> str:
        lines = [
            f'place:nbs2023-{place.code} a bqw:Place ; skos:prefLabel "{place.name}"@zh-Hans , "{place.english}"@en ',
            f'bqw:level level:{level} ; bqw:placeType place-type:{kind} ; bqw:nbsCode2023 "{place.code}" ',
            f"bqw:nameStatus name-status:computed ; bqw:origin origin:outside ; {_FROM_LIST} ",
            f'bqw:officialName "{place.name}{"委会" if level == "village" else ""}"@zh-Hans ',
            f"bqw:nameWords {self._document.quote(place.name)} ",
        ]
        if pinyin:
            lines.append(f'bqw:pinyin "{pinyin}"@zh-Latn-pinyin ')
        if place.parent:
            lines.append(f"bqw:directlyWithin place:nbs2023-{place.parent} ")
        if level != "village":
            lines.append(f'bqw:mcaCode2026 "{place.code}" ')
            lines.append(f"geo:hasGeometry geometry:nbs2023-{place.code} ")
            return ";".join(lines) + ".\n" + self._point(place)
        return ";".join(lines) + ".\n"

    def _point(self, place: _Place) -> str:
        longitude, latitude = self._chance.uniform(112.2, 113.2), self._chance.uniform(21.6, 22.8)
        return (
            f"geometry:nbs2023-{place.code} a geo:Geometry ; bqw:origin origin:outside ; bqw:pointBasis origin:outside ; "
            f'geo:asWKT "POINT({longitude:.5f} {latitude:.5f})"^^geo:wktLiteral ; prov:hadPrimarySource source:geonames .\n'
        )

    # The programme, its actions and measures.

    def _programme(self) -> None:
        quote = self._document.quote
        agent = (
            'agent:contributors a foaf:Organization , prov:Agent ; skos:prefLabel "编者"@zh-Hans , "contributors"@en ; '
            "bqw:origin origin:outside .\n"
        )
        programme = (
            'programme:bqw a bqw:Programme ; skos:prefLabel "高质量发展工程"@zh-Hans , "High-Quality Development Project"@en ; '
            f"bqw:implementedIn {_listed(f'place:nbs2023-{city.code}' for city in self._cities)} ; "
            f"bqw:nameWords {quote('高质量发展工程')} ; bqw:origin origin:stated ; {_FROM_DOCUMENT} .\n"
        )
        period = (
            'period:2023-2027 a dcterms:PeriodOfTime ; skos:prefLabel "2023—2027年"@zh-Hans , "2023–2027"@en ; '
            f'bqw:nameWords {quote("2023—2027年")} ; bqw:origin origin:stated ; dcat:startDate "2023"^^xsd:gYear ; '
            f'dcat:endDate "2027"^^xsd:gYear ; {_FROM_DOCUMENT} .\n'
        )
        self._file("data/programme.ttl", [agent, programme, period])
        blocks = list[str]()
        for action, size in enumerate(_MEASURES, 1):
            subject, english = _WORK[action - 1]
            blocks.append(
                self._deed(f"action:{action}", "Action", str(action), (f"{subject}行动", f"Action on {english}"), "programme:bqw")
            )
            for measure in range(1, size + 1):
                doing, done = _DOING[measure - 1]
                names = (f"{subject}{doing}", f"{done} {english}")
                blocks.append(
                    self._deed(f"measure:{action}-{measure}", "Measure", f"{action}.{measure}", names, f"action:{action}")
                )
        self._file("data/actions.ttl", blocks)

    def _deed(self, iri: str, kind: str, notation: str, names: tuple[str, str], whole: str) -> str:
        chinese, english = names
        words = self._document.quote(chinese)
        self._deeds[iri] = (chinese, words)
        return (
            f'{iri} a bqw:{kind} ; skos:prefLabel "{chinese}"@zh-Hans , "{english}"@en ; bqw:nameWords {words} ; '
            f'bqw:order {notation.rpartition(".")[2]} ; bqw:origin origin:stated ; skos:notation "{notation}" ; '
            f"dcterms:isPartOf {whole} ; {_FROM_DOCUMENT} .\n"
        )

    # Policies.

    def _policies(self) -> None:
        numbers, contributions, partnerships, sets = count(1), list[str](), list[str](), list[str]()
        counties, towns = _by_parent(self._counties), _by_parent(self._towns)
        for place, members, size in (
            *((city, counties[city.code], 9) for city in self._cities),
            *((county, towns[county.code], 3) for county in self._counties),
        ):
            listed = list(zip(numbers, self._chance.sample(_WORK, size), strict=False))
            for number, subject in listed:
                self._policy(number, subject, place, members, contributions, partnerships)
            sets.append(
                f"policy-set:of-{place.code} a bqw:PolicySet ; "
                f'skos:prefLabel "{place.name}政策"@zh-Hans , "Policies {place.code}"@en ; '
                f"bqw:appliesAt place:nbs2023-{place.code} ; bqw:completeness completeness:complete ; bqw:statedSize {size} ; "
                f"bqw:listsPolicy {_listed(f'policy:{number}' for number, _ in listed)} ; "
                f"bqw:nameWords {self._document.quote(f'{place.name}政策')} ; "
                f"bqw:valueWords {self._document.quote(f'{size}项')} ; "
                f"bqw:origin origin:stated ; {_FROM_DOCUMENT} .\n"
            )
        self._file("data/policy-sets.ttl", sets)
        self._file("data/contributions.ttl", contributions)
        self._file("data/partnerships.ttl", partnerships)

    def _policy(  # noqa: PLR0913, PLR0917 - where it goes, and two files that all policies share
        self,
        number: int,
        subject: tuple[str, str],
        place: _Place,
        members: list[_Place],
        contributions: list[str],
        partnerships: list[str],
    ) -> None:
        chance, quote = self._chance, self._document.quote
        genre, called, english = chance.choice(_GENRES)
        title = f"{place.name}{subject[0]}{called}(2023—2027年)"
        words = quote(title)
        policy = (
            f'policy:{number} a bqw:Policy ; dcterms:title "{title}"@zh-Hans , '
            f'"{english} on {subject[1]}, {place.english} (2023–2027)"@en ; '
            f"bqw:genre genre:{genre} ; bqw:nameWords {words} ; bqw:order {number} ; bqw:origin origin:stated ; "
            f"dcterms:temporal period:2023-2027 ; {_FROM_DOCUMENT} .\n"
        )
        named = chance.sample(members, min(3, len(members)))
        mentioned = [place, *(member for member in named if member != place)]
        blocks = [policy, *(self._mention(number, each) for each in mentioned)]
        blocks += self._tasks(number, words)
        blocks += (self._target(number, target) for target in range(1, 4))
        self._file(f"data/policies/{number}.ttl", blocks)
        contributions += (self._contribution(number, to) for to in chance.sample(sorted(self._deeds), 8))
        if len(named) > 1:
            partnerships.append(self._partnership(number, named[0], named[1]))

    def _mention(self, number: int, place: _Place) -> str:
        return (
            f"mention:{number}-{place.code} a bqw:Mention ; bqw:mentionedBy policy:{number} ; bqw:origin origin:stated ; "
            f"bqw:mentions place:nbs2023-{place.code} ; bqw:nameWords {self._document.quote(place.name)} ; {_FROM_DOCUMENT} ; "
            f'skos:prefLabel "政策{number}提及{place.name}"@zh-Hans , "Policy {number} mentions {place.english}"@en .\n'
        )

    def _tasks(self, number: int, title: str) -> Iterator[str]:
        yield (
            f'list:{number}-task a bqw:TaskList ; skos:prefLabel "政策{number}的任务"@zh-Hans , "Tasks of policy {number}"@en ; '
            f"bqw:completeness completeness:complete ; bqw:origin origin:stated ; bqw:taskKind task-kind:task ; "
            f"bqw:layoutWords {title} ; dcterms:isPartOf policy:{number} ; {_FROM_DOCUMENT} .\n"
        )
        for order, (doing, done) in enumerate(_DOING, 1):
            subject, english = self._chance.choice(_WORK)
            yield (
                f'task:{number}-task-{order} a bqw:Task ; skos:prefLabel "{subject}{doing}"@zh-Hans , "{done} {english}"@en ; '
                f"bqw:inList list:{number}-task ; bqw:nameWords {self._document.quote(f'{subject}{doing}')} ; "
                f"bqw:order {order} ; bqw:origin origin:stated ; bqw:taskKind task-kind:task ; "
                f"dcterms:isPartOf policy:{number} ; {_FROM_DOCUMENT} .\n"
            )

    def _target(self, number: int, index: int) -> str:
        quote, value, year = self._document.quote, self._chance.randrange(10, 5_000), self._chance.choice((2025, 2027, 2030))
        return (
            f'target:{number}-{index} a bqw:Target ; skos:prefLabel "高新技术企业不少于{value}家"@zh-Hans , '
            f'"High-tech enterprises: at least {value}"@en ; bqw:comparator comparator:at-least ; '
            f'bqw:deadline "{year}"^^xsd:gYear ; bqw:deadlineBasis deadline-basis:stated ; '
            f"bqw:deadlineWords {quote(f'到{year}年')} ; "
            f"bqw:indicator indicator:high-tech-enterprises ; bqw:nameWords {quote('高新技术企业')} ; bqw:origin origin:stated ; "
            f"bqw:setBy policy:{number} ; bqw:unit unit:jia ; bqw:value {value}.0 ; bqw:valueWords {quote(f'不少于{value}家')} ; "
            f"{_FROM_DOCUMENT} .\n"
        )

    def _contribution(self, number: int, to: str) -> str:
        draw, (name, words) = self._chance.random(), self._deeds[to]
        status = "accepted" if draw < 0.6 else "candidate" if draw < 0.8 else "rejected"  # noqa: PLR2004
        ground = "" if status == "rejected" else f"bqw:ground ground:{'shared-term' if draw < 0.3 else 'implied'} ; "  # noqa: PLR2004
        return (
            f"contribution:{number}-{to.replace(':', '-')} a bqw:Contribution ; bqw:contributionOf policy:{number} ; "
            f"bqw:contributionTo {to} ; {ground}bqw:origin origin:concluded ; bqw:status status:{status} ; "
            f'skos:prefLabel "政策{number}与{to}"@zh-Hans , "Policy {number} and {to}"@en ; '
            f'bqw:reason "编造的理由{number}。"@zh-Hans , "A made-up reason {number}."@en ; '
            f"bqw:policyWords {self._document.quote(f'推进{name}')} ; bqw:targetWords {words} ; "
            f"{_FROM_DOCUMENT} ; prov:wasAttributedTo agent:contributors .\n"
        )

    def _partnership(self, number: int, first: _Place, second: _Place) -> str:
        return (
            f'partnership:{number}-1 a bqw:Partnership ; skos:prefLabel "{first.name}与{second.name}结对合作"@zh-Hans , '
            f'"Partnership of {first.english} and {second.english}"@en ; bqw:firstNamed place:nbs2023-{first.code} ; '
            f"bqw:secondNamed place:nbs2023-{second.code} ; "
            f"bqw:nameWords {self._document.quote(f'{first.name}与{second.name}结对合作')} ; "
            f"bqw:openEnded false ; bqw:partnershipKind partnership-kind:pairing ; "
            f"bqw:setBy policy:{number} ; bqw:origin origin:stated ; {_FROM_DOCUMENT} .\n"
        )

    # Designations, and the words of the vocabularies.

    def _designations(self) -> None:
        quote, chance = self._document.quote, self._chance
        names = {county.code: quote(county.name) for county in self._counties}
        counties = [county for county in self._counties if county.code == _HESHAN or chance.random() < 0.15]  # noqa: PLR2004
        towns = chance.sample(self._towns, max(1, len(self._towns) // 10))
        villages = chance.sample(self._villages, max(1, len(self._villages) // 25))
        self._file(
            "data/designations.ttl",
            [
                f"designation:typical-{kind}-{place.code} a bqw:Designation ; bqw:batch 1 ; "
                f"bqw:layoutWords {heading} , {names[place.code[:6]]} ; "
                f"bqw:designates place:nbs2023-{place.code} ; bqw:designationType designation-type:typical-{kind} ; "
                f'skos:prefLabel "首批典型：{place.name}"@zh-Hans , "First batch of typical places: {place.english}"@en ; '
                f"bqw:nameWords {quote(place.name)} ; bqw:origin origin:layout ; {_FROM_DOCUMENT} .\n"
                for kind, heading, places in (
                    ("county", quote("首批典型县"), counties),
                    ("town", quote("首批典型镇"), towns),
                    ("village", quote("首批典型村"), villages),
                )
                for place in places
            ],
        )

    def _vocabularies(self) -> None:
        label, terms = ox.NamedNode(PREFIXES["skos"] + "prefLabel"), list[str]()
        for scheme in _WITH_WORDS:
            name = f"ontology/vocab/{scheme}.ttl"
            for triple in parse_turtle((self._out / name).read_bytes(), name):
                term, words = shorten(str(triple.subject).strip("<>")), triple.object
                if triple.predicate == label and isinstance(words, ox.Literal) and words.language == "zh-hans":
                    concept = term.startswith(f"{scheme}:")
                    terms += [f"{term} bqw:nameWords {self._document.quote(words.value)} .\n"] if concept else []
        self._file("data/industry.ttl", terms)


def _county_type(county: _Place) -> str:
    return "county-level-city" if county.name.endswith("市") else "district"


def _shares(whole: int, parts: int) -> Iterator[int]:
    """Share out evenly: the first ones get one more where it does not come out even."""
    size, more = divmod(whole, parts)
    return (size + (index < more) for index in range(parts))


def _by_parent(places: list[_Place]) -> dict[str, list[_Place]]:
    grouped = dict[str, list[_Place]]()
    for place in places:
        grouped.setdefault(place.parent, []).append(place)
    return grouped


def _listed(terms: Iterator[str]) -> str:
    return " , ".join(terms)


def _sources(text: str) -> str:
    digest = sha256(text.encode("utf-8")).hexdigest()
    return (
        'source:panorama a bqw:Source ; dcterms:title "编造的文件"@zh-Hans , "A made-up document"@en ; '
        f'bqw:origin origin:stated ; bqw:characterCount {len(text)} ; bqw:sha256 "{digest}" .\n'
        + "".join(
            f'source:{name} a bqw:Source ; dcterms:title "编造的{what}"@zh-Hans , "Made-up {english}"@en ; '
            "bqw:origin origin:outside .\n"
            for name, what, english in (("china-division-2.7.0", "代码", "codes"), ("geonames", "点位", "points"))
        )
    )
