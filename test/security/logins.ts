import { files, gateway, type GuardSection, issuer, keeper, party } from './table.ts';

const dex = 'CVE-2022-39222';
const repeated = 'test/edge/login/repeated.test.ts';

/** From the first request of somebody who is not known to the end of his session. */
export const loginSections: readonly GuardSection[] = [
  {
    title: 'Login CSRF and state',
    rows: [
      {
        rule: 'A login that a browser began ends in that browser alone.',
        test: [
          files.attacks,
          'a login that a browser began ends in that browser alone; one that none began in none',
        ],
        guard: [
          `${party}/party.ts`,
          'if (shown !== undefined && timingSafeEqual(sha256(shown), login.binding)) return;',
          'if (login.binding !== undefined) return;',
        ],
      },
      {
        rule: 'A login that no browser began ends in none.',
        test: [
          files.attacks,
          'a login that a browser began ends in that browser alone; one that none began in none',
        ],
        guard: [`${party}/party.ts`, 'if (!browser) return;', 'return;'],
      },
      {
        rule: 'A state is good once, also for those who come at the same time.',
        test: [`${keeper}/keeper.test.ts`, 'a mark is spent once, whoever asks at the same time'],
        guard: [
          `${keeper}/marks.ts`,
          "if (expires <= now || records.get('spent-mark', id) !== undefined) return false;",
          'if (expires <= now) return false;',
        ],
      },
      {
        rule: 'A state is good for 30 minutes.',
        test: [files.attacks, 'a state is good for the login that it was made for, whole, for half an hour'],
        guard: [`${party}/party.ts`, 'if (age <= loginTime && age >= -skew) return;', 'return;'],
      },
      {
        rule: 'A state is what was given out, bit by bit.',
        test: [`${party}/sealing.test.ts`, 'a single bit that is changed'],
        guard: [`${party}/sealing.ts`, '      decipher.final(),\n', ''],
      },
      {
        rule: 'Two tabs log in beside each other: each login has a cookie of its own.',
        test: [files.pages, 'in a browser: two tabs, one after the other'],
        guard: [`${party}/party.ts`, "${derived(login, 'name').slice(0, 12)}", 'the-same-one'],
      },
      {
        rule: 'A form on a page of another site logs nobody in.',
        test: [files.issuer, 'another origin logs nobody in'],
        guard: [`${issuer}/login.ts`, 'if (!caller.isBrowser || caller.fromHere) return;', 'return;'],
      },
      {
        rule: 'Knowing the address of an approval is not enough: a browser shows a proof that it alone was told.',
        learned: dex,
        test: [files.logins, 'from a browser, without `hmac`'],
        guard: [`${issuer}/approve.ts`, 'if (told && kept) return;', 'return;'],
      },
      {
        rule: 'Nor is an address with its proof that leaks: the browser shows a cookie, too.',
        learned: dex,
        test: [files.logins, 'from a browser, without its cookie'],
        guard: [`${issuer}/approve.ts`, 'if (told && kept) return;', 'if (told) return;'],
      },
      {
        rule: 'What is no browser never goes on with what a browser began.',
        learned: dex,
        test: [files.logins, 'by curl, after a browser gave the password'],
        guard: [
          `${issuer}/approve.ts`,
          'if (proven.byBrowser) {',
          'if (proven.byBrowser && caller.isBrowser) {',
        ],
      },
      {
        rule: 'A login without cookies goes on from the same address alone.',
        test: [files.logins, 'by curl, from another address'],
        guard: [
          `${issuer}/approve.ts`,
          '!caller.isBrowser && caller.address === proven.address',
          '!caller.isBrowser',
        ],
      },
      {
        rule: 'Of two who bring the proofs of different logins neither goes on.',
        test: [files.issuer, 'the proofs of one login do not open another'],
        guard: [
          `${issuer}/secrets.ts`,
          "return timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());",
          'return true;',
        ],
      },
    ],
  },
  {
    title: 'Nonce and PKCE',
    rows: [
      {
        rule: 'The gateway always sends a challenge (S256).',
        test: [files.logins, '1. `GET /v2/models/iris`, without a cookie'],
        guard: [`${party}/party.ts`, "      code_challenge_method: 'S256',\n", ''],
      },
      {
        rule: 'A code of a login whose nonce was changed opens no session.',
        test: [files.logins, 'a code of a login whose `nonce` somebody changed'],
        guard: [
          `${party}/exchange.ts`,
          "const nonce = derived(login, 'nonce');",
          "const nonce = `x${derived(login, 'nonce')}`;",
        ],
      },
      {
        rule: 'A code that another issuer says is his is not exchanged (RFC 9207).',
        test: [files.logins, '`iss` of another issuer beside a good code'],
        guard: [`${party}/exchange.ts`, 'checkSender(iss, config.serverMetadata().issuer);', ''],
      },
      {
        rule: 'The issuer takes no challenge but S256.',
        test: [files.logins, '`code_challenge_method=plain`'],
        guard: [`${issuer}/authorize.ts`, "if (method !== 'S256') {", 'if (false) {'],
      },
      {
        rule: 'Public clients have to send one.',
        test: [files.logins, 'a public client without `code_challenge`'],
        guard: [
          `${issuer}/authorize.ts`,
          'if (!visit.site.enforcePkce && !visit.client.isPublic) return { challenge };',
          'return { challenge };',
        ],
      },
      {
        rule: 'Where there was a challenge, the verifier has to be shown …',
        test: [files.logins, 'a code with a challenge, without the verifier'],
        guard: [
          `${issuer}/token.ts`,
          "if (verifier === undefined) throw invalidGrant('Expecting parameter code_verifier in PKCE flow.');",
          'if (verifier === undefined) return;',
        ],
      },
      {
        rule: '… and has to be the right one.',
        test: [files.logins, 'a code with a challenge and another verifier'],
        guard: [`${issuer}/token.ts`, 'if (!matches || ', 'if ('],
      },
      {
        rule: 'Where there was none, none may be shown.',
        test: [files.logins, 'a code without a challenge, with a verifier'],
        guard: [`${issuer}/token.ts`, 'if (verifier === undefined) return;', 'return;'],
      },
    ],
  },
  {
    title: 'Codes and refresh tokens',
    rows: [
      {
        rule: 'Of many who bring the same code at once one gets tokens: it is gone before anything is made of it.',
        test: [files.issuer, 'of fifty that bring the same code at once'],
        guard: [
          `${issuer}/token.ts`,
          "if (!site.codes.spend(code)) throw invalidGrant('Invalid or expired code parameter.');",
          '',
        ],
      },
      {
        rule: 'A code that comes twice ends what it gave.',
        test: [files.issuer, 'of fifty that bring the same code at once'],
        guard: [`${issuer}/token.ts`, 'endGrant(site, spent);', ''],
      },
      {
        rule: 'So it does at the gateway, where the session ends.',
        test: [
          files.attacks,
          'of many who bring the same code at once one gets a session at most, and it ends',
        ],
        guard: [
          `${party}/party.ts`,
          'if (login.binding === undefined) await exchange(issuer, coming).catch(() => {});',
          '',
        ],
      },
      {
        rule: 'A code is good for the client that it was given to …',
        test: [files.logins, 'a code of another client'],
        guard: [
          `${issuer}/token.ts`,
          'if (facts === undefined || facts.clientId !== visit.client.id) {',
          'if (facts === undefined) {',
        ],
      },
      {
        rule: '… with the same `redirect_uri` …',
        test: [files.logins, 'a code with another `redirect_uri`'],
        guard: [
          `${issuer}/token.ts`,
          "if (facts.redirectUri !== visit.form.get('redirect_uri')) {",
          'if (false) {',
        ],
      },
      {
        rule: '… for five minutes.',
        test: [files.logins, 'a code after six minutes'],
        guard: [`${issuer}/codes.ts`, 'expires: now() + lifetimes.code', 'expires: Infinity'],
      },
      {
        rule: 'Of many who approve at once one gets a code.',
        test: [files.issuer, 'of fifty approvals at once one gives a code'],
        guard: [`${issuer}/approve.ts`, 'if (!site.pending.finish(id)) throw ended();', ''],
      },
      {
        rule: 'A refresh token that comes again ends what its login gave.',
        test: [files.issuer, 'a refresh token that comes again ends what its login gave'],
        guard: [`${issuer}/token.ts`, "if (exchanged.outcome === 'reused') {", 'if (false) {'],
      },
      {
        rule: 'A refresh token is good for its client alone.',
        test: [files.logins, 'a refresh token of another client'],
        guard: [
          `${issuer}/refreshing.ts`,
          'if (stored === undefined || stored.clientId !== clientId) return',
          'if (stored === undefined) return',
        ],
      },
      {
        rule: 'Logins that one client begins push out none of others.',
        test: [`${issuer}/pending.test.ts`, 'one client pushes out its own oldest, and nobody else’s'],
        guard: [`${issuer}/pending.ts`, "      records.removeOldest('request', client);\n", ''],
      },
      {
        rule: 'Logins under way are bounded.',
        test: [files.issuer, 'what anybody can make is bounded; the oldest makes way'],
        guard: [`${issuer}/pending.ts`, 'this.#makeRoom(client);\n    const id', 'const id'],
      },
    ],
  },
  {
    title: 'Sessions',
    rows: [
      {
        rule: 'A session is 256 bits that nobody can guess, and a new one at each login.',
        test: [`${keeper}/stored.test.ts`, 'nothing that is stored opens what it is stored for'],
        guard: [`${keeper}/sessions.ts`, 'const handle = newSecret();', "const handle = digestOf('');"],
      },
      {
        rule: 'Of a session and of a token only the digest is stored.',
        test: [`${keeper}/stored.test.ts`, 'nothing that is stored opens what it is stored for'],
        guard: [
          `${keeper}/secrets.ts`,
          "return createHash('sha256').update(secret).digest('base64url');",
          'return secret;',
        ],
      },
      {
        rule: 'A session ends after 24 hours, whatever is done with it.',
        test: [
          `${keeper}/keeper.test.ts`,
          'a session is known by its handle until it ends, at most 24 hours',
        ],
        guard: [`${keeper}/sessions.ts`, 'Math.min(expires, this.#now() + longest)', 'expires'],
      },
      {
        rule: 'One that nobody uses ends after the time of `--session-idle`, wherever it is remembered …',
        test: [`${keeper}/keeper.test.ts`, 'end after so long, and those in use do not'],
        guard: [
          `${keeper}/sessions.ts`,
          'return Math.min(ends, this.#now() + this.#idle + this.#step);',
          'return ends;',
        ],
      },
      {
        rule: '… which is why gateways ask about it again and again.',
        test: [`${gateway}/knowing.test.ts`, 'what is to be said again that it is used is asked about again'],
        guard: [`${gateway}/knowing.ts`, 'Math.min(known.expires, known.fresh ?? Infinity)', 'known.expires'],
      },
      {
        rule: 'A session, a user or a token that is revoked is refused within a second.',
        test: [files.attacks, 'a session, a user or a token that is revoked is refused within a second'],
        guard: [`${gateway}/knowing.ts`, 'if (revoked !== undefined) this.#forget(revoked);', ''],
      },
      {
        rule: 'No session of the password before outlives its change, whenever that comes.',
        test: [
          'test/edge/login/endings.slow.test.ts',
          'no session of the password before outlives its change, whenever that comes',
        ],
        guard: [
          `${keeper}/keeper.ts`,
          'if (isEnded(this.#parts.records, { user: checked.name, grant, issued })) {',
          'if (false) {',
        ],
      },
      {
        rule: 'Nothing that is remembered counts while nobody tells what is revoked.',
        test: [`${gateway}/knowing.test.ts`, 'a second of silence, and nothing that is remembered counts'],
        guard: [
          `${gateway}/knowing.ts`,
          "if (this.#options.steady() - this.#heard > silence) return 'unasked';",
          '',
        ],
      },
      {
        rule: 'Nor is a request let in because it repeats one that was: not when its credential is revoked, …',
        test: [repeated, 'who repeats a request whose credential is revoked is refused'],
        guard: [
          `${gateway}/repeating.ts`,
          '(bearer === undefined ? undefined : door.knowing.look(bearer)) === known &&',
          '',
        ],
      },
      {
        rule: '… nor when who sends it has the right no longer, …',
        test: [repeated, 'who repeats a request that he has no right to any more is refused'],
        guard: [`${gateway}/repeating.ts`, 'generation === door.policy.generation &&', ''],
      },
      {
        rule: '… nor where it led before.',
        test: [repeated, 'who repeats a request is led where the routes lead now, with a login'],
        guard: [`${gateway}/repeating.ts`, 'generation &&\n    routes === door.table().serial', 'generation'],
      },
      {
        rule: 'A cookie that a neighbouring host planted beside one’s own is not used.',
        test: [files.attacks, 'a session planted beside one’s own is not used'],
        guard: [
          `${gateway}/steps.ts`,
          'if (visit.known !== undefined && visit.known.user.name !== known.user.name) {',
          'if (false) {',
        ],
      },
    ],
  },
  {
    title: 'Cookies',
    rows: [
      {
        rule: 'Cookies are for no script and no form of another site, and for this host alone.',
        test: [`${gateway}/cookies.test.ts`, 'a cookie is for this host'],
        guard: [`${gateway}/cookies.ts`, '; HttpOnly; SameSite=Lax${ending}', '${ending}'],
      },
      {
        rule: 'Over https they are for https alone …',
        test: [`${gateway}/cookies.test.ts`, 'a cookie is for this host'],
        guard: [`${gateway}/cookies.ts`, "secure ? '; Secure' : ''", "''"],
      },
      {
        rule: '… and no other host can set that of a login under way.',
        test: [
          `${gateway}/cookies.test.ts`,
          'over https no other host can set the cookie of a login under way',
        ],
        guard: [`${gateway}/deciding.ts`, 'return secure ? `__Host-${name}` : name;', 'return name;'],
      },
      {
        rule: 'A cookie that is good for nothing is taken away.',
        learned: 'GHSA-f24x-5g9q-753f',
        test: [files.pages, 'a cookie that is good for nothing is taken away, whatever it holds'],
        guard: [
          `${gateway}/deciding.ts`,
          'const sessions = looked ? [sessionCookie] : [];',
          'const sessions: string[] = [];',
        ],
      },
    ],
  },
  {
    title: 'Logging out, and requests that other pages make',
    rows: [
      {
        rule: 'A link alone logs nobody out.',
        test: [files.pages, 'a link alone logs nobody out; a form of this host does, and a program'],
        guard: [
          `${gateway}/pages.ts`,
          "if (method === 'GET' || method === 'HEAD') {\n    door.count(known === undefined ? 303 : 200);",
          'if (false) {',
        ],
      },
      {
        rule: 'A session that was logged out is gone where it was kept, not in the browser alone.',
        test: [files.pages, 'a link alone logs nobody out; a form of this host does, and a program'],
        guard: [`${gateway}/pages.ts`, 'await door.keeper.close(value);', ''],
      },
      {
        rule: 'A page of another origin logs nobody out.',
        test: [files.attacks, 'pages of other origins use no cookie of a session'],
        guard: [
          `${gateway}/pages.ts`,
          "if (credential.kind === 'cookie' && isForeign(head)) {",
          'if (false) {',
        ],
      },
      {
        rule: 'Nor does it use a session for anything else that may change something, calls of models among it …',
        test: [files.attacks, 'pages of other origins use no cookie of a session'],
        guard: [
          `${gateway}/steps.ts`,
          "if (!isUnsafe(visit.method, visit.head) || !isForeign(visit.head)) return 'on';",
          "return 'on';",
        ],
      },
      {
        rule: '… nor to open a WebSocket.',
        test: [files.attacks, 'pages of other origins use no cookie of a session'],
        guard: [
          `${gateway}/credentials.ts`,
          "return !safe.has(method) || head.header('upgrade') !== undefined;",
          'return !safe.has(method);',
        ],
      },
      {
        rule: 'Another origin is one that differs in anything, ports included.',
        test: [
          `${gateway}/credentials.test.ts`,
          'another origin is one that differs in anything, ports included',
        ],
        guard: [`${gateway}/credentials.ts`, 'new URL(url).host', 'new URL(url).hostname'],
      },
    ],
  },
  {
    title: 'Open redirects',
    rows: [
      {
        rule: 'After a login people are at a path of this host, however the address was written.',
        learned: 'GHSA-4mf2-f3wh-gvf2, -5m6c-jp6f-2vcv, -j7px-6hwj-hpjg, -qqxw-m5fj-f7gv',
        test: [`${party}/returning.test.ts`, 'whatever could lead elsewhere leads to the beginning'],
        guard: [
          `${party}/returning.ts`,
          String.raw`const doubtful = /[/\\](?:\s*|\.{1,2})[/\\]/;`,
          'const doubtful = /(?!)/;',
        ],
      },
      {
        rule: 'Where a login leads is sealed when it begins, and is no parameter of its end.',
        test: [
          files.attacks,
          'after a login people are at a path of this host, wherever they were told to go',
        ],
        guard: 'the way back stands in the sealed state',
      },
      {
        rule: 'The issuer sends people to registered addresses alone, letter by letter.',
        test: [files.issuer, 'nobody is sent where the client is not'],
        guard: [
          `${issuer}/clients.ts`,
          'if (redirectUris.includes(address)) return true;',
          'if (redirectUris.some(one => address.startsWith(one))) return true;',
        ],
      },
      {
        rule: 'What comes back with a login is a parameter, and ends no field.',
        test: [files.issuer, 'what comes back with a login is no more than a parameter'],
        guard: [
          `${issuer}/answers.ts`,
          String.raw`return location.replace(/[^\x21-\x7e]+/g, text => encodeURIComponent(text.toWellFormed()));`,
          'return `${location}<`;',
        ],
      },
    ],
  },
];
