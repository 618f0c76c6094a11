import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { apiVersionOf } from '../../cluster/meta/index.ts';
import { eventsSettings } from '../commands/events.ts';
import { harmless } from '../objects/escape.ts';
import { eventTime, type EventFields, intervalText } from '../objects/eventlines.ts';
import { Complaint, throwAll } from '../objects/failures.ts';
import { type Format, formatOf } from '../objects/formats.ts';
import { kindOf } from '../objects/kinds.ts';
import { changes, fetchItems, type Query } from '../objects/reading.ts';
import { onCluster, type Session } from '../objects/session.ts';
import { tableLayout, TabWriter } from '../objects/tabs.ts';
import type { Target } from '../objects/targets.ts';

type Settings = ValuesOf<typeof eventsSettings>;

/** `davit events` */
export const events = onCluster(async (session, { given }) => {
  const settings = readSettings(eventsSettings, given, session.io.env);
  const types = settings.types.flatMap(list => list.split(',')).map(type => type.toLowerCase());
  if (types.some(type => type !== 'normal' && type !== 'warning'))
    throw new Complaint('valid --types are Normal or Warning');
  const isMeant = ({ type = '' }: EventFields): boolean =>
    types.length === 0 || types.includes(type.toLowerCase());
  const format = formatOf(settings.output, false);
  const query = await queryFor(settings.for, session);
  const kind = kindOf('events', await session.kinds());
  const target = { kind, namespace: settings.allNamespaces ? '' : session.namespace, name: undefined };
  if (settings.watch) return watch(target, query, isMeant, printerOf(settings, format, session), session);
  const { items, failures } = await fetchItems([target], query, session);
  throwAll(failures);
  const meant = (items as EventFields[]).filter(isMeant).toSorted((a, b) => eventTime(a) - eventTime(b));
  if (meant.length === 0) {
    const where = settings.allNamespaces ? '' : ` in ${session.namespace} namespace`;
    session.io.err(`No events found${where}.\n`);
  } else if (format === undefined) printerOf(settings, format, session)(meant);
  else session.io.out(format(eventList(meant)));
  return 0;
});

function eventList(items: readonly EventFields[]): Parameters<Format>[0] {
  return { apiVersion: 'v1', items, kind: 'EventList', metadata: {} };
}

async function queryFor(about: string | undefined, session: Session): Promise<Query> {
  if (about === undefined) return {};
  const [type = '', name, ...more] = about.split('/');
  if (name === undefined) throw new Complaint('--for must be in resource/name form');
  if (more.length > 0)
    throw new Complaint('arguments in resource/name form may not have more than one slash');
  const kind = kindOf(type, await session.kinds());
  const parts = {
    'involvedObject.kind': kind.kind,
    'involvedObject.apiVersion': apiVersionOf(kind),
    'involvedObject.name': name,
  };
  return {
    fieldSelector: Object.entries(parts)
      .map(([field, value]) => `${field}=${value}`)
      .join(','),
  };
}

type Printer = (events: readonly EventFields[]) => void;

function printerOf(settings: Settings, format: Format | undefined, { io }: Session): Printer {
  if (format !== undefined) return all => all.forEach(event => io.out(format(event)));
  const { allNamespaces, noHeaders } = settings;
  const tabs = new TabWriter(tableLayout, true);
  const write = (cells: readonly string[]): void => tabs.write(`${cells.join('\t')}\n`);
  const headers = [
    ...(allNamespaces ? ['NAMESPACE'] : []),
    'LAST SEEN',
    'TYPE',
    'REASON',
    'OBJECT',
    'MESSAGE',
  ];
  let headed = noHeaders;
  return all => {
    if (!headed) write(headers);
    headed = true;
    for (const event of all) write(cellsOf(event, allNamespaces));
    io.out(tabs.flush());
  };
}

function cellsOf(event: EventFields, allNamespaces: boolean): readonly string[] {
  const { metadata, type = '', reason = '', involvedObject, message = '' } = event;
  return [
    ...(allNamespaces ? [metadata.namespace ?? ''] : []),
    intervalText(event, Date.now()),
    harmless(type),
    harmless(reason),
    `${harmless(involvedObject.kind ?? '')}/${harmless(involvedObject.name ?? '')}`,
    harmless(message.trim()),
  ];
}

async function watch(
  target: Target,
  query: Query,
  isMeant: (event: EventFields) => boolean,
  print: Printer,
  session: Session,
): Promise<number> {
  // From no revision on: what there is comes first.
  for await (const { type, object } of changes(target, query, '', session)) {
    const event = object as EventFields;
    if (type !== 'DELETED' && isMeant(event)) print([event]);
  }
  return 0;
}
