import { sections } from '../../test/security/guards.ts';
import type { GuardRow, GuardSection } from '../../test/security/table.ts';

/** docs/reference/login-security.md */
export function renderSecurity(): string {
  return `# What a login withstands

<!-- Generated from test/security by \`npm run docs\`; a test fails when the two differ. -->

Each rule with the test that shows it, and where in the source it is kept. \`node scripts/test.ts --thorough security/\` takes each of these
guards away, one at a time, and looks whether its test fails. Where no line of ours keeps a rule, the last column says why it holds. Rules
that were learned from advisories about Dex, oauth2-proxy and their like name them.

${sections.map(rendered).join('\n\n')}

## Whatever else is sent

Fuzzers make up what a login may meet, most of it nearly right, and look whether anything but this comes of it: never a fault of the
server, never a way to another host, never somebody told of whom no credential was shown, never a session without a right password
(\`node test/fuzz/run.ts --only login-parts,tokens,issuer,gateway,gateway-proxied --seconds 750\`; \`--seed N\` repeats one). The last long run
made up 1.4 million inputs and found nothing:

| Fuzzer | Inputs | Came so deep |
|---|---:|---|
| \`login-parts\`: cookies, credentials, addresses, forms, states, origins, paths | 902,000 | |
| \`tokens\`: sessions, API tokens, ID tokens and tokens of service accounts, taken apart and put together | 232,321 | 33,099 were good |
| \`issuer\`: requests to an issuer | 246,379 | 1,349 logins, 864 codes, 371 exchanges |
| \`gateway\`, also behind a proxy: requests over connections | 24,457 | 1,156 logins, 432 codes, 153 sessions |

What they and the table of [answers](logins.md) found before is mended, and stands among the tests: a good session was taken away beside a bad bearer; codes that were put together
with another login, or said to be another issuer's, were answered 502; an address to return to was not looked at again once blanks had
been left out; a \`Connection\` field was told in two ways.
`;
}

function rendered({ title, rows }: GuardSection): string {
  const lines = rows.map(cells);
  return `## ${title}\n\n| Rule | Test | Kept by |\n|---|---|---|\n${lines.join('\n')}`;
}

function cells({ rule, learned, test: [file, name], guard }: GuardRow): string {
  const what = learned === undefined ? rule : `${rule} (${learned})`;
  const kept = typeof guard === 'string' ? guard : `\`${guard[0]}\``;
  return `| ${what} | \`${file}\`: ${name} | ${kept} |`;
}
