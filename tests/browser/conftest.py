"""A browser for all, an installation for each."""

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.live import Eyes, installation


@pytest.fixture(scope="module")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture
def eyes(chromium):
    eyes = Eyes(chromium)
    yield eyes
    eyes.close()


@pytest.fixture
def live(postgresql_urls, tmp_path):
    with installation(postgresql_urls, tmp_path) as live:
        yield live
