"""The tokens of Turtle, TriG and N-Triples, as regular expressions.

pyoxigraph has accepted a text before it is read with these. So the patterns are no stricter than it takes to see where
a token ends: what no grammar allows (a character that no name may have, say) does not come. Quantifiers with a second
plus never go back, which keeps the time linear in the length of any text.

>>> [match[0] for match in TOKEN.finditer("ex:s a 'x'@en .")]
['ex:s', ' a', " 'x'@en", ' .', '']
"""

import re

GAP = r"(?:[ \t\r\n]++|#[^\r\n]*+)*+"
_LETTER = r"A-Za-z\u0080-\U0010FFFF"
_NAME = rf"{_LETTER}0-9_\-"
PREFIX = rf"(?:[{_LETTER}][{_NAME}.]*+)?:"
# A name may have dots in it, but does not end with one: that is the end of the statement.
_LOCAL = rf"(?:(?:[{_LETTER}0-9_:%]|\\.)(?:[{_NAME}:%]++|\\.|\.++(?=[{_NAME}:%\\]))*+)?"
_BLANK = rf"_:[{_LETTER}0-9_](?:[{_NAME}]++|\.++(?=[{_NAME}]))*+"
REFERENCE = r"<[^<>]*+>"
IRI = rf"(?:{REFERENCE}|{PREFIX}{_LOCAL})"
_LONG_STRING = r"(?:\"\"\"(?:[^\"\\]++|\\.|\"(?!\"\"))*+\"\"\"|'''(?:[^'\\]++|\\.|'(?!''))*+''')"
STRING = rf"(?:{_LONG_STRING}|\"(?:[^\"\\]++|\\.)*+\"|'(?:[^'\\]++|\\.)*+')"
_LANGUAGE = r"@[A-Za-z]++(?:-[A-Za-z0-9]++)*+(?:--[A-Za-z]++)?"
_NUMBER = r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)"
# A whole directive is one token, with the dot of the styles that have one.
_DIRECTIVE = (
    rf"@prefix{GAP}{PREFIX}{GAP}{REFERENCE}{GAP}\.|@base{GAP}{REFERENCE}{GAP}\.|@version{GAP}{STRING}{GAP}\."
    rf"|(?i:prefix){GAP}{PREFIX}{GAP}{REFERENCE}|(?i:base){GAP}{REFERENCE}|(?i:version){GAP}{STRING}"
)
# In this order: what is a name is no keyword, what is a number is no dot.
_PATTERNS = (
    rf"(?P<IRI>{IRI}|a)",
    rf"(?P<TAGGED_STRING>{STRING}{GAP}(?:{_LANGUAGE}|\^\^{GAP}{IRI}))",
    rf"(?P<PLAIN_STRING>{STRING})",
    rf"(?P<VALUE>{_NUMBER}|true|false)",
    rf"(?P<BLANK>{_BLANK})",
    r"(?P<MARK><<\(?|\)?>>|\{\||\|\}|[.,;()\[\]{}~])",
    rf"(?P<SILENT>{_DIRECTIVE}|(?i:graph)|\Z)",
    r"(?P<UNKNOWN>.)",
)
TOKEN = re.compile(rf"{GAP}(?:{'|'.join(_PATTERNS)})", re.DOTALL)
