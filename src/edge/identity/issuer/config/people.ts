import type { Person } from '../../index.ts';
import { type Fields, invalid } from './fields.ts';

const known = [
  'email',
  'hash',
  'hashFromEnv',
  'username',
  'userID',
  'groups',
  'name',
  'preferredUsername',
  'emailVerified',
];

/** @throws `issuer-config-invalid` */
export function readPerson(fields: Fields, env: NodeJS.ProcessEnv): Person {
  fields.only(known);
  const email = needed(fields, 'email').toLowerCase();
  const userId = needed(fields, 'userID');
  const hash = readHash(fields, env);
  const username = fields.text('username') ?? fields.text('name') ?? email;
  return { email, userId, username, groups: fields.texts('groups'), hash };
}

function needed(fields: Fields, name: string): string {
  const value = fields.text(name) ?? '';
  if (value === '') throw invalid(fields.path(name), fields.text(name), 'text that is not empty');
  return value;
}

/** A hash of bcrypt, or base64 of one, as it stands there or in a variable of the environment. */
function readHash(fields: Fields, env: NodeJS.ProcessEnv): string {
  const variable = fields.text('hashFromEnv');
  const at = fields.path(variable === undefined ? 'hash' : 'hashFromEnv');
  const written = variable === undefined ? fields.text('hash') : env[variable];
  const hash = bcryptIn(written ?? '') ?? bcryptIn(Buffer.from(written ?? '', 'base64').toString('latin1'));
  const what =
    variable === undefined ? 'a bcrypt hash' : `a bcrypt hash in the environment variable ${variable}`;
  // A hash opens what its password opens: it is not repeated.
  if (hash === undefined)
    throw invalid(at, written === undefined ? undefined : '(hidden)', `${what}, $2a, $2b or $2y`);
  if (hash.cost < 10 || hash.cost > 16)
    throw invalid(at, `cost ${hash.cost}`, 'a bcrypt hash of cost 10 to 16');
  return hash.text;
}

function bcryptIn(text: string): { readonly text: string; readonly cost: number } | undefined {
  const [, cost] = /^\$2[aby]\$(\d\d)\$[./A-Za-z\d]{53}$/.exec(text) ?? [];
  return cost === undefined ? undefined : { text, cost: Number(cost) };
}
