import { gatewaySections } from '../../test/logins/gatewayrows.ts';
import { issuerSections } from '../../test/logins/issuerrows.ts';
import type { LoginRow, LoginSection } from '../../test/logins/table.ts';

/** docs/reference/logins.md */
export function renderLogins(): string {
  return `# What a login answers

<!-- Generated from test/logins by \`npm run docs\`; a test fails when the two differ. -->

Davit's gateway and issuer take the place of Kubeflow's: a session component before everything, and Dex at \`/dex\`. Davit's answer comes
first: the status, and where the answer leads or its code (header \`Davit-Error-Code\`, explained in [errors.md](errors.md)), and at the
gateway the cookies that it gives or takes away. A test sends each row's request byte for byte, about the issuer to the issuer itself
and, with \`--thorough\`, through a gateway, and compares; what differs at the gateway stands behind a semicolon. The other columns are what was recorded of
the programs themselves, or stands in their sources: \`–\` means that nothing is known, \`=\` that it is the same. The last column gives a
reason for each difference.

Of the session components, oidc-authservice of 2019 came with Kubeflow 1.3 to 1.6, that of 2021 with 1.7 and 1.8, oauth2-proxy comes since
1.9. Two generations of Dex are told apart: up to 2.28, whose steps people type by hand, and from 2.36 on. A *browser* is a caller that
sends \`Sec-Fetch-*\`, \`Origin\`, \`Referer\` or \`Upgrade-Insecure-Requests\`; what a program calls itself counts for nothing.

${[...gatewaySections, ...issuerSections].map(rendered).join('\n\n')}

What differs besides stands with [the issuer](issuer.md).
`;
}

function rendered({ title, columns, rows }: LoginSection): string {
  const head = ['Request', 'Davit', ...columns, 'Why it differs'];
  const lines = [head, head.map(() => '---'), ...rows.map(cells)];
  return `## ${title}\n\n${lines.map(line).join('\n')}`;
}

function cells({ request, davit, gateway, recorded, why }: LoginRow): string[] {
  const answer = gateway === undefined ? davit : `${davit}; ${gateway}`;
  return [request, answer, ...recorded, why];
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
