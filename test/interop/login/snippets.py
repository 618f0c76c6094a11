"""Logs in as the snippets of Kubeflow's and KServe's documentation do; their steps, written anew. Prints the cookies' values.

    snippets.py URL USER PASSWORD
"""

import re
import sys
from urllib.parse import urlencode, urlsplit

import requests


def istio_auth_session(url, username, password):
    """KServe's docs/samples/istio-dex/dex_auth.py: follow to the form, post there, approve when asked."""
    session = requests.Session()
    answer = session.get(url, allow_redirects=True)
    if answer.status_code != 200:
        raise SystemExit(f"GET {url}: {answer.status_code}")
    assert len(answer.history) > 0, "no redirect: nothing asks for a login"
    place = urlsplit(answer.url)
    if re.search(r"/auth$", place.path):
        place = place._replace(path=re.sub(r"/auth$", "/auth/local", place.path))
    if re.search(r"/auth/.*/login$", place.path):
        form = place.geturl()
    else:
        answer = session.get(place.geturl(), allow_redirects=True)
        if answer.status_code != 200:
            raise SystemExit(f"GET {place.geturl()}: {answer.status_code}")
        form = answer.url
    answer = session.post(form, data={"login": username, "password": password}, allow_redirects=True)
    if len(answer.history) == 0:
        return session, None
    if urlsplit(answer.url).path.endswith("/approval"):
        session.post(answer.url, data={"approval": "approve"}, allow_redirects=True)
    return session, session.cookies["authservice_session"]


def kfp_client_manager(url, username, password):
    """Kubeflow's KFPClientManager: the page that was asked for answers 200 after the login; 403 leads to /oauth2/start."""
    session = requests.Session()
    answer = session.get(url)
    if answer.status_code == 403:
        start = urlsplit(answer.url)._replace(path="/oauth2/start", query=urlencode({"rd": urlsplit(answer.url).path}))
        answer = session.get(start.geturl())
    assert answer.status_code == 200 and len(answer.history) > 0
    place = urlsplit(answer.url)
    if re.search(r"/auth$", place.path):
        place = place._replace(path=re.sub(r"/auth$", "/auth/local", place.path))
    form = place.geturl()
    if not re.search(r"/auth/.*/login$", place.path):
        answer = session.get(form, allow_redirects=True)
        assert answer.status_code == 200
        form = answer.url
    answer = session.post(form, data={"login": username, "password": password}, allow_redirects=True)
    assert answer.status_code == 200, f"{answer.status_code} at {answer.url}"
    assert len(answer.history) > 0, "the credentials are wrong"
    if urlsplit(answer.url).path.endswith("/approval"):
        answer = session.post(answer.url, data={"approval": "approve"}, allow_redirects=True)
    assert answer.status_code == 200, f"{answer.status_code} at {answer.url}"
    return session, session.cookies["authservice_session"]


def short_form(url, username, password):
    session = requests.Session()
    answer = session.get(url)
    session.post(answer.url, data={"login": username, "password": password})
    return session, session.cookies["authservice_session"]


def check(name, attempt):
    try:
        attempt()
        print(f"ok {name}")
    except BaseException as error:  # noqa: BLE001 - whatever it is, it is told
        print(f"not ok {name}: {error!r}")


def main():
    url, user, password = sys.argv[1:]
    infer = f"{url}/v2/models/iris/infer"

    def works(login, path):
        session, cookie = login(f"{url}{path}", user, password)
        assert session.post(infer, data="{}").status_code == 200
        alone = requests.post(infer, data="{}", cookies={"authservice_session": cookie}, allow_redirects=False)
        assert alone.status_code == 200, alone.status_code

    def refused():
        session, cookie = istio_auth_session(f"{url}/", user, "wrong")
        assert cookie is None and "authservice_session" not in session.cookies

    for path in ("/", "/pipeline", "/v1/models/iris"):
        check(f"get_istio_auth_session of {path}", lambda path=path: works(istio_auth_session, path))
    check("KFPClientManager", lambda: works(kfp_client_manager, "/pipeline"))
    check("the short form", lambda: works(short_form, "/"))
    check("a wrong password gives no session", refused)


main()
