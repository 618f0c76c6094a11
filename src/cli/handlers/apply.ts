import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { pathOf, throwIfFailed } from '../../cluster/client/index.ts';
import { isStatusError, type KubeObject, StatusError } from '../../cluster/meta/index.ts';
import { applySettings } from '../commands/apply.ts';
import { documentsIn, targetsIn, type Document } from '../objects/documents.ts';
import { Complaint, isNotFound, throwAll, withSource } from '../objects/failures.ts';
import { formatOf, listOf, nameOf } from '../objects/formats.ts';
import { queryText } from '../objects/reading.ts';
import { onCluster, type Session } from '../objects/session.ts';
import type { Target } from '../objects/targets.ts';

type Settings = ValuesOf<typeof applySettings>;
type Applied = Target & Document;

/** `davit apply` */
export const apply = onCluster(async (session, { given }) => {
  const settings = readSettings(applySettings, given, session.io.env);
  if (settings.files.length === 0) throw new Complaint('must specify -f');
  const format = formatOf(settings.output, false);
  const documents = await documentsIn(settings.files, settings.recursive, session.io);
  if (documents.length === 0) throw new Complaint('no objects passed to apply');
  const failures: unknown[] = [];
  const results: KubeObject[] = [];
  for (const target of await targetsIn(documents, session)) {
    try {
      const { object, became } = await applyOne(target, settings, session);
      results.push(object);
      const dry = settings.dryRun === 'server' ? ' (server dry run)' : '';
      if (format === undefined) session.io.out(`${nameOf(object)} ${became}${dry}\n`);
      if (object.metadata.deletionTimestamp !== undefined) warnOfDeletion(object, session);
    } catch (thrown) {
      if (!isStatusError(thrown) && !(thrown instanceof Complaint)) throw thrown;
      failures.push(thrown);
    }
  }
  const [only] = results;
  if (format !== undefined && only !== undefined) {
    session.io.out(format(results.length === 1 ? only : listOf(results)));
  }
  throwAll(failures);
  return 0;
});

/** Applies one object of a file by the manager davit, and takes over what others own. */
export function applyDocument(target: Applied, session: Session): Promise<Outcome> {
  return applyOne(target, readSettings(applySettings, new Map(), {}), session);
}

interface Outcome {
  readonly object: KubeObject;
  readonly became: 'created' | 'configured' | 'unchanged' | 'serverside-applied';
}

async function applyOne(target: Applied, settings: Settings, session: Session): Promise<Outcome> {
  const { object, source } = target;
  if (target.name === undefined) {
    const { generateName } = object.metadata;
    throw new Complaint(
      generateName === undefined
        ? `error when applying "${source}": resource name may not be empty`
        : `from ${generateName}: cannot use generate name with apply`,
    );
  }
  if (settings.serverSide)
    return { object: await send(target, settings, session), became: 'serverside-applied' };
  const before = await current(target, session);
  try {
    const after = await send(target, settings, session);
    return { object: after, became: before === undefined ? 'created' : difference(before, after) };
  } catch (thrown) {
    throw withSource(thrown, before === undefined ? 'creating' : 'applying', source);
  }
}

/** A dry run changes no revision, so what the objects say decides. */
function difference(before: KubeObject, after: KubeObject): 'configured' | 'unchanged' {
  return substance(before) === substance(after) ? 'unchanged' : 'configured';
}

function substance({ metadata, ...rest }: KubeObject): string {
  const { managedFields: _, resourceVersion: __, ...about } = metadata;
  return JSON.stringify({ ...rest, metadata: about });
}

async function current(
  { kind, namespace, name }: Target,
  { transport }: Session,
): Promise<KubeObject | undefined> {
  const reply = await transport.ask({ method: 'GET', path: pathOf(kind, namespace, name) });
  try {
    throwIfFailed(reply);
    return reply.body as KubeObject;
  } catch (thrown) {
    if (isNotFound(thrown)) return undefined;
    throw thrown;
  }
}

async function send(
  { kind, namespace, name, object }: Applied,
  { serverSide, forceConflicts, fieldManager, dryRun, validate }: Settings,
  { transport }: Session,
): Promise<KubeObject> {
  const query = queryText({
    fieldManager,
    fieldValidation: `${(validate[0] as string).toUpperCase()}${validate.slice(1)}`,
    force: String(!serverSide || forceConflicts),
    ...(dryRun === 'server' && { dryRun: 'All' }),
  });
  const reply = await transport.ask({
    method: 'PATCH',
    path: `${pathOf(kind, namespace, name)}${query}`,
    body: object,
    contentType: 'application/apply-patch+yaml',
  });
  try {
    throwIfFailed(reply);
  } catch (thrown) {
    throw isConflict(thrown) ? explained(thrown) : thrown;
  }
  return reply.body as KubeObject;
}

function isConflict(thrown: unknown): thrown is StatusError {
  return isStatusError(thrown) && thrown.reason === 'Conflict';
}

function explained({ code, reason, message, status }: StatusError): StatusError {
  const ways =
    'Others own these fields. Take them over with --force-conflicts, leave them out of the file, or give them the values they have.';
  return new StatusError(code, reason, `${message}\n${ways}`, status.details);
}

function warnOfDeletion({ metadata }: KubeObject, { io }: Session): void {
  io.err(`Warning: Detected changes to resource ${metadata.name ?? ''} which is currently being deleted.\n`);
}
