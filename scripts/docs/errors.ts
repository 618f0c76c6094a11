import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ErrorRow } from '../../src/base/errors/index.ts';

export interface DeclaredError extends ErrorRow {
  readonly code: string;
  /** Folder under `src/` whose `errors.ts` declares it. */
  readonly room: string;
}

/** Every error that a room declares in its `errors.ts`, sorted by code. */
export async function declaredErrors(): Promise<readonly DeclaredError[]> {
  const source = join(dirname(dirname(import.meta.dirname)), 'src');
  const files = globSync('**/errors.ts', { cwd: source }).toSorted();
  const found = await Promise.all(
    files.map(async file => {
      const exported = Object.values((await import(join(source, file))) as Record<string, unknown>);
      return exported
        .filter(isTable)
        .flatMap(({ rows }) =>
          Object.entries(rows).map(([code, row]) => ({ ...row, code, room: dirname(file) })),
        );
    }),
  );
  return found.flat().toSorted((a, b) => (a.code < b.code ? -1 : 1));
}

function isTable(value: unknown): value is { rows: Readonly<Record<string, ErrorRow>> } {
  return typeof value === 'object' && value !== null && 'rows' in value && 'make' in value;
}

/** docs/reference/errors.md */
export async function renderErrors(): Promise<string> {
  const rows = (await declaredErrors()).map(
    ({ code, status, fault, meaning, fix }) =>
      `| \`${code}\` | ${status} | ${fault === 'user' ? 'yours' : 'ours'} | ${meaning} | ${fix} |`,
  );
  return `# Errors

<!-- Generated from the errors.ts of each room by \`npm run docs\`; a test fails when the two differ. -->

Each error has a code that never changes its meaning and is never used again for another. Over HTTP the body is
\`{"error": "…"}\` and the code stands in the header \`Davit-Error-Code\`; on the command line it stands in brackets after the
message; in the log it is the field \`code\`. *Fault* says who can mend it.

| Code | Status | Fault | When | What to do |
|---|---|---|---|---|
${rows.join('\n')}
`;
}
