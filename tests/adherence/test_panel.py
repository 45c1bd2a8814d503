"""The panel of a clinic: whose numbers, in which order, page by page, and the ways from there."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, pool, text

from api.adherence import queries
from api.clinical.adherence import band
from api.clinical.knowledge import library
from api.clinical.week_sums import Sums
from tests.adherence.wire import adherence, days, draft, panel, reported, signed, today
from tests.checks.wire import screened
from tests.prescriptions.wire import content, on_file, redraft, sign, tell
from tests.sessions.wire import codes

DAY = timedelta(days=1)


@pytest.fixture
def three(lasting, past, signer):
    """Three patients after four weeks: one does all, one tells of half and leaves it out, one is silent."""
    first = today(past)
    made = [on_file(lasting) for _ in range(3)]
    plans = [signed(lasting, one, signer, balance=place == 0) for place, one in enumerate(made)]
    past.now += 29 * DAY
    for day in days(first, 28):
        if (day - first).days % 7 < 5:
            reported(lasting, made[0], plans[0], day)
            reported(lasting, made[1], plans[1], day, status="skipped", skip_reason="time")
    return made


def address(row):
    return row["links"]["patient"]


class TestRows:
    def test_the_lowest_attendance_comes_first_and_silence_is_not_called_low(self, lasting, three):
        rows = panel(lasting)
        bands = {address(row): row["band"] for row in rows}
        assert bands == {three[0]: "partial", three[1]: "low", three[2]: "not-reported"}
        assert [address(row) for row in rows][-1] == three[0]

    def test_a_row_has_the_numbers_of_the_patients_page(self, lasting, three):
        for weeks in (4, 12):
            for row in panel(lasting, weeks=weeks):
                shown = lasting.get(row["links"]["adherence"]).json
                assert row["numbers"] == {name: shown["total"][name] for name in row["numbers"]}
                assert (row["last_contact"], row["days_silent"]) == (
                    shown["last_contact"],
                    shown["days_silent"],
                )
                assert lasting.get(row["links"]["sessions"]).status_code == 200

    def test_a_row_of_a_line_has_the_numbers_of_that_line(self, lasting, three):
        (row,) = panel(lasting, line="balance")
        shown = lasting.get(row["links"]["adherence"]).json
        (line,) = (one for one in shown["lines"] if one["line"] == "balance")
        assert row["numbers"] == {name: line[name] for name in row["numbers"]}

    def test_weeks_of_two_revisions_are_added_up(self, lasting, past, signer, three):
        tell(lasting, three[0], hours=1, told=screened()["facts"])
        plan = lasting.get(f"{three[0]}/prescriptions").json["items"][0]
        body = content(**draft(days_per_week=3), reason="Less.")
        assert sign(lasting, redraft(lasting, plan, body).json, signer).status_code == 200
        past.now += 10 * DAY
        row = next(one for one in panel(lasting) if address(one) == three[0])
        shown = lasting.get(row["links"]["adherence"]).json
        assert row["numbers"] == {name: shown["total"][name] for name in row["numbers"]}
        assert {one["revision"] for one in shown["weeks"]} == {1, 2}

    def test_in_the_first_week_there_is_no_number_yet(self, lasting, past, signer):
        signed(lasting, on_file(lasting), signer)
        past.now += 3 * DAY
        (row,) = panel(lasting)
        assert (row["from"], row["band"]) == (None, "not-classified")
        assert row["numbers"]["lower"] == {"percent": None, "reason": "not-started"}

    def test_who_is_paused_all_along_is_not_low(self, lasting, past, signer):
        patient = on_file(lasting)
        plan = signed(lasting, patient, signer)
        body = {"practitioner_id": signer, "reason": "A fever."}
        assert lasting.post(f"/v1/prescriptions/{plan['id']}/hold", json=body).status_code == 200
        past.now += 29 * DAY
        (row,) = panel(lasting)
        assert row["band"] == "paused"
        assert row["numbers"]["lower"] == {"percent": None, "reason": "paused"}


class TestFilters:
    def test_who_has_nothing_prescribed_is_listed_apart(self, lasting, three):
        other = on_file(lasting)
        assert other not in {address(row) for row in panel(lasting)}
        (row,) = panel(lasting, prescribed="false")
        assert address(row) == other
        assert row["numbers"]["lower"]["reason"] == "no-prescription"

    def test_a_band_alone(self, lasting, three):
        for band_, patient in (("low", three[1]), ("not-reported", three[2]), ("partial", three[0])):
            assert [address(row) for row in panel(lasting, band=band_)] == [patient]

    def test_who_is_silent_for_days_or_for_ever(self, lasting, past, three):
        assert [address(row) for row in panel(lasting, days_silent=1)] == [three[2]]
        past.now += 10 * DAY
        assert {address(row) for row in panel(lasting, days_silent=10)} == set(three)

    def test_whose_prescription_a_person_signed(self, clinic, lasting, signer, three):
        assert len(panel(lasting, practitioner_id=signer)) == 3
        assert panel(lasting, practitioner_id=str(clinic.practitioner())) == []

    def test_another_clinic_sees_nothing_of_it(self, other_clinic, three):
        assert panel(other_clinic.caller(), prescribed="true") == []


class TestPages:
    @pytest.mark.parametrize("order", ["lower", "upper", "projected", "coverage", "days-silent", "name"])
    def test_pages_go_on_where_the_last_one_ended_also_among_ties(self, lasting, past, signer, three, order):
        for _ in range(3):
            signed(lasting, on_file(lasting), signer)
        whole = [address(row) for row in panel(lasting, sort=order)]
        seen, asked = [], f"/v1/adherence?sort={order}&limit=1"
        while asked:
            answer = lasting.get(asked)
            seen += [address(row) for row in answer.json["items"]]
            asked = answer.headers.get("Link", "").partition(">")[0][1:]
        assert seen == whole
        assert len(set(seen)) == 6

    def test_a_place_of_another_order_is_refused(self, lasting, three):
        after = lasting.get("/v1/adherence?sort=name&limit=1").json["next"]
        answer = lasting.get("/v1/adherence", query_string={"sort": "lower", "after": after})
        assert codes(answer) == {("/query/after", "not-a-cursor")}

    def test_a_page_is_one_statement(self, lasting, three, statements):
        lasting.get("/v1/adherence")
        with statements.at_most(1):
            assert len(panel(lasting)) == 3


SEVENTHS = st.integers(0, 98)


@given(
    sums=st.builds(
        Sums, expected7=SEVENTHS, attended7=SEVENTHS, possible7=SEVENTHS, paused7=st.integers(0, 7)
    ),
    days=st.integers(0, 28),
)
def test_the_database_calls_weeks_as_the_medicine_does(band_of, sums, days):
    assert band_of(sums, days) == band(library.load().counting, sums, days)


@pytest.fixture(scope="module")
def band_of(settings):
    """What the statement of the panel calls some sums."""
    tables = library.load().counting
    names = ("expected7", "attended7", "possible7", "paused7", "due_days")
    given_ = ", ".join(f"CAST(:{name} AS bigint) AS {name}" for name in names)
    asked = text(f"SELECT {queries._BAND} FROM (SELECT {given_}) AS c")
    values = {
        "met": tables.bands.met_percent,
        "partial": tables.bands.partial_percent,
        "classified": tables.bands.days,
    }
    engine = create_engine(settings.database_url, poolclass=pool.NullPool)
    with engine.connect() as connection:
        yield lambda sums, days: connection.execute(
            asked, {**{name: getattr(sums, name) for name in names[:4]}, **values, "due_days": days}
        ).scalar_one()


def test_a_patients_page_of_a_window_that_cuts_weeks_counts_the_days_alone(lasting, three, past):
    first = today(past) - 10 * DAY
    assert adherence(lasting, three[0], from_=first)["from"] == str(first)
