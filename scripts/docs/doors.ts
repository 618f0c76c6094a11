import { type CredentialName, credentials, doors } from '../../test/doors/table.ts';

const names = Object.keys(credentials) as CredentialName[];

/** docs/reference/doors.md */
export function renderDoors(): string {
  const head = ['Door', 'What is asked for', ...names];
  const rows = doors.map(({ door, asks, answers }) => [
    door,
    asks,
    ...names.map(name => String(answers[name])),
  ]);
  const meanings = names.map(name => `- **${name}**: ${credentials[name]}`);
  return `# Doors

<!-- Generated from test/doors/table.ts by \`npm run docs\`; a test fails when the two differ. -->

Every way in, and what it answers to whom. A test brings up a platform, knocks at every door with every credential through real
sockets, and compares the status with this table.

${line(head)}
|${head.map((_, index) => (index < 2 ? '---' : '---:')).join('|')}|
${rows.map(line).join('\n')}

${meanings.join('\n')}

The model belongs to the namespace of the owner. 302 leads to the login, 401 says that a credential is missing or good for nothing; through the gateway a model that somebody may not see is not
there (404). *Open* and *authorized* are the values of the annotation \`davit.dev/direct-access\` of an InferenceService, see
[who may call what](../guides/authorization.md). \`davit up --no-auth\` takes the login away from the gateway and leaves the other
doors as they are.
`;
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
