import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { cachedDataVersionTag } from 'node:v8';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/** Code of a run that used more of the program replaces what is kept once it is so many times as long. */
const fuller = 1.1;
/** Programs whose code is kept: some commands, of some releases. */
const mostKept = 16;

/** Runs a program, a CommonJS file in ASCII that the build made, with the code that an earlier run of it compiled. */
export function runKept(file: string, kept: KeptCode): void {
  // Node would decode UTF-8 only to find that there was nothing to decode.
  const source = readFileSync(file, 'latin1');
  const cachedData = kept.read();
  const script = new Script(`(function (require, __filename) {${source}\n})`, { filename: file, cachedData });
  const length = script.cachedDataRejected === false ? (cachedData?.length ?? 0) : 0;
  process.once('exit', () => {
    // Functions that were called are in it; what Node keeps of modules is made before any is called.
    const code = script.createCachedData();
    if (code.length > length * fuller) kept.write(code);
  });
  const run = script.runInThisContext() as (require: NodeJS.Require, filename: string) => void;
  run(createRequire(file), file);
}

/**
 * Where the compiled code of a program lies, for all its runs with the same V8 and flags. Whoever can write it can run what he likes,
 * so nothing is read from a folder that is not this user's alone. What cannot be read or written only makes a start slower.
 */
export class KeptCode {
  readonly #folder: string;
  readonly #path: string;

  /** @param program its file’s name, which says what is in it */
  constructor(program: string, env: Readonly<Record<string, string | undefined>>) {
    const usual = join(env['HOME'] ?? homedir(), '.davit', 'cache');
    this.#folder = resolve(env['DAVIT_CACHE'] ?? usual, 'code');
    this.#path = join(this.#folder, `${program}.${cachedDataVersionTag().toString(16)}`);
  }

  /** What was written; undefined when there is none, or it is damaged. */
  read(): Buffer | undefined {
    try {
      if (!isOwn(this.#folder)) return undefined;
      const bytes = readFileSync(this.#path);
      const code = bytes.subarray(0, -4);
      return bytes.readUInt32LE(code.length) === crc32(code) ? code : undefined;
    } catch {
      return undefined;
    }
  }

  write(code: Buffer): void {
    try {
      mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
      if (!isOwn(this.#folder)) return;
    } catch {
      return;
    }
    const part = `${this.#path}.${process.pid}`;
    try {
      const sum = Buffer.alloc(4);
      sum.writeUInt32LE(crc32(code));
      writeFileSync(part, Buffer.concat([code, sum]), { mode: 0o600 });
      renameSync(part, this.#path);
      this.#evict();
    } catch {
      rmSync(part, { force: true });
    }
  }

  /** Removes what was written longest ago, of other releases for the most part. */
  #evict(): void {
    const all = readdirSync(this.#folder).map(name => {
      const path = join(this.#folder, name);
      return { path, at: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 };
    });
    for (const { path } of all.toSorted((one, other) => other.at - one.at).slice(mostKept)) {
      rmSync(path, { force: true });
    }
  }
}

function isOwn(folder: string): boolean {
  const { uid, mode } = statSync(folder);
  return uid === process.geteuid?.() && (mode & 0o022) === 0;
}
