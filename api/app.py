"""The composition root: one Flask application out of the building and its rooms."""

from flask import Flask, Response
from sqlalchemy import Engine
from werkzeug.routing import UnicodeConverter, ValidationError

from api import commands
from api.access import queries
from api.access import routes as access
from api.adherence import due as adherence_due
from api.adherence import following as adherence_following
from api.adherence import routes as adherence
from api.adherence.charts import routes as charts
from api.adherence.outcomes import routes as outcomes
from api.adherence.variation import routes as variation
from api.alerts import routes as alerts
from api.checks import routes as checks
from api.clinical.knowledge.releases import Releases, shipped
from api.database.work import Follower, open_engine
from api.database.worker import Due
from api.exercises import routes as exercises
from api.patients import routes as patients
from api.prescriptions import due as prescriptions_due
from api.prescriptions import following as prescriptions_following
from api.prescriptions import progressing
from api.prescriptions import routes as prescriptions
from api.prescriptions.handouts import routes as handouts
from api.prescriptions.plans import routes as plans
from api.recommendations import routes as recommendations
from api.sessions import locks as session_locks
from api.sessions import progress as session_progress
from api.sessions import routes as sessions
from api.sessions.data_points import routes as data_points
from api.sessions.imports import processing as imports_processing
from api.sessions.imports import routes as imports
from api.sessions.intake import routes as intake
from api.sessions.ledger import delivered, reconciliation
from api.sessions.ledger import routes as ledger
from api.settings import Settings
from api.web import documents, encoding, health, openapi, problems, request
from api.web.bearer import Gate, read_keys
from api.web.blueprint import Room
from api.webhooks import delivery, sending, sequencing
from api.webhooks import routes as webhooks

ROOMS: tuple[Room, ...] = (
    access.tokens,
    access.clients,
    access.staff,
    patients.patients,
    checks.room,
    prescriptions.room,
    prescriptions.reports,
    plans.room,
    handouts.room,
    alerts.room,
    sessions.room,
    data_points.room,
    intake.room,
    imports.room,
    ledger.room,
    adherence.room,
    charts.room,
    outcomes.room,
    variation.room,
    webhooks.events,
    webhooks.room,
    recommendations.room,
    exercises.exercises,
    exercises.knowledge,
    exercises.meta,
    documents.room,
    health.room,
)
"""Every room, in the order of the documentation."""

FOLLOWERS: tuple[Follower, ...] = (prescriptions_following.follow, adherence_following.follow)
"""What is derived of a patient and follows in the same transaction, in this order."""

REPORTS: request.Reports = session_progress.reported
"""What was told of the sessions of a prescription; without any, no dose goes on by itself."""

TASKS: tuple[Due, ...] = (
    *prescriptions_due.TASKS,
    *imports_processing.TASKS,
    adherence_due.TASK,
    progressing.task(REPORTS),
    sequencing.TASK,
    reconciliation.TASK,
)
"""What the worker does when it falls due, in this order."""


class PathText(UnicodeConverter):
    """A text in a path; one with control characters matches nothing."""

    def to_python(self, value: str) -> str:
        """The text."""
        if not value.isprintable():
            raise ValidationError
        return value


class Service(Flask):
    """Our Flask: a request's work is committed after its view has answered and before the answer leaves."""

    request_class = request.Request
    json_provider_class = encoding.Provider

    def dispatch_request(self) -> Response:
        """Answer the request; commit its work, or undo it if anything was refused or failed."""
        asked = request.current()
        try:
            response = self.make_response(super().dispatch_request())
            if asked.work is not None:
                asked.work.commit()
        except BaseException:
            if asked.work is not None:
                asked.work.abandon()
            raise
        return response


def create_app(
    settings: Settings, *, engine: Engine | None = None, releases: Releases | None = None
) -> Flask:
    """The whole service.

    Args:
        settings: what differs between places.
        engine: the application role's engine, if it is not to be opened from the settings.
        releases: what can be asked beside the release that answers, if not what the service came with.
    """
    app = Service("api", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = settings.body_limit_bytes
    app.url_map.converters["default"] = app.url_map.converters["string"] = PathText
    app.url_map.merge_slashes = False
    app.extensions["settings"] = settings
    app.extensions["surefoot"] = request.Building(
        settings=settings,
        engine=engine if engine is not None else open_engine(settings.database_url, settings),
        gate=Gate(read_keys(settings.signing_keys), issuer=settings.issuer, standing=queries.standing),
        releases=releases if releases is not None else shipped(),
        followers=FOLLOWERS,
        locks=session_locks.live,
        reports=REPORTS,
    )
    sender = sending.Sender(private=settings.webhooks_private)
    app.extensions["surefoot.tasks"] = (
        *TASKS,
        delivery.errand(sender, settings.webhook_key),
        delivered.TASK,
    )
    app.extensions["surefoot.meter"] = health.count
    problems.register(app)
    app.after_request(request.finish)
    register = app.extensions["surefoot.api"] = openapi.Api(app)
    operations = app.extensions["surefoot.operations"] = {}
    for room in ROOMS:
        register.register_blueprint(room)
        operations |= {f"{room.name}.{name}": operation for name, operation in room.operations.items()}
    commands.register(app)
    return app
