"""A client author generates a typed client from the served document, and does the main job with it."""

import importlib
import re
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from types import SimpleNamespace

import httpx
import pytest

from api.commands.document import SNAPSHOT

PACKAGE = "surefoot_client"
CONFIG = str(SNAPSHOT.with_name("python-client.yaml"))
"""What client authors are given."""


@pytest.fixture(scope="module")
def generated(suite_app, tmp_path_factory):
    """The folder with the generated package."""
    folder = tmp_path_factory.mktemp("generated")
    with suite_app.test_client() as client:
        (folder / "v1.json").write_bytes(client.get("/openapi/v1.json").data)
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    command += ["--path", "v1.json", "--output-path", PACKAGE, "--config", CONFIG, "--fail-on-warning"]
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    return folder


@pytest.fixture
def package(generated, monkeypatch):
    """The modules of the package, as a program would import them."""
    monkeypatch.syspath_prepend(str(generated))
    names = {"models": "models", "errors": "client", "types": "types"} | {
        tag: f"api.{tag}" for tag in ("patients", "checks", "exercises", "tokens")
    }
    yield SimpleNamespace(
        **{name: importlib.import_module(f"{PACKAGE}.{path}") for name, path in names.items()},
        call=lambda tag, name: importlib.import_module(f"{PACKAGE}.api.{tag}.{name}").sync_detailed,
    )
    for name in [name for name in sys.modules if name.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


def connected(app, **options):
    return httpx.Client(transport=httpx.WSGITransport(app=app), base_url="http://localhost", **options)


@pytest.fixture
def open_client(package, app):
    """The generated client, without a token."""
    return package.errors.Client("http://localhost").set_httpx_client(connected(app))


@pytest.fixture
def client(package, app, clinic):
    """The generated client, with a token that it got by its secret."""
    client_id, secret = clinic.register()
    form = package.models.TokenRequest(
        grant_type=package.models.GrantType.CLIENT_CREDENTIALS,
        client_id=f"{clinic.id}.{client_id}",
        client_secret=secret,
    )
    anyone = package.errors.Client("http://localhost").set_httpx_client(connected(app))
    answer = package.call("tokens", "issue_token")(client=anyone, body=form)
    token = answer.parsed.access_token
    headers = {"Authorization": f"Bearer {token}"}
    return package.errors.AuthenticatedClient("http://localhost", token=token).set_httpx_client(
        connected(app, headers=headers)
    )


def test_every_generated_module_compiles(generated):
    files = list((generated / PACKAGE).rglob("*.py"))
    assert len(files) > 100
    for file in files:
        compile(file.read_text(encoding="utf-8"), file, "exec")


def test_generated_classes_have_names_that_a_person_would_give(generated):
    made_up = re.compile(r"_(type_\d+|item|response_\d+|additional_property)(_|$)")
    names = [file.stem for file in (generated / PACKAGE / "models").glob("*.py")]
    assert not [name for name in names if made_up.search(name)]


def test_the_generated_client_does_the_main_job(package, client):
    models, call = package.models, package.call
    patient = call("patients", "register_patient")(
        client=client, body=models.NewPatient(birth_date=date(1961, 5, 14), time_zone="Europe/Rome")
    )
    assert patient.status_code == 201

    screens = [name for name in vars(models) if re.fullmatch(r"Screen\w+Fact", name)]
    facts = models.Facts(
        neuropathy_types=models.NeuropathyTypesFact(value=[models.NeuropathyTypesFactCode.DISTAL_SYMMETRIC]),
        diabetes_type=models.DiabetesTypeFact(value=models.DiabetesTypeFactValue.TYPE2),
        medications=models.MedicationsFact(value=[models.MedicationsFactCode.METFORMIN]),
        monofilament_insensate_left=models.MonofilamentInsensateLeftFact(value=3),
        hba1c_percent=models.Hba1CPercentFact(value=53.0, unit=models.Hba1CPercentFactUnit.MMOLMOL),
        **{
            re.sub(r"(?<!^)(?=[A-Z])", "_", name.removesuffix("Fact")).lower(): getattr(models, name)(
                value=models.ScreenAnswer.CLEAR
            )
            for name in screens
        },
    )
    recorded = call("patients", "record_facts")(
        patient_id=patient.parsed.id,
        client=client,
        body=models.NewFacts(facts=facts, observed_at=datetime.now(UTC) - timedelta(minutes=1)),
    )
    assert {one.result for one in recorded.parsed.results} == {models.RecordingResult.ACCEPTED}

    check = call("checks", "check_patient")(
        patient_id=patient.parsed.id, client=client, body=models.NewCheck(kind=models.CheckKind.PROGRAMME)
    ).parsed
    assert check.decision is models.Decision.MODIFIED
    assert "foot-lops" in {finding.rule_id for finding in check.findings}
    assert {judged.status for judged in check.exercises} >= {models.ExerciseStatus.MODIFY}

    again = call("checks", "read_check")(check_id=check.id, client=client).parsed
    assert again == check


def test_the_generated_client_reads_a_refusal(package, client):
    models = package.models
    facts = models.Facts(weight_kg=models.WeightKgFact(value=9000, unit=models.WeightKgFactUnit.KG))
    answer = package.call("checks", "check_facts")(
        client=client, body=models.NewStatelessCheck(kind=models.CheckKind.SESSION, facts=facts)
    )
    assert answer.status_code == 422
    assert {fault.pointer for fault in answer.parsed.errors} == {
        "/facts/weight_kg/value",
        "/facts/weight_kg/observed_at",
    }


def test_the_generated_client_sends_and_reads_files_of_lines(package, client):
    file = package.types.File(payload=BytesIO(b'{"line": "that is no report"}\n'))
    begun = package.call("imports", "start_import")(client=client, body=file)
    assert begun.status_code == 202
    assert begun.parsed.sent == 1
    result = package.call("imports", "read_import_result")(import_id=begun.parsed.id, client=client)
    assert result.status_code == 200
    assert result.parsed.payload.read() == b""  # nothing is filed yet


def test_the_generated_client_reads_a_chart(package, client):
    patient = package.call("patients", "register_patient")(
        client=client, body=package.models.NewPatient(birth_date=date(1961, 5, 14), time_zone="Europe/Rome")
    )
    chart = package.call("charts", "draw_adherence")(patient_id=patient.parsed.id, client=client)
    assert chart.status_code == 200
    assert chart.parsed.startswith("<svg")
