import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Change, openStore, type Stored } from '../../src/cluster/store/index.ts';

const writer = join(import.meta.dirname, 'writer.ts');
const resource = 'configmaps';

/** A write that was acknowledged before the kill. */
interface Acknowledged {
  readonly revision: number;
  readonly name: string;
  /** Absent for a removal. */
  readonly value: string | undefined;
  /** The revision is that of the state that was removed, and its own is not known. */
  readonly later?: boolean;
}

/** Starts a writer and kills it once it has said so many lines. @returns the lines that were whole */
export async function killedAfter(file: string, round: number, lines: number): Promise<string[]> {
  const child = spawn(process.execPath, [writer, file, `${round}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  let faults = '';
  let said = 0;
  child.stderr.on('data', (chunk: Buffer) => (faults += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    for (const byte of chunk) if (byte === 10) said++;
    if (said > lines) child.kill('SIGKILL');
  });
  await once(child, 'close');
  if (child.signalCode !== 'SIGKILL') throw new Error(`the writer ended by itself: ${faults}`);
  return text.split('\n').slice(0, -1);
}

/** What has been acknowledged to the writers, or seen here since: neither may ever be lost. */
export class Ledger {
  readonly #last = new Map<string, Acknowledged>();
  #newest = 0;
  acknowledged = 0;

  /** Takes the lines of a writer, and looks for each in what the store holds now. @returns what is wrong */
  async check(file: string, lines: readonly string[]): Promise<string[]> {
    const round = lines.slice(1).map(parsed);
    this.acknowledged += round.length;
    for (const one of round) {
      this.#newest = Math.max(this.#newest, one.revision);
      const known = this.#last.get(one.name);
      if (known === undefined || known.revision < one.revision || one.later) this.#last.set(one.name, one);
    }
    const store = await openStore({ path: file, now: Date.now });
    try {
      const changes = new Map<number, Change>();
      store.watch(resource, store.oldest, {
        onChange: change => changes.set(change.stored.revision, change),
      });
      const faults = [
        ...(store.revision < this.#newest ? [`revision ${store.revision} is before ${this.#newest}`] : []),
        ...round.flatMap(one => (one.revision > store.oldest ? missing(one, changes) : [])),
        ...[...this.#last.values()].flatMap(one => lost(one, changes, store.get(placeOf(one.name)))),
      ];
      for (const { name, revision } of this.#last.values()) {
        const now = store.get(placeOf(name));
        this.#last.set(name, { name, revision: now?.revision ?? revision, value: now && valueOf(now) });
      }
      return faults;
    } finally {
      await store.close();
    }
  }
}

function missing(
  { revision, name, value, later = false }: Acknowledged,
  changes: ReadonlyMap<number, Change>,
): string[] {
  if (later) return [];
  const change = changes.get(revision);
  const said = change && (change.type === 'deleted' ? undefined : valueOf(change.stored));
  if (change?.stored.place.name === name && said === value) return [];
  return [`history lacks ${revision} ${name} ${value ?? '-'}`];
}

/** The last acknowledged state of a place has to be there, or a later one that was on its way. */
function lost(
  { revision, name, value }: Acknowledged,
  changes: ReadonlyMap<number, Change>,
  now: Stored | undefined,
): string[] {
  const later = [...changes.values()].some(
    ({ stored }) => stored.place.name === name && stored.revision > revision,
  );
  const same = value === undefined ? now === undefined : now?.revision === revision && valueOf(now) === value;
  return later || same ? [] : [`the state lacks ${revision} ${name} ${value ?? '-'}`];
}

function parsed(line: string): Acknowledged {
  const [revision = '', name = '', value] = line.split(' ');
  const later = revision.startsWith('>');
  const told = { name, value: value === '-' ? undefined : value, later };
  return { ...told, revision: Number(later ? revision.slice(1) : revision) };
}

function placeOf(name: string): { resource: string; namespace: string; name: string } {
  return { resource, namespace: 'ns', name };
}

function valueOf({ object }: Stored): string | undefined {
  return (object['data'] as { value?: string } | undefined)?.value;
}
