"""An import at the desk: uploaded, mapped, chosen, applied by one or two people, undone."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from prisoners.importing import planning, steps
from prisoners.importing.meanings import field_of
from prisoners.models import ListEdition, ListEntry, ListImport, Prisoner
from tests.changesets import next_changeset
from tests.editors import signed_in, told
from tests.factories import make_prisoner

pytestmark = pytest.mark.django_db
LIST = "Фамилия;Имя;Отчество;Пол;Дата задержания\nУзорная;Вера;Прыкладаўна;ж;09.08.2020\nExample;Jan;;м;2021\n"


def upload(client: Client, text: str = LIST, **said: str) -> Any:
    file = SimpleUploadedFile("list.csv", text.encode("utf-8"))
    return client.post(reverse("desk-imports"), {"file": file, "list_name": "A list", **said}, follow=True)


def mapped(client: Client, text: str = LIST, **said: str) -> ListImport:
    """A list uploaded, with its columns as they are proposed."""
    page = upload(client, text, **said)
    fields = {each.html_name: each.value() or "" for form in ("form", "said") for each in page.context[form]}
    sent = {name: value for name, value in fields.items() if value is not False}
    client.post(page.redirect_chain[-1][0], sent)
    found = ListImport.objects.get()
    client.get(found.get_absolute_url())
    found.refresh_from_db()
    return found


def step(client: Client, found: ListImport, name: str, **more: str) -> Any:
    next_changeset()
    response = client.post(found.get_absolute_url(), {"step": name, **more}, follow=True)
    next_changeset()
    found.refresh_from_db()
    return response


def test_columns_are_proposed_by_their_headings() -> None:
    page = upload(signed_in())

    proposed = [field.value() for field, _cells in page.context["columns"]]
    assert proposed == ["surname", "given_name", "patronymic", "sex", "taken_on"]


def test_same_headings_mean_what_they_meant_in_the_edition_before() -> None:
    editor = signed_in()
    meant = {"column-0": "name", "column-1": "born_on", "dates": "month-first", "name_order": "surname-first"}
    found = ListImport.objects.get(token=upload(editor, "Wer;Wann\nExample, Jan;03/07/1984\n").context["import"].token)
    editor.post(
        reverse("desk-import-columns", args=[found.token]), meant | {"recognised": "by-then", "list_name": "A list"}
    )
    editor.get(found.get_absolute_url())
    step(editor, found, "apply")

    page = upload(editor, "Wann;Wer\n04/07/1985;Sample, Vera\n")

    assert [field.value() for field, _cells in page.context["columns"]] == ["born_on", "name"]
    assert [page.context["form"][name].value() for name in ("dates", "name_order")] == ["month-first", "surname-first"]


def test_words_that_are_not_understood_are_given_a_meaning_on_the_page() -> None:
    editor = signed_in()
    page = upload(editor, "Name;Where now;Sex\nJan Example;sits;m\nVera Sample;Sits;w?\nEwa Muster;held;f\n")
    columns = page.redirect_chain[-1][0]
    sent = {"column-0": "name", "column-1": "status", "column-2": "sex", "dates": "day-first"}
    sent |= {"name_order": "as-written", "recognised": "by-then", "list_name": "A list"}

    page = editor.post(columns, sent | {field_of("sex", "w?"): "female"}, follow=True)
    assert page.redirect_chain[-1][0] == columns and "say below" in told(page)[0]
    assert [[field.label for field in fields] for _label, _help, fields in page.context["form"].asked()] == [
        ["sits"], ["w?"]
    ]  # fmt: skip
    assert "no longer held by that date" in page.content.decode()
    again = {field_of("status", "sits"): "held", field_of("sex", "w?"): "female"}
    page = editor.post(columns, sent | again, follow=True)

    found = ListImport.objects.get()
    assert page.redirect_chain[-1][0] == found.get_absolute_url()
    assert [row.told["status"] for row in found.rows.all()] == ["held"] * 3
    assert list(found.rows.values_list("told__sex", flat=True)) == ["male", "female", "female"]
    shown = editor.get(columns).context["form"]
    assert [shown[name].value() for name in again] == ["held", "female"]


def test_small_list_is_entered_for_the_usual_review() -> None:
    editor = signed_in()
    found = mapped(editor, is_public="on")

    step(editor, found, "apply")

    assert (found.state, ListEdition.objects.get().publication) == ("applied", "in_review")
    assert set(Prisoner.objects.values_list("publication", "sex")) == {("in_review", "female"), ("in_review", "male")}


def test_fifty_rows_wait_for_a_second_person_who_publishes_them() -> None:
    editor, reviewer = signed_in(), signed_in("reviewer")
    rows = "".join(f"X{number},Person Example{'a' * number},BY\n" for number in range(50))
    found = mapped(editor, "external_id,name,country\n" + rows, is_public="on")

    assert "second person" in told(step(editor, found, "apply"))[0]
    step(editor, found, "send")
    step(reviewer, found, "apply")

    assert (found.state, Prisoner.public.count()) == ("applied", 50)


def test_page_tells_how_far_the_comparison_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    editor = signed_in()
    make_prisoner("Jan Example")
    monkeypatch.setattr(planning, "AT_ONCE", 1)
    monkeypatch.setattr(steps, "SECONDS_OF_A_PAGE", -1.0)
    found = mapped(editor)

    page = editor.get(found.get_absolute_url()).content.decode()

    assert '<progress max="2" value="2"' in page
    assert "2 of 2 rows" in page and "left." in page


def test_who_prepared_a_list_does_not_apply_it() -> None:
    reviewer = signed_in("reviewer")
    make_prisoner("Jan Example", held=[("2021-05-01",)])
    found = mapped(reviewer)
    step(reviewer, found, "send")

    assert "second person" in told(step(reviewer, found, "apply"))[0]
    assert not ListEntry.objects.exists()


def test_all_that_is_entered_of_a_new_person_is_told_before() -> None:
    editor = signed_in()
    header = "name,sex,born_on,taken_on,released_on,place,articles,decided_on,length,status,recognised_on,died"
    row = "Jan Example,m,1984,2020-08-09,2022-01,Colony No. 1,342; 130,2021-03,3 minths,released,2020-09,"
    found = mapped(editor, f"{header}\n{row}\n", recognised_by="A group")
    told_of_it = [
        "sex: male", "date of birth: 1984", "status in the list: released", "date of recognition: 2020-09 (A group)",
        "date taken: 2020-08-09", "date released: 2022-01", "place of detention: Colony No. 1",
        "form of detention: prison or colony", "articles: 342; 130", "date of the verdict: 2021-03",
        "length of the sentence: 3 months",
    ]  # fmt: skip

    page = editor.get(found.get_absolute_url())
    report = b"".join(editor.get(reverse("desk-import-report", args=[found.token])).streaming_content).decode()  # type: ignore[attr-defined]

    assert page.context["rows"][0]["about"] == told_of_it
    assert "; ".join(told_of_it) in report
    assert found.rows.get().odd == ["length: “3 minths” was read as months (3 months)."]


def test_editor_says_who_is_meant() -> None:
    editor = signed_in()
    person = make_prisoner("Jan Example", publication="draft")
    found = mapped(editor)
    assert found.rows.get(number=3).alike == [person.public_id]

    step(editor, found, "apply", **{"choice-3": f"person:{person.public_id}", "choice-2": "skip"})

    assert list(ListEntry.objects.values_list("prisoner", flat=True)) == [person.pk]


def report_of(client: Client, found: ListImport) -> str:
    return b"".join(client.get(reverse("desk-import-report", args=[found.token])).streaming_content).decode()  # type: ignore[attr-defined]


def test_report_with_nothing_mended_is_no_new_edition() -> None:
    editor = signed_in()
    found = mapped(editor)
    step(editor, found, "apply")

    page = upload(editor, report_of(editor, found))

    assert "an edition of this list already" in str(page.context["form"].errors["file"])
    assert ListImport.objects.count() == 1


def test_report_and_undo_are_on_the_page() -> None:
    editor = signed_in()
    found = mapped(editor)
    step(editor, found, "apply")

    report = report_of(editor, found)
    step(editor, found, "undo", note="the wrong list")

    assert report.splitlines()[1].startswith("Узорная,Вера,Прыкладаўна,ж,09.08.2020,2,new person")
    assert (found.state, Prisoner.objects.count(), ListEdition.objects.count()) == ("undone", 0, 0)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name,day\n=1+1,2\n", "row 2, column 1 (name): a formula"),
        ("A list of ours,\nname,taken on\nJan,2021\nEwa,=1+1\n", "row 4, column 2 (taken on): a formula"),
        ("name,day\n" + "Jan,2021\n" * 150 + "Ewa,=1+1\n", "row 152, column 2 (day): a formula"),
        ("", "list.csv: the file is empty"),
        ("a,b\n", "no rows below the header"),
        ("name\n" + "x\n" * 5_001, "at most 5,000 are taken here"),
    ],
)
def test_bad_upload_is_refused_on_its_field(text: str, sentence: str) -> None:
    page = upload(signed_in(), text)

    assert page.status_code == 400 and sentence in str(page.context["form"].errors["file"])
    assert not ListImport.objects.exists()


def test_templates_hold_every_column_with_its_help() -> None:
    editor = signed_in()
    header = editor.get(reverse("desk-import-template", args=["csv"])).content.decode("utf-8-sig")
    packed = editor.get(reverse("desk-import-template", args=["xlsx"])).content

    import io

    sheet = load_workbook(io.BytesIO(packed)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == header.strip().split(",")
    assert all(cell.comment.text for cell in sheet[1])
