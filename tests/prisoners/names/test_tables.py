"""The tables as files: each names where its values come from."""

import pytest

from prisoners.names.tables import FOLDER, read_scheme, schemes

FILES = sorted(path for path in FOLDER.rglob("*") if path.suffix in {".toml", ".csv"})


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_table_names_its_source(path) -> None:
    assert "ritten from" in path.read_text(encoding="utf-8").splitlines()[0] + path.read_text(encoding="utf-8")[:600]


def test_most_trusted_scheme_comes_first() -> None:
    assert schemes("latin")[0].name == "english"


def test_rule_that_is_no_pattern_is_refused_with_the_name_of_its_file(tmp_path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text('script = "latin"\nweight = 1.0\nrules = [["a(", "b"]]\n')

    with pytest.raises(ValueError, match=r"broken\.toml: a rule is not a pattern"):
        read_scheme(broken)
