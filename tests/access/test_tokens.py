"""A client proves itself and gets a token; nobody else does."""

import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from uuid import uuid4

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, KeySet, RSAKey

from api.access.tokens import ASSERTION_TYPE
from api.caller import SCOPES

GRANT = {"grant_type": "client_credentials"}


@pytest.fixture
def token_url(settings):
    return f"{settings.issuer}/oauth/token"


@pytest.fixture(scope="module")
def keys():
    return {
        "ES256": ECKey.generate_key("P-256", auto_kid=True),
        "ES384": ECKey.generate_key("P-384", auto_kid=True),
        "RS384": RSAKey.generate_key(2048, auto_kid=True),
    }


@pytest.fixture
def signer(clinic, keys, token_url):
    """A client with three keys, and how it signs an assertion."""
    public = {"keys": [key.as_dict(private=False) for key in keys.values()]}
    client_id, _ = clinic.register("facts:write", "checks:run", keys=public)
    wire_id = f"{clinic.id}.{client_id}"

    def sign(algorithm="ES384", *, key=None, header=None, **claims):
        now = int(datetime.now(UTC).timestamp())
        usual = {"iss": wire_id, "sub": wire_id, "aud": token_url, "exp": now + 60, "jti": str(uuid4())}
        key = key or keys[algorithm]
        payload = {name: value for name, value in (usual | claims).items() if value is not None}
        header = {"alg": algorithm, "kid": key.kid} if header is None else header
        return jws.serialize_compact(header, json.dumps(payload), key, algorithms=[algorithm])

    return sign


def form(assertion, **more):
    return GRANT | {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion} | more


def refused(answer, error, status=400):
    assert (answer.status_code, answer.json["error"]) == (status, error)
    assert answer.json["error_description"]
    assert answer.headers["Cache-Control"] == "no-store"
    return True


@pytest.fixture
def system(clinic):
    """A client with a secret: its id on the wire and the secret."""
    client_id, secret = clinic.register("facts:write", "checks:run")
    return f"{clinic.id}.{client_id}", secret


def test_a_secret_by_http_basic(anyone, system):
    answer = anyone.post("/oauth/token", data=GRANT, auth=system)
    assert answer.status_code == 200
    assert answer.json["token_type"] == "Bearer"
    assert answer.json["expires_in"] == 300
    assert answer.json["scope"] == "checks:run facts:write"
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_secret_by_http_basic_may_be_encoded_as_a_form(anyone, system):
    basic = b64encode(f"{quote(system[0], safe='')}:{quote(system[1], safe='')}".encode()).decode()
    answer = anyone.post("/oauth/token", data=GRANT, headers={"Authorization": f"Basic {basic}"})
    assert answer.status_code == 200


def test_a_secret_in_the_form(anyone, system):
    data = GRANT | {"client_id": system[0], "client_secret": system[1]}
    assert anyone.post("/oauth/token", data=data).status_code == 200


@pytest.mark.parametrize("algorithm", ["ES256", "ES384", "RS384"])
def test_an_assertion_by_every_algorithm(anyone, signer, algorithm):
    answer = anyone.post("/oauth/token", data=form(signer(algorithm)))
    assert answer.status_code == 200
    assert answer.json["scope"] == "checks:run facts:write"


def test_an_assertion_without_key_id(anyone, signer, keys):
    for algorithm in keys:
        assertion = signer(algorithm, header={"alg": algorithm})
        assert anyone.post("/oauth/token", data=form(assertion)).status_code == 200


def test_the_token_is_what_rfc_9068_says(anyone, system, clinic, settings):
    token = anyone.post("/oauth/token", data=GRANT, auth=system).json["access_token"]
    published = KeySet.import_key_set(anyone.get("/.well-known/jwks.json").json)
    signed = jws.deserialize_compact(token.encode(), published, algorithms=["ES256"])
    claims = json.loads(signed.payload)
    assert signed.headers()["typ"] == "at+jwt"
    assert claims.keys() == {"iss", "sub", "aud", "exp", "iat", "jti", "client_id", "scope", "clinic_id"}
    assert (claims["iss"], claims["aud"]) == (settings.issuer, settings.issuer)
    assert claims["sub"] == claims["client_id"] == system[0]
    assert claims["clinic_id"] == str(clinic.id)
    assert claims["exp"] - claims["iat"] == 300


def test_the_published_keys_are_public(anyone):
    published = anyone.get("/.well-known/jwks.json").json["keys"]
    assert len(published) == 3
    assert all("d" not in key and key["alg"] == "ES256" and key["kid"] for key in published)


def test_the_server_describes_itself(anyone, settings, token_url):
    described = anyone.get("/.well-known/oauth-authorization-server").json
    assert described["issuer"] == settings.issuer
    assert described["token_endpoint"] == token_url
    assert set(described["scopes_supported"]) == SCOPES


def test_a_client_may_ask_for_less(anyone, system):
    answer = anyone.post("/oauth/token", data=GRANT | {"scope": "facts:read"}, auth=system)
    assert (answer.status_code, answer.json["scope"]) == (200, "facts:read")


@pytest.mark.parametrize("scope", ["patients:write", "facts:write audit:read", "nonsense", "clients:read"])
def test_a_client_may_not_ask_for_more(anyone, system, scope):
    assert refused(anyone.post("/oauth/token", data=GRANT | {"scope": scope}, auth=system), "invalid_scope")


BAD_FORMS = {
    "no grant": ({"grant_type": ""}, "invalid_request"),
    "another grant": ({"grant_type": "password"}, "unsupported_grant_type"),
    "two ways at once": ({"client_id": "x", "client_secret": "y"}, "invalid_request"),
    "a repeated member": ({"scope": ["a", "b"]}, "invalid_request"),
    "another client's id": ({"client_id": "x"}, "invalid_request"),
}


