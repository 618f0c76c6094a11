import { readSettings, type ValuesOf } from '../../base/settings/index.ts';
import { getSettings } from '../commands/get.ts';
import { documentsIn, targetsIn } from '../objects/documents.ts';
import { Complaint, isNotFound, throwAll } from '../objects/failures.ts';
import { type Format, formatOf, listOf } from '../objects/formats.ts';
import { kindText } from '../objects/kinds.ts';
import { aboutList, changes, fetchItems, pages, type Query, queryOf } from '../objects/reading.ts';
import { onCluster, type Session } from '../objects/session.ts';
import { sortedBy } from '../objects/sorting.ts';
import { type Row, type Table, type TableOptions, TablePrinter } from '../objects/table.ts';
import { tableLayout, TabWriter } from '../objects/tabs.ts';
import { type Target, targetsOf } from '../objects/targets.ts';

export type GetSettings = ValuesOf<typeof getSettings>;

const asTable = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';

/** `davit get` */
export const get = onCluster(async (session, { given, positionals }) => {
  const settings = readSettings(getSettings, given, session.io.env);
  const { output, showManagedFields, noHeaders } = settings;
  const format = formatOf(output, showManagedFields, !noHeaders);
  const targets = await meantBy(positionals, settings, session);
  if (settings.watch || settings.watchOnly) return watch(targets, settings, format, session);
  return format === undefined
    ? printTables(targets, settings, session)
    : printObjects(targets, settings, format, session);
});

async function meantBy(
  words: readonly string[],
  settings: GetSettings,
  session: Session,
): Promise<readonly Target[]> {
  const { files, recursive, allNamespaces, selector, fieldSelector } = settings;
  if (files.length > 0) {
    if (words.length > 0) {
      throw new Complaint(
        'when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well',
      );
    }
    return targetsIn(await documentsIn(files, recursive, session.io), session);
  }
  if (words.length === 0) {
    throw new Complaint(
      "You must specify the type of resource to get.\nSee 'davit get --help' for help and examples",
    );
  }
  const selected = selector !== undefined || fieldSelector !== undefined;
  return targetsOf(words, { command: 'get', allNamespaces, selected, collections: true }, session);
}

interface Fetched {
  readonly target: Target;
  readonly table: Table;
}

async function printTables(
  targets: readonly Target[],
  settings: GetSettings,
  session: Session,
): Promise<number> {
  const { fetched, failures } = await fetchTables(targets, settings, session);
  const several = new Set(fetched.map(({ target }) => target.kind)).size > 1;
  const texts = runsOf(fetched).map(run => runText(run, settings, several));
  const text = texts.filter(one => one !== '').join(settings.noHeaders ? '' : '\n');
  session.io.out(text);
  if (text === '' && failures.length === 0 && !settings.ignoreNotFound) nothing(fetched, settings, session);
  throwAll(failures);
  return 0;
}

async function fetchTables(
  targets: readonly Target[],
  settings: GetSettings,
  session: Session,
): Promise<{ fetched: readonly Fetched[]; failures: readonly unknown[] }> {
  const fetched: Fetched[] = [];
  const failures: unknown[] = [];
  for (const target of targets) {
    try {
      fetched.push({ target, table: await fetchTable(target, settings, session) });
    } catch (thrown) {
      if (settings.ignoreNotFound && isNotFound(thrown)) continue;
      failures.push(aboutList(thrown, target, queryOf(settings)));
    }
  }
  return { fetched, failures };
}

/** One table of all parts of a collection; whole objects come along where rows are to be sorted by them. */
async function fetchTable(target: Target, settings: GetSettings, session: Session): Promise<Table> {
  const { sortBy } = settings;
  const query = { ...listQuery(settings), ...(sortBy !== undefined && { includeObject: 'Object' }) };
  const rows: Row[] = [];
  let last: Table | undefined;
  for await (const page of pages(target, query, session, asTable)) {
    last = page as Table;
    if (last.kind !== 'Table') {
      throw new Complaint(`found ${last.kind}, expected a Table of ${target.kind.plural}`);
    }
    for (const row of last.rows ?? []) rows.push(row);
  }
  const sorted = sortBy === undefined ? rows : sortedBy(rows, row => row.object, sortBy);
  return { ...(last as Table), rows: sorted };
}

