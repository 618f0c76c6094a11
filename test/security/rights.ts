import { access, admission, files, gateway, type GuardSection, issuer, keeper, party } from './table.ts';

/** Who somebody is, what he may do, and what he may give away. */
export const rightsSections: readonly GuardSection[] = [
  {
    title: 'Names and rights',
    rows: [
      {
        rule: 'Nobody from outside has a name or a group of the cluster’s own.',
        test: [
          `${keeper}/keeper.test.ts`,
          'nobody of the cluster’s own has one, nor is anybody in a group of it',
        ],
        guard: [`${keeper}/outsiders.ts`, 'return !value.startsWith(own) && ', 'return '],
      },
      {
        rule: 'Nor has anybody whom another issuer names.',
        test: [`${party}/claims.test.ts`, 'claims that name nobody are refused'],
        guard: [`${party}/claims.ts`, 'if (name.startsWith(reserved))', 'if (false)'],
      },
      {
        rule: 'A name counts whole: `a@b.example@c.example` is nobody of `b.example`. There are no rules by domain.',
        learned: 'GHSA-c5c4-8r6x-56w3',
        test: [
          files.smuggling,
          'a name counts whole: one that begins or ends like another’s is somebody else',
        ],
        guard: 'names are compared, never taken apart',
      },
      {
        rule: 'What somebody may not see is as if it were not there.',
        test: [files.attacks, 'what somebody may not see is as if it were not there'],
        guard: [
          `${gateway}/deciding.ts`,
          "if (verdict === 'unseen') {\n    const sees",
          'if (false) {\n    const sees',
        ],
      },
      {
        rule: 'A new key signs only after everybody could fetch it; those before count as long as their tokens live.',
        test: [files.rotation, 'while keys change nobody is turned away'],
        guard: [
          `${issuer}/keys.ts`,
          "key.state !== 'verifies' || now < this.#endOf(key)",
          "key.state !== 'verifies'",
        ],
      },
      {
        rule: 'A client of the gateway has no field dropped that says who asks.',
        test: [`${access}/fields.test.ts`, 'a client has no field dropped that says who asks'],
        guard: [
          `${access}/fields.ts`,
          "const said = new Set([userField, groupsField, 'authorization']);",
          'const said = new Set<string>();',
        ],
      },
    ],
  },
  {
    title: 'Giving away rights of the API',
    rows: [
      {
        rule: 'A role gives what its writer holds, or one who may `escalate` writes it …',
        test: [files.escalation, 'a role in a namespace gives what its writer holds there'],
        guard: [
          `${admission}/roles.ts`,
          'roles.checkEscalation(user, rulesOf(object), namespace, { resource, name });',
          '',
        ],
      },
      {
        rule: '… which a right for one role allows where the path names that role.',
        test: [files.escalation, 'a right to escalate that names a role is for that role'],
        guard: [`${admission}/roles.ts`, "named ? name : ''", 'name'],
      },
      {
        rule: 'A role that collects the rules of others is written by those who hold everything …',
        test: [files.escalation, 'a role that collects from others is for those alone'],
        guard: [`${admission}/roles.ts`, '(collects(object) || collects(old)) && ', 'false && '],
      },
      {
        rule: '… and by nobody else made to collect no more.',
        test: [files.escalation, 'nobody takes from a role what it collects'],
        guard: [`${admission}/roles.ts`, ' || collects(old)', ''],
      },
      {
        rule: 'So is a label by which others collect from a role.',
        test: [files.escalation, 'a role that is labelled for others to collect'],
        guard: [
          `${admission}/roles.ts`,
          'sameJson(essence(object), essence(old))',
          "sameJson(object['rules'], old['rules'])",
        ],
      },
      {
        rule: 'Rules are looked at to the last one, however many they are.',
        test: [files.escalation, 'rules in any number, or written many times over'],
        guard: [
          'src/cluster/access/missing.ts',
          'all.some(one => covers(one, whole)) ? [] : [whole];',
          'all.some(one => covers(one, whole)) ? [] : [];',
        ],
      },
      {
        rule: 'A binding gives what its writer holds, or may `bind`.',
        test: [files.escalation, 'a binding gives what its writer holds, or may bind'],
        guard: [
          `${admission}/roles.ts`,
          'roles.checkEscalation(request.user, rules, request.namespace, about);',
          '',
        ],
      },
    ],
  },
  {
    title: 'Acting as others',
    rows: [
      {
        rule: 'Whatever is said of whom one acts as is a right of its own: each group, and each other value.',
        test: [files.identities, 'who may not act as others is refused, each part of it on its own'],
        guard: [
          'src/cluster/apiserver/requests/impersonate.ts',
          '...Object.entries(extra).flatMap(',
          '...[].flatMap(',
        ],
      },
      {
        rule: 'What is written down names who has really asked.',
        test: ['test/apiserver/audit.test.ts', 'the audit log names who has asked, and as whom'],
        guard: ['src/app/up/audit.ts', 'user: asker.name,', 'user: user.name,'],
      },
    ],
  },
];
