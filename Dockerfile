# The service for a server. The database is elsewhere: docker-compose.yml shows the whole.

FROM python:3.13-slim AS dependencies
COPY requirements/server.txt /requirements.txt
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes --requirement /requirements.txt

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home surefoot \
    && install --directory --owner surefoot --mode 0700 /keys
COPY --from=dependencies /venv /venv
WORKDIR /app
COPY pyproject.toml wsgi.py ./
COPY migrations migrations
COPY api api
RUN /venv/bin/python -m compileall -q api wsgi.py
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 SUREFOOT_VAR=/tmp/surefoot
USER surefoot
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/livez', timeout=2)"]
CMD ["granian", "--interface", "wsgi", "--host", "0.0.0.0", "--port", "8000", \
    "--workers", "2", "--blocking-threads", "2", "--no-ws", "--log-level", "warning", "wsgi:app"]