/** What is sorted is read at once. */
function listQuery(settings: GetSettings): Query {
  return queryOf(settings.sortBy === undefined ? settings : { ...settings, chunkSize: 0 });
}

/** Tables of one kind that follow one another share their headers and widths. */
function runsOf(fetched: readonly Fetched[]): readonly (readonly Fetched[])[] {
  const runs: Fetched[][] = [];
  for (const one of fetched) {
    const last = runs.at(-1);
    if (last?.[0]?.target.kind === one.target.kind) last.push(one);
    else runs.push([one]);
  }
  return runs;
}

function runText(run: readonly Fetched[], settings: GetSettings, several: boolean): string {
  const { target } = run[0] as Fetched;
  const tabs = new TabWriter(tableLayout, true);
  const printer = new TablePrinter(optionsFor(target, settings, several), tabs);
  for (const { table } of run) printer.print(table);
  return tabs.flush();
}

function optionsFor({ kind }: Target, settings: GetSettings, several: boolean): TableOptions {
  const { output, noHeaders, allNamespaces, showKind, showLabels, labelColumns } = settings;
  return {
    wide: output === 'wide',
    headers: !noHeaders,
    namespace: allNamespaces && kind.namespaced,
    kind: several || showKind ? kindText(kind) : undefined,
    labels: showLabels,
    labelColumns: labelColumns.flatMap(list => list.split(',')),
  };
}

function nothing(
  fetched: readonly Fetched[],
  { allNamespaces }: GetSettings,
  { io, namespace }: Session,
): void {
  const inOne = !allNamespaces && fetched.every(({ target }) => target.kind.namespaced);
  io.err(inOne ? `No resources found in ${namespace} namespace.\n` : 'No resources found\n');
}

async function printObjects(
  targets: readonly Target[],
  settings: GetSettings,
  format: Format,
  session: Session,
): Promise<number> {
  const { items: found, failures } = await fetchItems(targets, listQuery(settings), session);
  const { sortBy } = settings;
  const items = sortBy === undefined ? found : sortedBy(found, item => item, sortBy);
  const serious = settings.ignoreNotFound ? failures.filter(one => !isNotFound(one)) : failures;
  const single = targets.length === 1 && targets[0]?.name !== undefined;
  const [only] = items;
  if (single && only !== undefined) session.io.out(format(only));
  else if (!single && !(items.length === 0 && settings.ignoreNotFound)) session.io.out(format(listOf(items)));
  throwAll(serious);
  return 0;
}

async function watch(
  targets: readonly Target[],
  settings: GetSettings,
  format: Format | undefined,
  session: Session,
): Promise<number> {
  const [target, ...more] = targets;
  if (target === undefined || more.length > 0) {
    throw new Complaint(
      more.every(one => one.kind === target?.kind)
        ? 'you may only watch one object, or all of a kind'
        : 'you may only specify a single resource type',
    );
  }
  if (format === undefined) await watchRows(target, settings, session);
  else await watchItems(target, settings, format, session);
  return 0;
}

async function watchRows(target: Target, settings: GetSettings, session: Session): Promise<void> {
  const tabs = new TabWriter(tableLayout, true);
  const printer = new TablePrinter(optionsFor(target, settings, false), tabs);
  const show = (table: Table, type: string): void => {
    printer.print(table, settings.outputWatchEvents ? type : undefined);
    session.io.out(tabs.flush());
  };
  const table = await fetchTable(target, settings, session);
  if (!settings.watchOnly) show(table, 'ADDED');
  const from = table.metadata?.resourceVersion ?? '0';
  for await (const { type, object } of changes(target, queryOf(settings), from, session, asTable)) {
    show(object, type);
  }
}

async function watchItems(
  target: Target,
  settings: GetSettings,
  format: Format,
  session: Session,
): Promise<void> {
  const { items, failures, resourceVersion } = await fetchItems([target], queryOf(settings), session);
  throwAll(failures);
  if (!settings.watchOnly) for (const item of items) session.io.out(format(item));
  for await (const { object } of changes(target, queryOf(settings), resourceVersion, session)) {
    session.io.out(format(object));
  }
}
