import { open, stat } from 'node:fs/promises';
import type { Output, Segment } from '../contract.ts';
import { Changes } from './follow.ts';
import type { LogOptions } from './options.ts';

/** Bytes of an output that stand together. */
interface Run {
  /** Position of the first one in the whole output. */
  readonly at: number;
  readonly bytes: Buffer;
}

const block = 1024 * 1024;
const newline = 10;

/** The log of an attempt as it is asked for, piece by piece; following, it ends when the output does, or with the signal. */
export async function* logOf(
  output: Output,
  options: LogOptions,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const times = new Times();
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  const first = await output.segments();
  await times.learn(first);
  const start = await startOf(first, options, times);
  const lines = new Lines(options, times);
  for await (const run of runsFrom(output, start, options.follow, times, signal)) {
    const piece = lines.of(run).subarray(0, left);
    left -= piece.length;
    if (piece.length > 0) yield piece;
    if (left <= 0) return;
  }
}

/** What is written from now on, until the output ends or the signal comes; now is when this resolves. */
export async function writtenFromNow(output: Output, signal: AbortSignal): Promise<AsyncGenerator<Buffer>> {
  const start = await tailStart(await output.segments(), 0);
  return bytesOf(runsFrom(output, start, true, new Times(), signal));
}

async function* bytesOf(runs: AsyncIterable<Run>): AsyncGenerator<Buffer> {
  for await (const { bytes } of runs) yield bytes;
}

interface Mark {
  readonly at: number;
  readonly time: number;
}

/** When bytes of an output were written. */
class Times {
  #marks: Mark[] = [];

  async learn(segments: readonly Segment[]): Promise<void> {
    const marks: Mark[] = [];
    for (const { path, start, marks: own } of segments) {
      const known = own.map(({ offset, time }) => ({ at: start + offset, time }));
      if (known.length === 0) known.push({ at: start, time: await changed(path) });
      marks.push(...known);
    }
    this.#marks = marks;
  }

  /** By halves: a log may have many marks, and every line asks. */
  of(at: number): number {
    let low = 0;
    let high = this.#marks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#marks[middle] as Mark).at <= at) low = middle;
      else high = middle - 1;
    }
    return this.#marks[low]?.time ?? 0;
  }

  /** A place before which nothing was written since a time. */
  before(time: number): number {
    return this.#marks.findLast(mark => mark.time < time)?.at ?? 0;
  }
}

async function changed(path: string): Promise<number> {
  return Math.floor((await stat(path).catch(() => undefined))?.mtimeMs ?? 0);
}

async function startOf(
  segments: readonly Segment[],
  { tail, since }: LogOptions,
  times: Times,
): Promise<number> {
  const after = since === undefined ? 0 : times.before(since);
  return tail === undefined ? after : Math.max(after, await tailStart(segments, tail));
}

/** Where the last lines begin. A line that has not ended yet is one. */
async function tailStart(segments: readonly Segment[], lines: number): Promise<number> {
  let left = lines;
  let atEnd = true;
  for (const { path, start } of segments.toReversed()) {
    const file = await open(path).catch(() => undefined);
    if (file === undefined) continue;
    try {
      for (let end = (await file.stat()).size; end > 0;) {
        const from = Math.max(0, end - block);
        const { bytesRead, buffer } = await file.read(Buffer.alloc(end - from), 0, end - from, from);
        for (let at = bytesRead - 1; at >= 0; at--) {
          if (atEnd && lines === 0) return start + end;
          if (buffer[at] === newline && !atEnd && --left === 0) return start + from + at + 1;
          atEnd = false;
        }
        end = from;
      }
    } finally {
      await file.close();
    }
  }
  return segments[0]?.start ?? 0;
}

/** Everything from a position on; when followed, what is written meanwhile as well. */
async function* runsFrom(
  output: Output,
  position: number,
  follow: boolean,
  times: Times,
  signal: AbortSignal,
): AsyncGenerator<Run> {
  const changes = new Changes();
  let at = position;
  try {
    while (!signal.aborted) {
      const ended = output.ended();
      const segments = await output.segments();
      await times.learn(segments);
      const last = segments.at(-1);
      if (last !== undefined && follow) changes.watch(last.path);
      const before = at;
      let rotated = false;
      for (const span of await spansOf(segments, follow)) {
        for await (const piece of runsIn(span, Math.max(at, span.start))) {
          rotated = span.path === last?.path && !(await isStill(output, span));
          if (rotated) break;
          yield piece;
          at = piece.at + piece.bytes.length;
        }
      }
      if (rotated) continue;
      if (!follow || (at === before && ended)) return;
      if (at === before) await changes.next(signal);
    }
  } finally {
    changes.close();
  }
}

/** Whether what was just read from the file that grows was what it is taken for: it may have been rotated meanwhile. */
async function isStill(output: Output, { path, start }: Span): Promise<boolean> {
  return (await output.segments()).some(one => one.path === path && one.start === start);
}

/** Which part of the whole output a file holds. */
interface Span {
  readonly path: string;
  readonly start: number;
  readonly end: number;
}

/** A log that is not followed ends where it ends now, however fast it grows. */
async function spansOf(segments: readonly Segment[], follow: boolean): Promise<Span[]> {
  const last = segments.at(-1);
  const size = follow || last === undefined ? Number.POSITIVE_INFINITY : await sizeOf(last.path);
  return segments.map(({ path, start }, index) => ({
    path,
    start,
    end: segments[index + 1]?.start ?? start + size,
  }));
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => undefined))?.size ?? 0;
}

async function* runsIn({ path, start, end }: Span, from: number): AsyncGenerator<Run> {
  const file = from < end ? await open(path).catch(() => undefined) : undefined;
  if (file === undefined) return;
  try {
    for (let at = from; at < end;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(block), 0, block, at - start);
      if (bytesRead === 0) return;
      const bytes = buffer.subarray(0, Math.min(bytesRead, end - at));
      yield { at, bytes };
      at += bytes.length;
    }
  } finally {
    await file.close();
  }
}

/** Puts times before lines and leaves out those that are too old. */
class Lines {
  readonly #options: LogOptions;
  readonly #times: Times;
  #begins = true;
  #wanted = true;
  #stamped = Number.NaN;
  #stamp = Buffer.alloc(0);

  constructor(options: LogOptions, times: Times) {
    this.#options = options;
    this.#times = times;
  }

  of({ at, bytes }: Run): Buffer {
    const { timestamps, since } = this.#options;
    if (!timestamps && since === undefined) return bytes;
    const parts: Buffer[] = [];
    for (let from = 0; from < bytes.length;) {
      const found = bytes.indexOf(newline, from);
      const end = found < 0 ? bytes.length : found + 1;
      if (this.#begins) {
        const time = this.#times.of(at + from);
        this.#wanted = since === undefined || time >= since;
        if (this.#wanted && timestamps) parts.push(this.#stampOf(time));
      }
      if (this.#wanted) parts.push(bytes.subarray(from, end));
      this.#begins = found >= 0;
      from = end;
    }
    return Buffer.concat(parts);
  }

  /** As a kubelet writes it, with nine digits of a second. Lines that stand together share it. */
  #stampOf(time: number): Buffer {
    if (time !== this.#stamped) {
      this.#stamped = time;
      this.#stamp = Buffer.from(new Date(time).toISOString().replace('Z', '000000Z '));
    }
    return this.#stamp;
  }
}
