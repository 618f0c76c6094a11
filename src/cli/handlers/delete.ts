import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { pathOf, throwIfFailed } from '../../cluster/client/index.ts';
import { isStatusError, type KubeObject, type Status } from '../../cluster/meta/index.ts';
import { deleteSettings } from '../commands/delete.ts';
import { documentsIn, targetsIn } from '../objects/documents.ts';
import { parseDuration } from '../objects/durations.ts';
import { Complaint, isNotFound, throwAll, withSource } from '../objects/failures.ts';
import { kindText } from '../objects/kinds.ts';
import { fetchItems, queryOf, queryText } from '../objects/reading.ts';
import { onCluster, type Session } from '../objects/session.ts';
import { type Target, targetsOf } from '../objects/targets.ts';
import { waitFor } from '../objects/waiting.ts';

type Settings = ValuesOf<typeof deleteSettings>;

/** kubectl's for ever. */
const week = 7 * 24 * 3_600_000;

interface Deleted {
  readonly target: Target;
  readonly uid: string | undefined;
}

/** `davit delete` */
export const deleteObjects = onCluster(async (session, { given, positionals }) => {
  const settings = readSettings(deleteSettings, given, session.io.env);
  const timeout = check(settings);
  const { targets, failures } = await chosen(positionals, settings, session);
  const deleted: Deleted[] = [];
  for (const target of targets) {
    try {
      deleted.push({ target, uid: await deleteOne(target, settings, session) });
    } catch (thrown) {
      if (!isStatusError(thrown)) throw thrown;
      if (!(isNotFound(thrown) && isLenient(settings, given))) failures.push(thrown);
    }
  }
  if (targets.length === 0 && failures.length === 0) session.io.out('No resources found\n');
  throwAll(failures);
  if (settings.wait && settings.dryRun === 'none') await untilGone(deleted, timeout, session);
  return 0;
});

/** Objects that were found by what they are may be gone before their turn comes. */
function isLenient(
  { ignoreNotFound, all, selector }: Settings,
  given: ReadonlyMap<string, unknown>,
): boolean {
  return ignoreNotFound || (!given.has('ignoreNotFound') && (all || selector !== undefined));
}

function check({ all, selector, fieldSelector, output, force, gracePeriod, timeout }: Settings): number {
  if (output !== undefined && output !== 'name')
    throw new Complaint(`unexpected -o output mode: ${output}. We only support '-o name'`);
  if (all && selector !== undefined) throw new Complaint('cannot set --all and --selector at the same time');
  if (all && fieldSelector !== undefined)
    throw new Complaint('cannot set --all and --field-selector at the same time');
  if (force && gracePeriod !== undefined && gracePeriod > 0)
    throw new Complaint('--force and --grace-period greater than 0 cannot be specified together');
  const time = parseDuration(timeout);
  if (time === undefined)
    throw new Complaint(`invalid --timeout "${timeout}": expected a time such as 30s or 1m30s`);
  return time === 0 ? week : time;
}

async function chosen(
  words: readonly string[],
  settings: Settings,
  session: Session,
): Promise<{ targets: readonly Target[]; failures: unknown[] }> {
  const { files, recursive, allNamespaces, selector, fieldSelector, all } = settings;
  if (files.length > 0) {
    if (words.length > 0) {
      throw new Complaint(
        'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
      );
    }
    const targets = await targetsIn(await documentsIn(files, recursive, session.io), session);
    return { targets, failures: [] };
  }
  if (words.length === 0) {
    throw new Complaint('You must provide one or more resources by argument or filename.');
  }
  const selected = all || selector !== undefined || fieldSelector !== undefined;
  const options = { command: 'delete', allNamespaces, selected, collections: false };
  const targets = await targetsOf(words, options, session);
  if (targets.every(({ name }) => name !== undefined)) return { targets, failures: [] };
  return membersOf(targets, settings, session);
}

/** The objects of collections. */
async function membersOf(
  collections: readonly Target[],
  settings: Settings,
  session: Session,
): Promise<{ targets: readonly Target[]; failures: unknown[] }> {
  const targets: Target[] = [];
  const failures: unknown[] = [];
  for (const collection of collections) {
    const found = await fetchItems([collection], queryOf(settings), session);
    failures.push(...found.failures);
    for (const { metadata } of found.items) {
      targets.push({ kind: collection.kind, namespace: metadata.namespace ?? '', name: metadata.name });
    }
  }
  return { targets, failures };
}

/** Resolves to the uid of what was deleted, where the answer tells it. */
async function deleteOne(target: Target, settings: Settings, session: Session): Promise<string | undefined> {
  const { kind, namespace, name, source } = target;
  const { dryRun, cascade, gracePeriod, force } = settings;
  const grace = gracePeriod ?? (force ? 0 : undefined);
  const reply = await session.transport.ask({
    method: 'DELETE',
    path: `${pathOf(kind, namespace, name)}${queryText(dryRun === 'server' ? { dryRun: 'All' } : {})}`,
    body: {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: `${(cascade[0] as string).toUpperCase()}${cascade.slice(1)}`,
      ...(grace !== undefined && { gracePeriodSeconds: grace }),
    },
  });
  try {
    throwIfFailed(reply);
  } catch (thrown) {
    throw withSource(thrown, 'deleting', source);
  }
  session.io.out(`${saying(target, settings, grace)}\n`);
  const { details, metadata } = reply.body as Partial<Status> & Partial<KubeObject>;
  return details?.uid ?? (metadata as KubeObject['metadata'] | undefined)?.uid;
}

function saying(
  { kind, namespace, name = '' }: Target,
  { output, dryRun }: Settings,
  grace?: number,
): string {
  if (output === 'name') return `${kindText(kind)}/${name}`;
  const became = grace === 0 ? 'force deleted' : 'deleted';
  const where = kind.namespaced ? ` from ${namespace} namespace` : '';
  return `${kindText(kind)} "${name}" ${became}${where}${dryRun === 'server' ? ' (server dry run)' : ''}`;
}

async function untilGone(deleted: readonly Deleted[], timeout: number, session: Session): Promise<void> {
  const until = performance.now() + timeout;
  for (const { target, uid } of deleted) {
    const isGone = (object: KubeObject | undefined): boolean =>
      object === undefined || (uid !== undefined && object.metadata.uid !== uid);
    const left = Math.max(1, until - performance.now());
    try {
      await waitFor(target, isGone, { timeout: left, absence: 'fine' }, session);
    } catch (thrown) {
      // Who may delete but not look is not kept.
      if (isStatusError(thrown) && (thrown.reason === 'Forbidden' || thrown.reason === 'MethodNotAllowed'))
        return;
      throw thrown;
    }
  }
}
