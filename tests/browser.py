"""A real browser for pages that people read; without one on the machine its tests are left out, here only."""

import shutil
import subprocess

import pytest
from playwright.sync_api import sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ORIGIN = "http://page.test"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser():
    """A browser, one for the tests of a file."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"there is no browser on this machine: none of {', '.join(NAMES)}")
    if not _has_letters():
        pytest.skip("there is no font on this machine: a browser prints no text without one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser):
    """A function that opens an answer of the service as a browser gets it, with its headers.

    Nothing leaves the machine: another request than the one for the page fails the test.
    """
    contexts, asked = [], []

    def open_page(answer, *, width=1280, height=900):
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()

        def give(route):
            asked.append(route.request.url)
            route.fulfill(status=answer.status_code, headers=dict(answer.headers), body=answer.data)

        page.route("**/*", give)
        page.goto(f"{ORIGIN}/")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert {url.removeprefix(ORIGIN) for url in asked} <= {"/", "/favicon.ico"}


def _has_letters():
    """Whether there is a font, as far as that can be asked."""
    lister = shutil.which("fc-list")
    return lister is None or bool(subprocess.run([lister], capture_output=True, check=True).stdout.strip())
