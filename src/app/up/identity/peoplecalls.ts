import type { Audit } from '../../../edge/identity/index.ts';
import type { User } from '../../../base/access/index.ts';
import { scopeIn } from '../../../edge/identity/index.ts';
import type { KeptPeople, LocalKeeper, Within } from '../../../edge/identity/keeper/index.ts';
import { appErrors } from '../../errors.ts';
import type { Answering, Question } from './calls.ts';
import { firstUser } from './first.ts';

/** What commands about people and tokens are answered from. */
export interface PeopleParts {
  readonly keeper: LocalKeeper;
  /** Undefined where people log in elsewhere. */
  readonly people: KeptPeople | undefined;
  /** Where programs log in, and as what. */
  readonly issuer: { readonly url: string; readonly clientId: string };
  readonly audit: Audit;
  /** Told of a changed password, and of somebody who is removed. */
  readonly onChanged: (email: string) => void;
}

/** What `davit user` and `davit token` ask. */
export function peopleCalls(parts: PeopleParts): Map<string, Answering> {
  return new Map<string, Answering>([
    ['GET issuer', () => parts.issuer],
    ['GET users', () => ({ users: peopleOf(parts).list() })],
    ['POST users', question => addUser(parts, question)],
    ['PUT users/', question => changePassword(parts, question)],
    ['DELETE users/', question => removeUser(parts, question)],
    ['GET tokens', question => ({ tokens: parts.keeper.listTokens(listedOwner(question)) })],
    ['POST tokens', question => createToken(parts, question)],
    ['DELETE tokens/', question => ({ token: revokeToken(parts, question) })],
  ]);
}

function peopleOf({ people }: PeopleParts): KeptPeople {
  if (people !== undefined) return people;
  throw appErrors.make['identity-elsewhere'](
    'People and their passwords are with the issuer of --oidc-issuer.',
  );
}

async function addUser(parts: PeopleParts, { fields, user }: Question): Promise<unknown> {
  const person = await peopleOf(parts).add({
    email: fields.text('email'),
    password: fields.text('password'),
    username: fields.optionalText('username'),
    groups: fields.texts('groups'),
  });
  parts.audit({ event: 'user-changed', user: person.email, reason: `added by ${user.name}` });
  return { email: person.email };
}

/** Ends what was logged in to with the password before. */
async function changePassword(parts: PeopleParts, { fields, rest, user }: Question): Promise<unknown> {
  await peopleOf(parts).setPassword(rest, fields.text('password'), ending(parts, rest, false));
  return changed(parts, rest, `password changed by ${user.name}`);
}

async function removeUser(parts: PeopleParts, { rest, user }: Question): Promise<unknown> {
  await peopleOf(parts).remove(rest, ending(parts, rest, true));
  return changed(parts, rest, `removed by ${user.name}`);
}

/** A change of somebody, and the end of what he has logged in to, as one. */
function ending({ keeper }: PeopleParts, named: string, gone: boolean): Within {
  return change => keeper.endUser(named.toLowerCase(), gone, change);
}

function changed({ onChanged, audit }: PeopleParts, named: string, reason: string): unknown {
  const email = named.toLowerCase();
  onChanged(email);
  audit({ event: 'user-changed', user: email, reason });
  return { email };
}

function createToken({ keeper, people }: PeopleParts, question: Question): unknown {
  const { fields } = question;
  if (scopeIn(question.user) !== undefined) {
    throw appErrors.make['token-by-token']('An API token was shown, and tokens are made by people.');
  }
  const asked = fields.optionalText('owner');
  const owner = asked === undefined ? ownerOf(question.user, people) : { name: asked, groups: [] };
  checkOwner(owner.name, question);
  const { token, listed } = keeper.createToken(owner, {
    name: fields.optionalText('name'),
    namespace: fields.optionalText('namespace'),
    verbs: fields.texts('verbs'),
    lifetime: fields.number('lifetime'),
  });
  return { token, ...listed };
}

/** Whoever asks; or, for one of the cluster's own who may act for anybody, the only one who can log in, or the first user. */
function ownerOf(user: User, people: KeptPeople | undefined): User {
  if (people === undefined || !isOwn(user)) return user;
  const all = people.list();
  const meant = all.length === 1 ? all[0] : all.find(({ email }) => email === firstUser);
  if (meant !== undefined) return { name: meant.email, groups: meant.groups };
  const names = all.map(({ email }) => email).slice(0, 10);
  throw appErrors.make['token-owner'](
    `There are ${all.length} users (${names.join(', ')}): name one with --user.`,
  );
}

/** One who comes with a certificate of the cluster, and is nobody of those who log in. */
function isOwn({ groups }: User): boolean {
  return groups.includes('system:masters');
}

function listedOwner(question: Question): string | undefined {
  const asked = question.query.get('owner') ?? undefined;
  const owner = asked ?? (isOwn(question.user) ? undefined : question.user.name);
  if (owner !== undefined) checkOwner(owner, question);
  return owner;
}

function revokeToken({ keeper }: PeopleParts, question: Question): unknown {
  return keeper.revokeToken(question.rest, listedOwner(question));
}

function checkOwner(name: string, { user, mayActFor }: Question): void {
  if (name === user.name || mayActFor(name)) return;
  const text = `User ${JSON.stringify(user.name)} may not do this for ${JSON.stringify(name.slice(0, 300))}: it needs the verb impersonate on that user.`;
  throw appErrors.make['token-of-others'](text);
}
