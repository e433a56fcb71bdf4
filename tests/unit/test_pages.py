"""The page checker catches what it says it catches."""

import pytest

from tests.pages import check

GOOD = """<html lang="nb"><head><title>Tittel</title></head><body><main id="m">
<h1>En</h1><h2>To</h2>
<form method="post" action="/x" novalidate><input type="hidden" name="csrf_token" value="t">
<label for="a">A</label><input id="a" name="a" aria-describedby="h"><p id="h">Hint</p></form>
<a href="#a">dit</a></main></body></html>"""


def test_a_good_page_passes():
    check(GOOD)


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        pytest.param(' lang="nb"', "", "language", id="no-language"),
        pytest.param("<title>Tittel</title>", "<title> </title>", "title", id="empty-title"),
        pytest.param("<title>Tittel</title>", "", "title", id="no-title"),
        pytest.param("<h1>En</h1>", "<h1>En</h1><h1>To</h1>", "h1", id="two-h1"),
        pytest.param("<h1>En</h1>", "<h1> </h1>", "empty heading", id="empty-h1"),
        pytest.param("<h2>To</h2>", "<h3>To</h3>", "jump", id="heading-jump"),
        pytest.param('for="a"', 'for="h"', "no label", id="unlabelled-field"),
        pytest.param('for="a"', 'for="b"', "missing id", id="label-of-nothing"),
        pytest.param('id="h"', 'id="a"', "repeated", id="repeated-id"),
        pytest.param('href="#a"', 'href="#z"', "missing", id="dead-link"),
        pytest.param('href="#a"', 'href=""', "without an address", id="no-address"),
        pytest.param("dit</a>", "</a>", "empty link", id="empty-link"),
        pytest.param("<h2>", "<script>x</script><h2>", "inline script", id="inline-script"),
        pytest.param("<h2>", '<h2 onclick="x">', "inline script", id="inline-handler"),
        pytest.param("<h2>", '<h2 style="x">', "inline style", id="inline-style"),
        pytest.param('name="a"', 'name="a" required', "required", id="required"),
        pytest.param('value="t"', 'value=""', "token", id="no-token"),
        pytest.param('action="/x"', "", "where it goes", id="no-action"),
        pytest.param("dit<", "{dit}<", "placeholder", id="placeholder"),
        pytest.param('href="#a"', 'href="#a" target="_blank"', "window", id="new-window"),
        pytest.param("</form>", "", "closes nothing", id="unclosed"),
    ],
)
def test_a_bad_page_is_named(good, bad, reason):
    assert good in GOOD
    with pytest.raises(AssertionError, match=reason):
        check(GOOD.replace(good, bad))
