"""The panorama, from the real server: its figures are keyed in from the document, and each leads on."""

import csv
import io
import re
from html import unescape
from html.parser import HTMLParser

import httpx
import pytest

from bqwgraph.pages.rendering import LANGUAGES

LARGEST = 100_000
"""Bytes of a page, compressed."""


class Reader(HTMLParser):
    """Collects elements with their attributes, and the text of those that are asked for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen = list[tuple[str, dict[str, str]]]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, {name: value or "" for name, value in attrs}))

    def with_class(self, name: str) -> list[dict[str, str]]:
        return [attributes for _, attributes in self.seen if name in attributes.get("class", "").split()]


def home(service: httpx.Client, lang: str = "zh-Hans") -> str:
    answer = service.get("/", params={"lang": lang})
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_its_counts_are_those_of_the_document(service: httpx.Client, lang: str) -> None:
    page = home(service, lang)
    counts = re.search(r'<dl class="counts">(.*?)</dl>', page, re.DOTALL)
    assert counts
    assert re.findall(r">([0-9,]+)</a>", counts[1])[:3] == ["10", "49", "9"]
    assert re.findall(r">([0-9,]+)</a>", counts[1])[4] == "67"  # 1 + 6 + 60
    assert re.findall(r'<td class="number">(\d+)</td><td', page) == ["7", "7", "8", "10", "10", "10", "8"]


def test_the_map_shows_every_seat_once_and_rings_the_typical_towns(service: httpx.Client) -> None:
    reader = Reader(home(service))
    spots = reader.with_class("spot")
    assert len(spots) == 71
    assert len({spot["href"] for spot in spots}) == 71
    ringed = {spot["aria-label"].partition("：")[0] for spot in spots if "ringed" in spot["class"].split()}
    assert ringed == {"崖门镇", "斗山镇", "赤坎镇", "共和镇", "古劳镇", "沙湖镇"}
    counted = sum(int(count) for spot in spots for count in re.findall(r"典型村 (\d+) 个", spot["aria-label"]))
    assert counted == 59  # of 60: 茅冈村 lies in 百合镇, whose seat has no point
    assert [caption["href"].partition("?")[0] for caption in reader.with_class("caption")][-2:] == [
        "/place/nbs2023-440784",
        "/place/nbs2023-440785",
    ]
    page = home(service)
    assert "★ 鹤山市" in page
    assert page.count("★ ") == 2  # the caption and the key
    assert "CC BY 4.0" in page
    assert "示意图" in page
    unplaced = page.partition("没有驻地点位")[2].partition("</p>")[0]
    assert re.findall(r">([^<]+镇)</a>", unplaced) == ["百合镇", "双合镇"]
    assert "典型村 1 个" in unplaced


def test_the_matrix_says_what_the_saved_query_says(service: httpx.Client) -> None:
    page = home(service)
    cells = re.search(r'<table class="matrix">(.*?)</table>', page, re.DOTALL)
    assert cells
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", cells[1], re.DOTALL)
    assert len(rows) == 9
    shown = set[tuple[str, str, str, str]]()
    for number, row in enumerate(rows, 1):
        columns = row.split("<td>")[1:]
        assert len(columns) == 10
        for action, column in enumerate(columns, 1):
            for basis, measure in re.findall(
                r'class="basis ([a-z-]+)".*?aria-hidden="true">.(?:<small>(\d+)</small>)?</span>', column
            ):
                shown.add((str(number), str(action), measure, basis))
    expected = set[tuple[str, str, str, str]]()
    for basis in ("", "candidate"):
        table = service.get("/queries/policy-links", params={"format": "csv", **({"basis": basis} if basis else {})}).text
        for link in csv.DictReader(io.StringIO(table)):
            policy = link["policy"].rpartition("/")[2]
            expected.add((policy, link["action_order"], link["measure_order"], link["basis"]))
    assert shown == expected


@pytest.mark.parametrize(("lang", "none"), [("zh-Hans", "没有写明年份"), ("en", "No year given")])
def test_targets_stand_by_their_year(service: httpx.Client, lang: str, none: str) -> None:
    page = home(service, lang)
    years = re.findall(r"<dt>([^<]*)</dt><dd><ul class=\"plain\">(.*?)</ul>", page, re.DOTALL)
    assert [(year, targets.count("<li>")) for year, targets in years] == [("2025", 7), (none, 2)]


def test_partnerships_are_drawn_and_said(service: httpx.Client) -> None:
    page = home(service)
    section = page.partition('id="partners"')[2].partition("</section>")[0]
    assert section.count("<path") == 6  # all but that within the city, which has no partner
    assert unescape(section).count("结对合作</small>") == 4
    assert "江门市与深圳市等" in section


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_query_behind_the_page_runs_where_it_leads(service: httpx.Client, lang: str) -> None:
    links = [unescape(link) for link in re.findall(r'class="asked no-print" href="([^"]+)"', home(service, lang))]
    assert len(links) == 6
    for link in links:
        assert "<table>" in service.get(link, headers={"accept": "text/html"}).text


def test_it_is_small_has_no_script_and_is_not_sent_twice(service: httpx.Client) -> None:
    answer = service.get("/", params={"lang": "en"}, headers={"accept-encoding": "gzip"})
    assert answer.num_bytes_downloaded < LARGEST
    assert "<script>" not in answer.text
    assert " style=" not in answer.text
    known = service.get("/", params={"lang": "en"}, headers={"if-none-match": answer.headers["etag"]})
    assert known.status_code == 304
    assert known.content == b""
    asked = service.get("/", params={"lang": "en", "unseen": "<script>"}, headers={"accept-encoding": "identity"})
    assert asked.text == answer.text  # what one reader asked for is not told to the next
    plain = service.get("/", params={"lang": "en"}, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers  # what was kept is not what was compressed for somebody else
    assert plain.text == answer.text
