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

Whatever else is sent: fuzzers make up requests to the gateway and to the issuer, credentials, and the text that each part of a login
reads, and look whether anything but this comes of it (\`node test/fuzz/run.ts --seconds 60\`).
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
