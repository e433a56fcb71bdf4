"""A browser and a house for each worker, an installation for each test that wants its own."""

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.eyes import Eyes
from tests.browser.house import opened
from tests.browser.live import Walk, installation
from tests.databases import postgresql_pair, prepare
from tests.factories.accounts import sign_in


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def eyes(chromium, shared_folder):
    seen = shared_folder / "seen"
    seen.mkdir(exist_ok=True)
    eyes = Eyes(chromium, seen)
    yield eyes
    eyes.close()


@pytest.fixture
def live(postgresql_urls, tmp_path):
    with installation(postgresql_urls, tmp_path) as live:
        yield live


@pytest.fixture(scope="session")
def house_of_worker(chromium, postgresql_server, tmp_path_factory, eyes):
    with postgresql_pair(postgresql_server) as urls:
        prepare(urls.main)
        with opened(chromium, urls, tmp_path_factory.mktemp("house"), eyes) as house:
            yield house


@pytest.fixture
def house(house_of_worker):
    """The worker's house, shared by its tests: each brings a person of its own."""
    yield house_of_worker
    house_of_worker.see_off()


@pytest.fixture
def walk_as(live, chromium, eyes):
    def enter(desk, language):
        walk = Walk(chromium, live, eyes, language)
        token = sign_in(live.app.test_client(), desk.staff, desk.now)
        walk.context.add_cookies([{"name": "dsar-staff", "value": token, "url": live.url}])
        return walk

    return enter
