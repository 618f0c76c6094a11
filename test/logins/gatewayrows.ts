import { type LoginSection, row } from './table.ts';

const sessions = ['authservice of 2019', 'authservice of 2021', 'oauth2-proxy'];
const login =
  '/dex/auth?client_id=kubeflow-oidc-authservice&code_challenge=…&code_challenge_method=S256&nonce=…&redirect_uri=%2Flogin%2Foidc&response_type=code&scope=profile+email+groups+openid&state=…';
const toLogin = '302 `/dex/auth?client_id=kubeflow-oidc-authservice&…`';
const proven = 'PKCE and nonce are always sent';
const status = 'a program that cannot follow is told a status';
const asNobody = 'what is good for nothing counts as nothing, and is taken away';

export const gatewaySections: readonly LoginSection[] = [
  {
    title: 'A login by hand, step by step',
    of: 'gateway',
    columns: sessions,
    rows: [
      row(
        '1. `GET /v2/models/iris`, without a cookie',
        `302 \`${login}\``,
        ['302', '302, gives `oidc_state_csrf`', '403: a page'],
        `${proven}; people type these steps without a cookie jar`,
      ),
      row(
        '2. `GET` of that address',
        '302 `/dex/auth/local?req=…`',
        ['=', '302 `/dex/auth/local?…`', '302 `/dex/auth/local?…`'],
        'the steps of the earliest can be typed',
      ),
      row(
        '3. name and password posted there, without a look at the form',
        '303 `/dex/approval?req=…`',
        ['=', '=', '303 `/oauth2/callback?…`'],
        'the steps of the earliest can be typed',
      ),
      row(
        '4. `GET` of that',
        '303 `/login/oidc?code=…&state=…`',
        ['=', '303 `/authservice/oidc/callback?…`', '401: needs `hmac`'],
        'the steps of the earliest can be typed',
      ),
      row(
        '5. `GET` of that',
        '302 `/v2/models/iris`, gives `authservice_session`',
        ['=', '400: no cookie', '403: no cookie'],
        'a login that no browser began needs none; a browser can never end it',
      ),
      row('6. the request of step 1 with the cookie', '200', ['=', '=', '=']),
      row(
        '7. the address of step 5 once more',
        '400 `login-state-used`',
        ['403, empty', '400', '500'],
        'it is the caller’s mistake, and he is told which; the session ends, since two have had the code',
      ),
      row(
        'the addresses copied from the text, `&amp;` for `&`',
        '302 `/v2/models/iris`, gives `authservice_session`',
        ['=', '–', '–'],
        'people copy the link of an answer',
      ),
      row(
        'the request of step 1 with the cookie, after 25 hours',
        `${toLogin}, takes \`authservice_session\``,
        ['302', '302', '403: a page'],
        `${proven}; ${asNobody}`,
      ),
    ],
  },
  {
    title: 'Nobody is known',
    of: 'gateway',
    columns: sessions,
    rows: [
      row('`HEAD /v2/models/iris`', toLogin, ['302', '302', '403'], proven),
      row(
        '`POST /v2/models/iris/infer`',
        toLogin,
        ['302', '302', '403'],
        `${proven}; what was posted is lost, and the login leads back to the path`,
      ),
      row('`PUT /v2/models/iris`', '401 `login-needed`', ['–', '–', '–'], status),
      row('`Accept: application/json` alone', '401 `login-needed`', ['302', '302', '401'], status),
      row('`Accept: application/json, */*`', toLogin, ['302', '302', '403'], proven),
      row('`X-Requested-With: XMLHttpRequest`', '401 `login-needed`', ['302', '302', '–'], status),
      row('`Sec-Fetch-Mode: cors`', '401 `login-needed`', ['–', '–', '–'], status),
      row('gRPC', '401 `login-needed`', ['–', '–', '–'], status),
      row(
        'a browser opens a page',
        `${toLogin}, gives \`davit_login_\``,
        ['302', '302, gives `oidc_state_csrf`', '403: a page'],
        'the login ends in the browser that began it',
      ),
      row('`GET /`', toLogin, ['302', '302', '403'], proven),
      row('`GET /pipeline/`', toLogin, ['302', '302', '403'], proven),
      row(
        '`GET /apis/v2beta1/runs`',
        toLogin,
        ['302', '302', '401'],
        `${proven}; the snippets of Pipelines follow redirects`,
      ),
      row('`GET /dex/healthz`', '200', ['=', '=', '=']),
      row(
        '`GET /dexter`, which only begins like the issuer’s path',
        toLogin,
        ['–', '–', '–'],
        'prefixes end where a part of the path does',
      ),
      row(
        '`Authorization: Bearer` with a word',
        '401 `credential-refused`',
        ['302', '302', '401'],
        'whoever shows a credential learns that it is good for nothing',
      ),
      row(
        '`Authorization: Basic`',
        '401 `credential-refused`',
        ['302', '–', '–'],
        'whoever shows a credential learns that it is good for nothing',
      ),
      row(
        'a malformed cookie',
        `${toLogin}, takes \`authservice_session\``,
        ['403, empty', '302', '403'],
        asNobody,
      ),
      row(
        'an empty cookie',
        `${toLogin}, takes \`authservice_session\``,
        ['403, empty', '302', '403'],
        asNobody,
      ),
      row(
        'the cookie of a session with one letter changed',
        `${toLogin}, takes \`authservice_session\``,
        ['403, empty', '302', '403'],
        asNobody,
      ),
      row(
        'the cookie of a session that was logged out',
        `${toLogin}, takes \`authservice_session\``,
        ['302', '302', '403'],
        `${proven}; ${asNobody}`,
      ),
    ],
  },
  {
    title: 'Somebody is known',
    of: 'gateway',
    columns: sessions,
    rows: [
      row('the cookie of a session', '200', ['=', '=', '=']),
      row('`X-Auth-Token` with the session', '200', ['=', '–', '–']),
      row(
        '`Authorization: Bearer` with the session',
        '200',
        ['302', '=', '401'],
        'programs have one way to show any credential',
      ),
      row(
        '`Authorization: Bearer` with an ID token for this client',
        '200',
        ['302', '=', '='],
        'programs have one way to show any credential',
      ),
      row(
        '… with an ID token for another client',
        '401 `credential-refused`',
        ['302', '302', '401'],
        'it was given to somebody else',
      ),
      row(
        '… with an ID token with one letter of its signature changed',
        '401 `credential-refused`',
        ['302', '302', '401'],
        'whoever shows a credential learns that it is good for nothing',
      ),
      row(
        'a bearer that is good for nothing beside a good cookie',
        '401 `credential-refused`',
        ['200', '–', '401'],
        'what a program says itself counts before what a browser adds',
      ),
      row(
        'two cookies of one name, of one person',
        '200',
        ['–', '–', '–'],
        'all that are good are of the same person',
      ),
      row(
        'two cookies of one name, of two people',
        '400 `sessions-differ`',
        ['–', '–', '–'],
        'one of them was planted by a neighbouring host',
      ),
      row(
        'a model that one may see and not call',
        '403 `access-denied`',
        ['–', '403', '–'],
        'a session alone lets nobody in: roles do',
      ),
      row(
        'a model that one may not see',
        '404 `host-unknown`',
        ['–', '–', '–'],
        'it is as if it were not there',
      ),
      row(
        '`POST …/infer` with the cookie, from a page of another site',
        '403 `request-foreign`',
        ['–', '–', '–'],
        'another page uses nobody’s session',
      ),
      row('`GET /`', '200', ['–', '–', '–']),
      row('`GET /pipeline/`', '200', ['–', '–', '–']),
      row(
        '`GET /pipeline/apis/v1beta1/healthz`',
        '404 `pipelines-missing`',
        ['–', '–', '–'],
        'Pipelines is not here, and says so',
      ),
    ],
  },
  {
    title: 'Coming back from the issuer',
    of: 'gateway',
    columns: sessions,
    rows: [
      row(
        'without `code`',
        '400 `login-refused`',
        ['400', '302 `/authservice/site/homepage`', '–'],
        'the answer names what is missing',
      ),
      row('without `state`', '400 `login-state-wrong`', ['400', '–', '–'], 'the caller has left it out'),
      row(
        'a `state` that was never given',
        '400 `login-state-wrong`',
        ['403, empty', '400', '403'],
        'the answer says that it is none of ours',
      ),
      row(
        'a `state` with one letter changed',
        '400 `login-state-wrong`',
        ['403, empty', '400', '403'],
        'the answer says that it is none of ours',
      ),
      row(
        'after 31 minutes',
        '400 `login-expired`',
        ['–', '–', '403: its cookie has ended'],
        'the answer says that it took too long',
      ),
      row(
        'a `code` that was never given, with a good `state`',
        '400 `login-refused`',
        ['403, empty', '–', '–'],
        'it is the caller’s mistake, and he is told what the issuer found',
      ),
      row(
        '`error=access_denied` in the place of a code',
        '400 `login-refused`',
        ['400', '302 `/authservice/site/homepage`', '403'],
        'the answer says what the issuer told',
      ),
      row(
        'in a browser, with its cookie',
        '302 `/v2/models/iris`, gives `authservice_session`, takes `davit_login_`',
        ['=', '=', '='],
      ),
      row(
        'in a browser, without its cookie',
        '400 `login-elsewhere`',
        ['302', '400', '403'],
        'nobody is to be logged in as somebody else',
      ),
      row(
        'by curl, what a browser began',
        '400 `login-elsewhere`',
        ['302', '400', '403'],
        'an address that leaks is not enough',
      ),
      row(
        'in a browser, what curl began',
        '400 `login-elsewhere`',
        ['302', '400', '403'],
        'nobody is to be logged in as somebody else',
      ),
      row(
        '`POST` in the place of `GET`',
        '405 `login-method-wrong`',
        ['–', '–', '–'],
        'a code comes in the address',
      ),
    ],
  },
  {
    title: 'Logging out',
    of: 'gateway',
    columns: sessions,
    rows: [
      row('`GET /logout`, with a session', '200', ['303 `/`', '–', '–'], 'a link alone logs nobody out'),
      row('`GET /logout`, without one', '303 `/`', ['=', '–', '–'], 'there is nothing to end'),
      row('`POST /logout` with the cookie', '303 `/`, takes `authservice_session`', ['–', '–', '–']),
      row(
        '`POST /authservice/logout` with the cookie alone',
        '303 `/`, takes `authservice_session`',
        ['–', '401', '–'],
        'a form of this host may do it, since pages of others are told apart',
      ),
      row('`POST /authservice/logout` with the session as a bearer', '201, takes `authservice_session`', [
        '–',
        '201',
        '–',
      ]),
      row(
        '`POST /logout` with the cookie, from a page of another site',
        '403 `request-foreign`',
        ['–', '–', '–'],
        'another page uses nobody’s session',
      ),
      row(
        '`GET /oauth2/sign_out?rd=/x`, with a session',
        '200',
        ['–', '–', '302 `/x`'],
        'a link alone logs nobody out',
      ),
      row(
        '`GET /oauth2/sign_out?rd=//evil.test`, without one',
        '303 `/`',
        ['–', '–', '–'],
        'as for the others that log out',
      ),
    ],
  },
  {
    title: 'What clients of oauth2-proxy ask',
    of: 'gateway',
    columns: sessions,
    rows: [
      row(
        '`GET /oauth2/start?rd=/x`',
        `302 \`${login.replace('%2Flogin%2Foidc', '%2Foauth2%2Fcallback')}\``,
        ['–', '–', '302, gives `oauth2_proxy_kubeflow_csrf`'],
        'programs may come without a cookie jar',
      ),
      row('`GET /oauth2/auth`, with a session', '202', ['–', '–', '=']),
      row('`GET /oauth2/auth`, without one', '401 `login-needed`', ['–', '–', '401']),
      row('`GET /authservice/verify`, with a session', '204', ['–', '204 (of 2023)', '–']),
      row('`GET /authservice/verify`, without one', '401 `login-needed`', ['–', '401 (of 2023)', '–']),
      row('`GET /oauth2/userinfo`, with a session', '200', ['–', '–', '=']),
      row('`GET /oauth2/userinfo`, without one', '401 `login-needed`', ['–', '–', '401']),
    ],
  },
];
