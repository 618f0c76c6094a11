import {
  appendFileSync,
  closeSync,
  copyFileSync,
  ftruncateSync,
  type FSWatcher,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** When bytes of an output were written: those from `offset` on, up to the next mark; milliseconds since 1970. */
export interface Mark {
  readonly offset: number;
  readonly time: number;
}

export interface Part {
  readonly path: string;
  /** Position of its first byte in the whole output. */
  readonly start: number;
  readonly marks: readonly Mark[];
}

export interface OutputLimits {
  /** Bytes of a file before it is rotated. */
  readonly fileBytes: number;
  /** Files kept, the one that is written among them. */
  readonly files: number;
}

export const usualLimits: OutputLimits = { fileBytes: 10 * 1024 * 1024, files: 5 };

/** Milliseconds between looks where changes of files cannot be watched. */
const look = 500;

/**
 * Keeps the log of a process that writes into it directly, so that nothing has to run for it to be written: notes when it grew, and
 * rotates it. What is written in the microseconds between copying the last bytes and emptying the file is lost.
 */
export class OutputKeeper {
  readonly #record: () => string;
  readonly #limits: OutputLimits;
  readonly #now: () => number;
  #watcher: FSWatcher | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Bytes of the whole output that are marked. */
  #marked: number;

  /** `record` gives the folder that holds `log`. */
  constructor(record: () => string, now: () => number, limits = usualLimits) {
    this.#record = record;
    this.#now = now;
    this.#limits = limits;
    this.#marked = readMarks(record()).at(-1)?.offset ?? -1;
  }

  start(): void {
    this.note();
    try {
      this.#watcher = watch(join(this.#record(), 'log'), () => this.note());
      this.#watcher.on('error', () => this.#poll());
      this.#watcher.unref();
    } catch {
      this.#poll();
    }
  }

  stop(): void {
    this.note();
    this.#watcher?.close();
    clearInterval(this.#timer);
  }

  /** Marks what is new. Where nothing can be written, on a full disk, that is left for the next time. */
  note(): void {
    try {
      this.#note();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
    }
  }

  #note(): void {
    const record = this.#record();
    // Its pod may be gone, and its folder with it, before the watcher has told all it saw.
    const current = partsOf(record).at(-1);
    if (current === undefined) return;
    const size = sizeOf(current.path);
    const end = current.start + size;
    if (end > this.#marked && size > 0) {
      const offset = Math.max(this.#marked, 0);
      appendFileSync(join(record, 'marks'), `${offset} ${Math.floor(this.#now())}\n`, { mode: 0o600 });
      this.#marked = end;
    }
    if (size >= this.#limits.fileBytes) rotate(record, current.start, this.#limits);
  }

  #poll(): void {
    this.#timer ??= setInterval(() => this.note(), look).unref();
  }
}

/** The files of an output, oldest first, with what is known of their times; none once its folder is gone. */
export function partsOf(record: string): Part[] {
  const rotated = rotatedOf(record);
  if (rotated === undefined) return [];
  const marks = readMarks(record);
  const last = rotated.at(-1);
  const start = last === undefined ? 0 : last.start + sizeOf(last.path);
  return [...rotated, { path: join(record, 'log'), start }].map((part, index, all) => {
    const next = all[index + 1]?.start ?? Number.POSITIVE_INFINITY;
    return { ...part, marks: within(marks, part.start, next) };
  });
}

/** Marks of a file, from its own beginning on. */
function within(marks: readonly Mark[], start: number, next: number): Mark[] {
  const before = marks.findLastIndex(({ offset }) => offset <= start);
  return marks
    .filter(({ offset }, index) => index === before || (offset > start && offset < next))
    .map(({ offset, time }) => ({ offset: Math.max(offset - start, 0), time }));
}

/** Undefined once the folder is gone, which may be at any moment: a container keeps its last two runs. */
function rotatedOf(record: string): { path: string; start: number }[] | undefined {
  return namesIn(record)
    ?.flatMap(name => {
      const start = /^log\.(\d+)$/.exec(name)?.[1];
      return start === undefined ? [] : [{ path: join(record, name), start: Number(start) }];
    })
    .toSorted((a, b) => a.start - b.start);
}

function namesIn(folder: string): string[] | undefined {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function readMarks(record: string): Mark[] {
  try {
    const lines = readFileSync(join(record, 'marks'), 'utf8').split('\n').slice(0, -1);
    return lines.map(line => {
      const [offset = '', time = ''] = line.split(' ');
      return { offset: Number(offset), time: Number(time) };
    });
  } catch {
    return [];
  }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

/** Moves what is written out of the way of a process that keeps the file open. */
function rotate(record: string, start: number, { files }: OutputLimits): void {
  const log = join(record, 'log');
  const beside = join(record, 'rotating');
  copyFileSync(log, beside);
  const from = openSync(log, 'r+');
  try {
    const buffer = Buffer.alloc(64 * 1024);
    for (let at = sizeOf(beside); ;) {
      const read = readSync(from, buffer, 0, buffer.length, at);
      if (read === 0) break;
      appendFileSync(beside, buffer.subarray(0, read));
      at += read;
    }
    ftruncateSync(from);
  } finally {
    closeSync(from);
  }
  renameSync(beside, join(record, `log.${start}`));
  const all = rotatedOf(record) ?? [];
  const old = all.slice(0, Math.max(0, all.length - files + 1));
  for (const { path } of old) rmSync(path, { force: true });
  if (old.length > 0) forget(record, all[old.length]?.start ?? 0);
}

/** Drops marks of what is not kept any more. */
function forget(record: string, start: number): void {
  const marks = readMarks(record);
  const first = Math.max(
    0,
    marks.findLastIndex(({ offset }) => offset <= start),
  );
  const text = marks.slice(first).map(({ offset, time }) => `${offset} ${time}\n`);
  writeFileSync(join(record, 'marks'), text.join(''), { mode: 0o600 });
}