@pytest.mark.parametrize(("more", "error"), BAD_FORMS.values(), ids=BAD_FORMS.keys())
def test_a_bad_form_is_refused(anyone, system, more, error):
    assert refused(anyone.post("/oauth/token", data=GRANT | more, auth=system), error)


def test_a_body_that_is_no_form_is_refused(anyone, system):
    assert refused(anyone.post("/oauth/token", json=GRANT, auth=system), "invalid_request")


@pytest.mark.parametrize(
    "authorization",
    ["Basic", "Basic !", "Basic eA==", "Bearer x", "Basic /w==", "Basic " + b64encode(b"a:b").decode()],
)
def test_a_bad_authorization_header_is_refused(anyone, authorization):
    answer = anyone.post("/oauth/token", data=GRANT, headers={"Authorization": authorization})
    assert refused(answer, "invalid_client", 401)
    assert answer.headers["WWW-Authenticate"].startswith("Basic")


def test_who_shows_nothing_is_refused(anyone):
    assert refused(anyone.post("/oauth/token", data=GRANT), "invalid_client", 401)


@pytest.mark.parametrize("change", [lambda secret: secret + "x", lambda _: "", lambda _: "sfs_" + "A" * 43])
def test_a_wrong_secret_is_refused(anyone, system, change):
    answer = anyone.post("/oauth/token", data=GRANT, auth=(system[0], change(system[1])))
    assert refused(answer, "invalid_client", 401)


def test_another_clinics_client_is_unknown_here(anyone, system, other_clinic):
    moved = f"{other_clinic.id}.{system[0].partition('.')[2]}"
    assert refused(anyone.post("/oauth/token", data=GRANT, auth=(moved, system[1])), "invalid_client", 401)


def test_a_client_with_keys_has_no_secret(anyone, clinic, keys):
    public = {"keys": [keys["ES256"].as_dict(private=False)]}
    client_id, secret = clinic.register("facts:write", keys=public)
    assert secret is None
    answer = anyone.post("/oauth/token", data=GRANT, auth=(f"{clinic.id}.{client_id}", "sfs_x"))
    assert refused(answer, "invalid_client", 401)


def test_a_client_with_a_secret_has_no_keys(anyone, system, signer):
    assertion = signer(iss=system[0], sub=system[0])
    assert refused(anyone.post("/oauth/token", data=form(assertion)), "invalid_client", 401)


def test_an_assertion_counts_once(anyone, signer):
    assertion = signer()
    assert anyone.post("/oauth/token", data=form(assertion)).status_code == 200
    answer = anyone.post("/oauth/token", data=form(assertion))
    assert refused(answer, "invalid_client", 401)
    assert "before" in answer.json["error_description"]


def seconds(number):
    return lambda: int((datetime.now(UTC) + timedelta(seconds=number)).timestamp())


BAD_CLAIMS = {
    "expired": {"exp": seconds(-1)},
    "longer than five minutes": {"exp": seconds(330)},
    "no expiry": {"exp": None},
    "an expiry that is a text": {"exp": "soon"},
    "an expiry that is true": {"exp": True},
    "an endless expiry": {"exp": 1e300},
    "not valid yet": {"nbf": seconds(60)},
    "no jti": {"jti": None},
    "an empty jti": {"jti": ""},
    "a long jti": {"jti": "x" * 256},
    "a jti with NUL": {"jti": "x\x00"},
    "a jti that is a number": {"jti": 7},
    "another audience": {"aud": "https://elsewhere.example/oauth/token"},
    "several audiences": {"aud": ["https://elsewhere.example", "x"]},
    "no audience": {"aud": None},
    "another issuer": {"iss": "someone"},
    "no subject": {"sub": None},
    "a subject that is a number": {"sub": 7},
}


@pytest.mark.parametrize("claims", BAD_CLAIMS.values(), ids=BAD_CLAIMS.keys())
def test_a_bad_assertion_is_refused(anyone, signer, claims):
    claims = {name: value() if callable(value) else value for name, value in claims.items()}
    assert refused(anyone.post("/oauth/token", data=form(signer(**claims))), "invalid_client", 401)


def test_an_audience_may_stand_in_a_list(anyone, signer, token_url):
    assert anyone.post("/oauth/token", data=form(signer(aud=[token_url]))).status_code == 200


def test_an_assertion_by_another_key_is_refused(anyone, signer, keys):
    stranger = ECKey.generate_key("P-384", {"kid": keys["ES384"].kid})
    assert refused(anyone.post("/oauth/token", data=form(signer(key=stranger))), "invalid_client", 401)


def test_an_assertion_without_signature_is_refused(anyone, signer):
    head = b64encode(b'{"alg":"none"}').decode().rstrip("=")
    body = signer().split(".")[1]
    assert refused(anyone.post("/oauth/token", data=form(f"{head}.{body}.")), "invalid_client", 401)


@pytest.mark.parametrize("assertion", ["x", "a.b.c", "e30.e30.e30", "é.é.é", "e30.WzFd.e30"])
def test_what_is_no_assertion_is_refused(anyone, assertion):
    assert refused(anyone.post("/oauth/token", data=form(assertion)), "invalid_client", 401)


def test_an_assertion_needs_its_type(anyone, signer):
    data = form(signer()) | {"client_assertion_type": "jwt"}
    assert refused(anyone.post("/oauth/token", data=data), "invalid_request")


def test_a_token_request_over_the_limit_is_refused(anyone, settings):
    answer = anyone.post("/oauth/token", data=GRANT | {"scope": "x" * (settings.body_limit_bytes + 1)})
    assert answer.status_code == 413
