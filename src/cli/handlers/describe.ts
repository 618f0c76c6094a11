import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import type { Discovered } from '../../cluster/client/index.ts';
import type { KubeObject } from '../../cluster/meta/index.ts';
import { describeSettings } from '../commands/describe.ts';
import {
  type Beside,
  describeObject,
  type Listed,
  type Wanted,
  wantedFor,
} from '../objects/describe/index.ts';
import { documentsIn, targetsIn } from '../objects/documents.ts';
import type { EventFields } from '../objects/eventlines.ts';
import { Complaint, isNotFound, throwAll } from '../objects/failures.ts';
import { kindOf } from '../objects/kinds.ts';
import { fetchItems, queryOf } from '../objects/reading.ts';
import { onCluster, type Session } from '../objects/session.ts';
import { type Target, targetsOf } from '../objects/targets.ts';

type Settings = ValuesOf<typeof describeSettings>;

interface Found {
  readonly kind: Discovered;
  readonly object: KubeObject;
}

/** `davit describe` */
export const describe = onCluster(async (session, { given, positionals }) => {
  const settings = readSettings(describeSettings, given, session.io.env);
  const targets = await meantBy(positionals, settings, session);
  const { found, failures } = await findAll(targets, settings, session);
  const [failure] = failures;
  if (failures.length === 1 && isNotFound(failure) && positionals.length === 2) {
    return describeBeginning(targets[0] as Target, failure, settings, session);
  }
  const oneMeant = failures.length === 0 && found.length <= 1;
  const withEvents = given.has('showEvents') ? settings.showEvents : oneMeant;
  const texts: string[] = [];
  for (const one of found) texts.push(await textOf(one, withEvents, session));
  session.io.out(texts.join('\n\n'));
  if (found.length === 0 && failures.length === 0) {
    const where = settings.allNamespaces ? '' : ` in ${session.namespace} namespace.`;
    session.io.err(`No resources found${where}\n`);
  }
  throwAll(failures);
  return 0;
});

async function meantBy(
  words: readonly string[],
  settings: Settings,
  session: Session,
): Promise<readonly Target[]> {
  const { files, recursive, allNamespaces, selector } = settings;
  if (files.length > 0) return targetsIn(await documentsIn(files, recursive, session.io), session);
  if (words.length === 0) throw new Complaint('You must specify the type of resource to describe.');
  const selected = selector !== undefined;
  return targetsOf(words, { command: 'describe', allNamespaces, selected, collections: true }, session);
}

async function findAll(
  targets: readonly Target[],
  settings: Settings,
  session: Session,
): Promise<{ found: readonly Found[]; failures: readonly unknown[] }> {
  const found: Found[] = [];
  const failures: unknown[] = [];
  for (const target of targets) {
    const read = await fetchItems([target], queryOf(settings), session);
    for (const object of read.items) found.push({ kind: target.kind, object });
    failures.push(...read.failures);
  }
  return { found, failures };
}

/** What is no name may be how names begin. */
async function describeBeginning(
  target: Target,
  failure: unknown,
  settings: Settings,
  session: Session,
): Promise<number> {
  const { found, failures } = await findAll([{ ...target, name: undefined }], settings, session);
  throwAll(failures);
  const meant = found.filter(({ object }) => object.metadata.name?.startsWith(target.name ?? '') === true);
  if (meant.length === 0) throw failure;
  for (const one of meant) session.io.out(`${await textOf(one, false, session)}\n`);
  return 0;
}

async function textOf({ object }: Found, withEvents: boolean, session: Session): Promise<string> {
  const events = withEvents ? await eventsAbout(object, session) : undefined;
  return describeObject(object, events, { found: await foundFor(object, session), now: Date.now() });
}

/** What is told of other objects; what cannot be read is left to whoever tells. */
async function foundFor(object: KubeObject, session: Session): Promise<Beside['found']> {
  const found: Record<string, Listed> = {};
  for (const [name, wanted] of Object.entries(wantedFor(object))) {
    found[name] = await listed(wanted, session);
  }
  return found;
}

async function listed(wanted: Wanted, session: Session): Promise<Listed> {
  try {
    const kind = kindOf(wanted.kind, await session.kinds());
    const target = { kind, namespace: wanted.namespace ?? '', name: wanted.name };
    const { items, failures } = await fetchItems([target], queryOf(wanted), session);
    return failures.length === 0 ? { items } : { items, failure: failures[0] };
  } catch (failure) {
    return { items: [], failure };
  }
}

/** Who may not read events sees the object without them. */
async function eventsAbout(
  object: KubeObject,
  session: Session,
): Promise<readonly EventFields[] | undefined> {
  const { name = '', namespace = '', uid = '' } = object.metadata;
  const parts = {
    'involvedObject.name': name,
    'involvedObject.namespace': namespace,
    'involvedObject.kind': object.kind,
    'involvedObject.uid': uid,
  };
  const fieldSelector = Object.entries(parts)
    .filter(([, value]) => value !== '')
    .map(([field, value]) => `${field}=${value}`)
    .join(',');
  const kind = kindOf('events', await session.kinds());
  const { items, failures } = await fetchItems(
    [{ kind, namespace, name: undefined }],
    { fieldSelector },
    session,
  );
  return failures.length > 0 ? undefined : (items as EventFields[]);
}
