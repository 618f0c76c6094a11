import { access, files, gateway, type GuardSection, issuer, keeper, party } from './table.ts';

const underscore = 'GHSA-vjrc-mh2v-45x6 (CVE-2025-64484)';

/** Passwords, tokens, paths and fields, and what others may learn. */
export const attackSections: readonly GuardSection[] = [
  {
    title: 'Guessing',
    rows: [
      {
        rule: 'After five wrong passwords of an account each further one waits, twice as long each time.',
        test: [
          files.issuer,
          'each further one waits twice as long; the account of somebody else is not closed',
        ],
        guard: [
          `${issuer}/attempts.ts`,
          'accountRules: AttemptRules = { free: 5,',
          'accountRules: AttemptRules = { free: 5000,',
        ],
      },
      {
        rule: 'Many at once are no more than one after another.',
        test: [files.issuer, 'fifty passwords at once are no more than five one after another'],
        guard: [
          `${issuer}/attempts.ts`,
          'if (running > 0 && wrong + running >= accountRules.free) return 1000;',
          '',
        ],
      },
      {
        rule: 'An address that tries many accounts waits, too.',
        test: [files.issuer, 'many accounts from one address are closed to that address'],
        guard: [
          `${issuer}/attempts.ts`,
          'addressRules: AttemptRules = { free: 20,',
          'addressRules: AttemptRules = { free: 20_000,',
        ],
      },
      {
        rule: 'Nothing tells whether somebody is known: the same words, the same work, the same limits.',
        test: [files.issuer, 'nothing tells whether somebody is known'],
        guard: [
          `${issuer}/login.ts`,
          'right = await site.passwords.check(password, person?.hash);',
          'right = person !== undefined && (await site.passwords.check(password, person.hash));',
        ],
      },
      {
        rule: 'Passwords are checked on a thread of their own, and those that wait are bounded.',
        test: [
          `${keeper}/passwords.test.ts`,
          'checks that wait are bounded; those beyond are told, and the others answered',
        ],
        guard: [`${keeper}/passwords.ts`, 'if (this.#waiting.size >= mostWaiting) {', 'if (false) {'],
      },
      {
        rule: 'Hashes of bcrypt count from cost 10 to 16, in each spelling.',
        test: [`${keeper}/passwords.test.ts`, 'a hash that counts for nothing matches nothing'],
        guard: [
          `${keeper}/bcrypt.ts`,
          'return cost >= least && cost <= most ? cost : undefined;',
          'return cost;',
        ],
      },
      {
        rule: 'A new password is as long as nobody guesses, and no longer than bcrypt reads.',
        test: [`${keeper}/passwords.test.ts`, 'no new password is'],
        guard: [
          `${keeper}/people.ts`,
          "if (password.length < shortest || bytes > longest || password.includes('\\0')) {",
          'if (false) {',
        ],
      },
      {
        rule: 'A form has 32 kB at most.',
        test: [files.logins, 'the form with 40 kB'],
        guard: [`${issuer}/visit.ts`, 'if (body.length > largest) {', 'if (false) {'],
      },
    ],
  },
  {
    title: 'Tokens',
    rows: [
      {
        rule: 'A token is signed with the algorithm that is expected: not with none, nor with a public key as secret.',
        test: [`${keeper}/algorithms.test.ts`, 'a key that is published without its algorithm'],
        guard: [`${keeper}/idtokens.ts`, '    algorithms: [...algorithms],\n', ''],
      },
      {
        rule: 'The issuer takes its own tokens alone, and no key that a token brings along.',
        test: [files.issuer, 'of another issuer with the same keys is none'],
        guard: [
          `${issuer}/keys.ts`,
          "          issuer,\n          algorithms: ['RS256'],",
          "          algorithms: ['RS256'],",
        ],
      },
      {
        rule: 'A token of an issuer elsewhere names it as it calls itself, letter by letter.',
        test: [`${keeper}/issuerkeys.test.ts`, 'tokens say what the issuer calls itself'],
        guard: [`${keeper}/idtokens.ts`, '        ...named,\n', ''],
      },
      {
        rule: 'A token for another client is none.',
        test: [`${keeper}/keeper.test.ts`, 'one for another client is good for nothing'],
        guard: [`${keeper}/idtokens.ts`, '    audience: [...audiences],\n', ''],
      },
      {
        rule: 'Nor is one for several that was given to another.',
        test: [`${keeper}/keeper.test.ts`, 'one for several clients, given to another is good for nothing'],
        guard: [
          `${keeper}/idtokens.ts`,
          "if (azp !== undefined) return typeof azp === 'string' && audiences.includes(azp);",
          'if (azp !== undefined) return true;',
        ],
      },
      {
        rule: 'Clocks may be a minute apart, no more: what has expired …',
        test: [`${keeper}/keeper.test.ts`, 'one expired is good for nothing'],
        guard: [`${keeper}/idtokens.ts`, 'clockTolerance: skew,', 'clockTolerance: 3600,'],
      },
      {
        rule: '… and what comes from the future.',
        test: [`${keeper}/keeper.test.ts`, 'one from the future is good for nothing'],
        guard: [`${keeper}/idtokens.ts`, 'if (iat > now / 1000 + skew) return undefined;', ''],
      },
      {
        rule: 'An address that the issuer has not verified names nobody.',
        test: [`${keeper}/keeper.test.ts`, 'one with an address that is not verified is good for nothing'],
        guard: [
          `${keeper}/idtokens.ts`,
          "if (userClaim === 'email' && payload['email_verified'] === false) return undefined;",
          '',
        ],
      },
      {
        rule: 'A token whose login was revoked is none.',
        test: [
          `${keeper}/keeper.test.ts`,
          'a revoked grant ends its tokens and sessions, at once and for later ones',
        ],
        guard: [
          'src/edge/identity/revoked.ts',
          "if (grant !== undefined && records.get('revoked-grant', grant) !== undefined) return true;",
          '',
        ],
      },
      {
        rule: 'A token does no more than its scope.',
        test: [
          'src/edge/identity/policy/decide.test.ts',
          'a token does no more than its scope and its owner',
        ],
        guard: [
          'src/edge/identity/policy/decide.ts',
          'if (beyond !== undefined) return { allowed: false, rule: beyond };',
          '',
        ],
      },
      {
        rule: 'However credentials are taken apart and put together, nobody is known by one that was not given to him.',
        test: [files.fuzzTokens, 'nobody is known by a credential that was not given to him'],
        guard: [
          `${keeper}/keeper.ts`,
          '!found.audiences.some(one => accountAudiences.includes(one))',
          'false',
        ],
      },
      {
        rule: 'Of two `Authorization` fields none is believed.',
        test: [`${gateway}/credentials.test.ts`, 'what a request shows of who sends it'],
        guard: [
          `${gateway}/credentials.ts`,
          "return fields.filter(([name]) => name.toLowerCase() === 'authorization').length <= 1;",
          'return fields.length >= 0;',
        ],
      },
    ],
  },
  {
    title: 'Fields that say who asks',
    rows: [
      {
        rule: 'What a client says of who asks goes no further, on any way, doubled or not …',
        test: [files.attacks, 'nobody outside can say who asks: any spelling, doubled, on every way'],
        guard: [`${gateway}/passed.ts`, 'if (tellsIdentity(lower)) return true;', ''],
      },
      {
        rule: '… in any spelling that a program might take for it.',
        learned: underscore,
        test: [files.attacks, 'nobody outside can say who asks: any spelling, doubled, on every way'],
        guard: [`${access}/fields.ts`, String.raw`.replaceAll(/[^a-z\d]/g, '-')`, ''],
      },
      {
        rule: 'So it is for what comes from inside the cluster.',
        test: [files.attacks, 'what is inside the cluster comes in unasked by a door of its own'],
        guard: [`${gateway}/unasked.ts`, 'passedOf(head), body, sink)', 'head, body, sink)'],
      },
      {
        rule: 'And past the gateway, where a pod asks by itself.',
        learned: underscore,
        test: [files.queue, 'what is behind is told who asks by the guard alone, and sees no credential'],
        guard: ['src/serve/queue/guard/head.ts', 'return tellsIdentity(lower) || ', 'return '],
      },
      {
        rule: 'A session is not given to the services.',
        test: [files.attacks, 'what opens a session here is not given to the services'],
        guard: [
          `${gateway}/passed.ts`,
          "return lower === 'cookie' && this.#passing.inside !== true ? withoutCookies(value, isOurs) : value;",
          'return value;',
        ],
      },
      {
        rule: 'Nor is a credential that was not looked at, because another one was.',
        test: [
          `${gateway}/passed.test.ts`,
          'a credential that was not looked at, because another one was, goes no further',
        ],
        guard: [`${gateway}/passed.ts`, ' || this.#isUnread(lower)', ''],
      },
      {
        rule: 'No service sets a cookie of the gateway, for its host or a domain that it is in.',
        test: ['test/edge/login/givenback.test.ts', 'no service sets a cookie of the gateway, for its host'],
        guard: [
          'src/edge/gateway/givenback.ts',
          "name.toLowerCase() !== 'set-cookie' || !setsOurs(value)",
          'true',
        ],
      },
      {
        rule: 'A page of a service is not one of the gateway: at its own hosts it runs as no origin.',
        test: [
          'test/edge/login/givenback.test.ts',
          'a page of a service is not taken for one of the gateway',
        ],
        guard: [
          'src/edge/gateway/givenback.ts',
          "return isOwn(bareHost(head.header('host') ?? '')) ? fenced : open;",
          'return open;',
        ],
      },
      {
        rule: 'A name ends no field, whatever stands in it.',
        test: [`${gateway}/passed.test.ts`, 'who asks is said once, in bytes that end no field'],
        guard: [`${access}/fields.ts`, String.raw`text.replaceAll(/\p{Cc}/gu, '')`, 'text'],
      },
    ],
  },
  {
    title: 'Paths and requests that can be read in two ways',
    rows: [
      {
        rule: 'The way to the issuer is open for paths that everybody reads the same: no `..`, `//`, `;`, `%2f`, other case.',
        test: [files.attacks, 'a path that can be read in two ways leads nobody past the login'],
        guard: [`${gateway}/steps.ts`, 'const path = plainPath(visit.target);', 'const path = visit.path;'],
      },
      {
        rule: 'A path ends a prefix where a part of it ends.',
        test: [`${access}/paths.test.ts`, 'a prefix holds whole segments'],
        guard: [
          `${access}/paths.ts`,
          'return path === stem || path === `${stem}/` || path.startsWith(`${stem}/`);',
          'return path.startsWith(stem);',
        ],
      },
      {
        rule: 'Neither a query nor a fragment makes a path another one.',
        learned: 'GHSA-7rh7-c77v-6434, GHSA-pxq7-h93f-9jrg',
        test: [`${access}/paths.test.ts`, 'what two servers may read differently is no path'],
        guard: [
          `${access}/paths.ts`,
          String.raw`const misleading = /[\\;#\0-`,
          String.raw`const misleading = /[\\;\0-`,
        ],
      },
      {
        rule: 'A route of somebody’s own is not open to all by lying where the issuer is.',
        test: [files.attacks, 'a route of somebody’s own is not open to all by lying where the issuer is'],
        guard: [
          `${gateway}/steps.ts`,
          "if (found === undefined || !isIssuer(found.way.backend.owner)) return 'on';",
          "if (found === undefined) return 'on';",
        ],
      },
      {
        rule: 'No field opens a way that the path does not.',
        learned: 'GHSA-7x63-xv5r-3p2x',
        test: [files.smuggling, 'no field opens a way that the path does not'],
        guard: 'none is read',
      },
      {
        rule: 'Nor does what a probe calls itself.',
        learned: 'GHSA-5hvv-m4w4-gf6v',
        test: [files.smuggling, 'no field opens a way that the path does not'],
        guard: '`User-Agent` is not read',
      },
      {
        rule: 'A request with two lengths, two framings, a folded field or a blank before a colon reaches nobody.',
        test: [files.attacks, 'requests that two servers could read in two ways reach none'],
        guard: 'the strict lane and node’s parser, which a differential fuzz test compares',
      },
      {
        rule: 'Nor does one that HTTP/2 could hide: lines in names, values and paths, lengths that are not so.',
        test: [files.smuggling, 'over HTTP/2, a request within the path'],
        guard: 'node’s parser of HTTP/2',
      },
      {
        rule: 'What a client says of the hop before it goes no further.',
        test: [
          'src/edge/gateway/door.test.ts',
          'fields named in Connection, and what a client says of the hop',
        ],
        guard: ['src/edge/gateway/fields.ts', ' && !tellsForwarding(name)', ''],
      },
      {
        rule: 'Nobody outside asks what stands before the server of a pod in the place of whoever looks after it.',
        test: [
          'test/edge/gateway.test.ts',
          'what asks before the server of a pod whether it is ready, or how its models are',
        ],
        guard: ['src/edge/gateway/fields.ts', ' && !isOfProbes(name)', ''],
      },
      {
        rule: 'Nobody is believed what was forwarded but proxies that are trusted, one after the other.',
        test: [
          'test/edge/login/proxies.slow.test.ts',
          'wrong passwords are counted by client, and what a client writes itself changes nothing',
        ],
        guard: ['src/edge/gateway/forwarded.ts', 'mostHops && isTrusted(client)', 'mostHops'],
      },
      {
        rule: 'No namespace of users gets requests for the hosts of the gateway and its issuer.',
        test: [
          'src/edge/gateway/routes/own.test.ts',
          'no Ingress of a user gets requests for the gateway’s own hosts',
        ],
        guard: [
          'src/edge/gateway/routes/find.ts',
          'isOwn(host) || (host === everyHost && strict === true) ? reserved : all',
          'all',
        ],
      },
      {
        rule: 'A namespace has its names inside the cluster to itself, for requests that are sent on by them, too.',
        test: [
          'src/edge/gateway/routes/owners.test.ts',
          'a request that KServe sends on by the name of a component does not get to a stranger',
        ],
        guard: ['src/edge/gateway/routes/owners.ts', 'if (namespace !== undefined) return namespace;', ''],
      },
      {
        rule: 'What users write for many hosts reaches none that another namespace has to itself.',
        test: [
          'src/edge/gateway/routes/owners.test.ts',
          'what a stranger writes does not hide what the platform has for every host',
        ],
        guard: ['src/edge/gateway/routes/find.ts', 'if (owner === undefined) return rules;', 'return rules;'],
      },
      {
        rule: 'No route says who asks, in the place of the gateway.',
        test: [
          'src/edge/gateway/routes/changes.test.ts',
          'no route writes, adds or removes what the services behind are told of whoever asks',
        ],
        guard: [
          'src/edge/gateway/routes/changes.ts',
          ' || tellsIdentity(name)) return false;',
          ') return false;',
        ],
      },
      {
        rule: 'Routes lead to Services of other namespaces where a ReferenceGrant there says so.',
        test: [
          'src/edge/gateway/routes/owners.test.ts',
          'an HTTPRoute and an Ingress of Knative do not without a grant; the platform does',
        ],
        guard: [
          'src/edge/gateway/routes/backends.ts',
          'if (grants.allows(from, namespace, name)) return backend;',
          'return backend;',
        ],
      },
      {
        rule: 'Of several addresses of a client the last is believed, which the gateway has added.',
        test: [files.issuer, 'what a client writes before the address that the gateway adds does not count'],
        guard: [`${issuer}/callers.ts`, '.at(-1)', '.at(0)'],
      },
    ],
  },
  {
    title: 'Asking an issuer elsewhere',
    rows: [
      {
        rule: 'Its answers are bounded …',
        test: [`${party}/fetching.test.ts`, 'an issuer that answers more than a megabyte has not answered'],
        guard: [`${party}/fetching.ts`, 'if (bytes > mostBytes)', 'if (false)'],
      },
      {
        rule: '… and come in a bounded time, whoever waits for them …',
        test: [`${party}/fetching.test.ts`, 'an issuer that does not answer is not waited for'],
        guard: [
          `${party}/fetching.ts`,
          'signal: signal === undefined ? time : AbortSignal.any([signal, time]),',
          'signal: signal ?? null,',
        ],
      },
      {
        rule: '… and it leads nobody elsewhere.',
        test: [`${party}/fetching.test.ts`, 'an issuer leads nobody elsewhere'],
        guard: [`${party}/fetching.ts`, "redirect: 'manual',", "redirect: 'follow',"],
      },
      {
        rule: 'So it is for its keys …',
        test: [`${keeper}/issuerkeys.test.ts`, 'keys that are a megabyte are good for nothing'],
        guard: [`${keeper}/issuerkeys.ts`, 'if (text.length > largest)', 'if (false)'],
      },
      {
        rule: '… which are not asked for again each time.',
        test: [`${keeper}/issuerkeys.test.ts`, 'an issuer that answers'],
        guard: [`${keeper}/issuerkeys.ts`, 'if (now() < failed + pause) return', 'if (false) return'],
      },
    ],
  },
  {
    title: 'What others see',
    rows: [
      {
        rule: 'No log has a code, a state, a cookie, a token or a query …',
        test: ['src/edge/gateway/accesslog.test.ts', 'a line of a request tells no query'],
        guard: [
          'src/edge/gateway/accesslog.ts',
          "const [path = ''] = target.split('?', 1);",
          'const path = target;',
        ],
      },
      {
        rule: '… and what is written down of logins no password, also not one that was typed in the wrong place.',
        test: [files.issuer, 'no secret is stored or told'],
        guard: [`${issuer}/login.ts`, "login.includes('@') ? login : '-'", 'login'],
      },
      {
        rule: 'Pages are in no frame …',
        test: ['src/edge/identity/pages/pages.test.ts', 'login: loads nothing'],
        guard: ['src/edge/identity/pages/page.ts', `    "frame-ancestors 'none'",\n`, ''],
      },
      {
        rule: '… load nothing and run nothing …',
        test: ['src/edge/identity/pages/pages.test.ts', 'login: loads nothing'],
        guard: ['src/edge/identity/pages/page.ts', `    "default-src 'none'",\n`, ''],
      },
      {
        rule: '… and are not kept.',
        test: ['src/edge/identity/pages/pages.test.ts', 'login: loads nothing'],
        guard: ['src/edge/identity/pages/page.ts', `    ['Cache-Control', 'no-store'],\n`, ''],
      },
      {
        rule: 'Whatever they show is text.',
        test: ['src/edge/identity/pages/pages.test.ts', 'login: whatever is shown is text'],
        guard: [
          'src/edge/identity/pages/markup.ts',
          'return text.replace(/[&<>"\']/g, one => named[one] as string);',
          'return text;',
        ],
      },
    ],
  },
];
