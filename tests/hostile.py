"""Values that strangers send: at least 80 of them, for every parameter, path, header and form field."""

import itertools
from collections.abc import Sequence

CONTROL = ["\x00", "a\x00b", "\x01\x02\x1b[31m", "\r\nSet-Cookie: a=b", "line\nbreak", "\t", "\x7f", "\x85\u2028\u2029"]
NUMBERS = [
    "-1", "0", "00", "+5", "1e308", "-1e308", "1e-400", "NaN", "Infinity", "-Infinity", "1.5", "1,5", "0x10", "9" * 20,
    "-" + "9" * 20, "9223372036854775808", "2147483648", "١٢٣", "²", "1_000", "10^20",
]  # fmt: skip
DATES = [
    "2024-02-30", "2024-13", "2024-13-45", "0000", "0001-01-01", "9999-12-31", "99999", "2024-W01", "16.07.2024",
    "07/16/2024", "16 июля 2024", "yesterday", "2024-07-16T00:00:00Z", "../..", "/", "2024/2023", "2024/", "2024~~",
    "XXXX-XX-XX", "2024-0７", "-2024", "2024-01-01/2024-01-01/2024-01-01",
]  # fmt: skip
CODE = [
    "' OR 1=1 --", "'; DROP TABLE prisoners_prisoner; --", "1; SELECT pg_sleep(10)", "%' AND 1=0 UNION SELECT NULL--",
    "\\'; --", "$$", "%", "_", "%%%", "\\", "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
    "javascript:alert(1)", "{{ 7*7 }}", "{% debug %}", "${7*7}", "__class__", "../../../../etc/passwd",
    "..\\..\\windows\\win.ini", "file:///etc/passwd", "=cmd|'/C calc'!A0", "@SUM(1+1)", "(?:a+)+$", "((((((((((",
]  # fmt: skip
UNICODE = [
    "\ufeff", "\u202eevil", "\u200b", "\u0301" * 1000, "e\u0301\u0323" * 300, "🏴\u200d☠️", "İı", "ß", "ﬁ", "Ａ", "а́",
    "\ud800", "\udfff", "ў" * 400, "𝔘𝔫𝔦𝔠𝔬𝔡𝔢", "\U0010ffff", "كتاب", "חָתוּל", "中文", "รายชื่อ",
]  # fmt: skip
SHAPES = [
    ",",
    ",,,,",
    "a," * 200,
    "all,BY",
    "BY,BY",
    " ",
    "  x  ",
    "null",
    "None",
    "undefined",
    "true",
    "[]",
    "{}",
    "a" * 5_000,
]
VALUES = [*CONTROL, *NUMBERS, *DATES, *CODE, *UNICODE, *SHAPES]
MEGABYTE = "ж" * 500_000


def in_turn(names: Sequence[str], values: Sequence[str]) -> list[tuple[str, str]]:
    """Each value with one of the names, and each name with some of the values."""
    longer, shorter = (values, names) if len(values) >= len(names) else (names, values)
    pairs = zip(longer, itertools.cycle(shorter), strict=False)
    return [(name, value) for value, name in pairs] if longer is values else list(pairs)
