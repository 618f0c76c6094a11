import type { Setting, SettingTable, ValuesOf } from './declare.ts';

/** What the command line gave: setting name → the texts in order, with the spelling used. */
export type Given = ReadonlyMap<string, readonly { readonly flag: string; readonly text: string }[]>;

/**
 * Values of a table: the flag wins over the environment variable, that over the default.
 * @throws setting-invalid
 */
export function readSettings<Table extends SettingTable>(
  table: Table,
  given: Given,
  env: Readonly<Record<string, string | undefined>>,
): ValuesOf<Table> {
  const values: Record<string, unknown> = {};
  for (const [name, row] of Object.entries(table)) values[name] = readOne(row, given.get(name) ?? [], env);
  return values as ValuesOf<Table>;
}

function readOne(
  row: Setting<unknown>,
  given: readonly { flag: string; text: string }[],
  env: Readonly<Record<string, string | undefined>>,
): unknown {
  if (row.kind === 'list' && given.length > 0) return given.map(({ text }) => text);
  const last = given.at(-1);
  if (last !== undefined) return row.parse(last.text, `--${last.flag}`);
  const text = row.env === undefined ? undefined : env[row.env];
  return text === undefined || text === '' ? row.default : row.parse(text, row.env ?? '');
}
