import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/** Code of a run that used more of the program replaces what is kept once it is so many times as long. */
const fuller = 1.1;
/** Runs with kept code that look, when they end, whether they have more of it; making code takes a tenth of a start. */
const mostLooks = 3;
/** Programs whose code is kept: some commands, of some releases. */
const mostKept = 16;
/** Milliseconds after which nobody writes any more what is unfinished. */
const abandoned = 3_600_000;

/** Runs a program, a CommonJS file in ASCII that the build made, with the code that an earlier run of it compiled. */
export function runKept(file: string, kept: KeptCode): void {
  // Node would decode UTF-8 only to find that there was nothing to decode.
  const source = readFileSync(file, 'latin1');
  const found = kept.read();
  const script = new Script(`(function (require, __filename) {${source}\n})`, {
    filename: file,
    cachedData: found?.code,
  });
  const wasUsed = script.cachedDataRejected === false;
  process.once('exit', () => keep(script, wasUsed ? kept.read() : undefined, kept));
  const run = script.runInThisContext() as (require: NodeJS.Require, filename: string) => void;
  run(createRequire(file), file);
}

/** Functions that were called are in the code of a script; what Node keeps of modules is made before any is called. */
function keep(script: Script, used: Code | undefined, kept: KeptCode): void {
  const { code: old, looks } = used ?? { code: Buffer.alloc(0), looks: 0 };
  if (looks >= mostLooks) return;
  const code = script.createCachedData();
  if (code.length > old.length * fuller) kept.write({ code, looks: 0 });
  else kept.write({ code: old, looks: looks + 1 });
}

/** The compiled code of a program, and how many runs since have looked whether they had more. */
export interface Code {
  readonly code: Buffer;
  readonly looks: number;
}

/** How the name of a file ends that is still written. */
const unfinished = '.part';

/** After the code: looks, and a checksum over both. */
const trailer = { looks: 1, sum: 4 };

/**
 * Where the compiled code of a program lies, for all its runs by the same Node.js with the same flags: V8 takes no other. Whoever
 * can write it can run what he likes, so nothing is read from a folder that is not this user's alone. What cannot be read or written
 * only makes a start slower.
 */
export class KeptCode {
  readonly #folder: string;
  readonly #path: string;

  /** @param program its file’s name, which says what is in it */
  constructor(program: string, env: Readonly<Record<string, string | undefined>>) {
    const usual = join(env['HOME'] ?? homedir(), '.davit', 'cache');
    this.#folder = resolve(env['DAVIT_CACHE'] ?? usual, 'code');
    const flags = crc32(JSON.stringify([process.execArgv, env['NODE_OPTIONS'] ?? '']));
    const engine = `${process.version}-${process.arch}-${flags.toString(16)}`;
    this.#path = join(this.#folder, `${program}.${engine}`);
  }

  /** What was written, which counts as used now; undefined when there is none, or it is damaged. */
  read(): Code | undefined {
    try {
      if (!isOwn(this.#folder)) return undefined;
      const bytes = readFileSync(this.#path);
      const summed = bytes.subarray(0, -trailer.sum);
      if (bytes.readUInt32LE(summed.length) !== crc32(summed)) return undefined;
      const now = new Date();
      utimesSync(this.#path, now, now);
      return { code: summed.subarray(0, -trailer.looks), looks: summed.at(-1) ?? 0 };
    } catch {
      return undefined;
    }
  }

  write({ code, looks }: Code): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      if (!isOwn(this.#folder)) return;
    } catch {
      return;
    }
    const part = `${this.#path}.${process.pid}${unfinished}`;
    try {
      const summed = Buffer.concat([code, Buffer.of(looks)]);
      const sum = Buffer.alloc(trailer.sum);
      sum.writeUInt32LE(crc32(summed));
      writeFileSync(part, Buffer.concat([summed, sum]), { mode: 0o600 });
      renameSync(part, this.#path);
      this.#evict();
    } catch {
      rmSync(part, { force: true });
    }
  }

  /** Removes what was used longest ago, of other releases for the most part, and what a run that was killed left unfinished. */
  #evict(): void {
    const all = readdirSync(this.#folder).map(name => {
      const path = join(this.#folder, name);
      return { path, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
    });
    const isPart = ({ path }: { path: string }): boolean => path.endsWith(unfinished);
    const left = all.filter(one => isPart(one) && one.at < Date.now() - abandoned);
    const kept = all.filter(one => !isPart(one)).toSorted((one, other) => other.at - one.at);
    const unused = kept.slice(mostKept);
    for (const { path } of [...left, ...unused]) rmSync(path, { force: true });
  }
}

function isOwn(folder: string): boolean {
  const { uid, mode } = statSync(folder);
  return uid === process.geteuid?.() && (mode & 0o022) === 0;
}
