import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { waitSettings } from '../commands/wait.ts';
import { type Condition, parseCondition } from '../objects/conditions.ts';
import { documentsIn, targetsIn } from '../objects/documents.ts';
import { parseDuration } from '../objects/durations.ts';
import { Complaint, isNotFound, throwAll } from '../objects/failures.ts';
import { formatOf, nameOf } from '../objects/formats.ts';
import { kindText } from '../objects/kinds.ts';
import { fetchItems, queryOf } from '../objects/reading.ts';
import { onCluster, type Session } from '../objects/session.ts';
import { type Target, targetsOf } from '../objects/targets.ts';
import { waitFor } from '../objects/waiting.ts';

type Settings = ValuesOf<typeof waitSettings>;

const week = 7 * 24 * 3_600_000;

/** `davit wait` */
export const wait = onCluster(async (session, { given, positionals }) => {
  const settings = readSettings(waitSettings, given, session.io.env);
  const timeout = timeoutOf(settings.timeout);
  if (settings.for.length === 0) throw new Complaint('unrecognized condition: []');
  const conditions = settings.for.map(parseCondition);
  const format = formatOf(settings.output, false);
  const targets = await meantBy(positionals, settings, conditions, session);
  for (const target of targets) {
    for (const condition of conditions) {
      const absence = condition.wants === 'state' ? 'failure' : 'fine';
      const object = await waitFor(target, condition.isMet, { timeout, absence }, session);
      if (condition.wants === 'delete' && object === undefined) continue;
      if (format === undefined) {
        const name = object === undefined ? `${kindText(target.kind)}/${target.name}` : nameOf(object);
        session.io.out(`${name} condition met\n`);
      } else if (object !== undefined) session.io.out(format(object));
    }
  }
  if (targets.length === 0 && conditions.every(({ wants }) => wants !== 'delete'))
    throw new Complaint('no matching resources found');
  return 0;
});

function timeoutOf(text: string): number {
  const time = parseDuration(text);
  if (time === undefined)
    throw new Complaint(`invalid --timeout "${text}": expected a time such as 30s or 1m30s`);
  return time < 0 ? week : time;
}

/** Objects that are there when the command begins, or that it names. */
async function meantBy(
  words: readonly string[],
  settings: Settings,
  conditions: readonly Condition[],
  session: Session,
): Promise<readonly Target[]> {
  const { files, recursive, allNamespaces, selector, fieldSelector, all } = settings;
  if (files.length > 0) {
    return targetsIn(await documentsIn(files, recursive, session.io), session);
  }
  if (words.length === 0)
    throw new Complaint('You must provide one or more resources by argument or filename.');
  const selected = all || selector !== undefined || fieldSelector !== undefined;
  const options = { command: 'wait', allNamespaces, selected, collections: false };
  const targets = await targetsOf(words, options, session);
  if (targets.every(({ name }) => name !== undefined)) {
    return conditions.some(({ wants }) => wants === 'delete') ? present(targets, session) : targets;
  }
  const found: Target[] = [];
  for (const collection of targets) {
    const { items, failures } = await fetchItems([collection], queryOf(settings), session);
    throwAll(failures);
    for (const { metadata } of items) {
      found.push({ kind: collection.kind, namespace: metadata.namespace ?? '', name: metadata.name });
    }
  }
  return found;
}

/** What is not there has gone already, and nothing is said of it. */
async function present(targets: readonly Target[], session: Session): Promise<readonly Target[]> {
  const found: Target[] = [];
  for (const target of targets) {
    const { failures } = await fetchItems([target], {}, session);
    throwAll(failures.filter(one => !isNotFound(one)));
    if (failures.length === 0) found.push(target);
  }
  return found;
}
