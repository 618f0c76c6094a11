import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone } from '../../base/locks/index.ts';
import type { Tokens } from '../../edge/identity/native/index.ts';

/** Which login is meant. */
export interface LoginKey {
  readonly issuer: string;
  readonly clientId: string;
  readonly user: string | undefined;
}

/** Logins that are kept in a folder that only its owner reads; one program at a time renews one. */
export class KeptLogins {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(key: LoginKey): Tokens | undefined {
    try {
      return JSON.parse(readFileSync(this.#file(key), 'utf8')) as Tokens;
    } catch {
      return undefined;
    }
  }

  write(key: LoginKey, tokens: Tokens): void {
    const file = this.#file(key);
    const beside = `${file}.${process.pid}`;
    writeFileSync(beside, JSON.stringify(tokens), { mode: 0o600 });
    renameSync(beside, file);
  }

  /** Issuers of which a login is kept. */
  issuers(which: Omit<LoginKey, 'issuer'>): string[] {
    const found = new Set<string>();
    for (const name of namesIn(this.#folder)) {
      const issuer = issuerIn(join(this.#folder, name));
      if (issuer !== undefined && this.#file({ issuer, ...which }) === join(this.#folder, name)) {
        found.add(issuer);
      }
    }
    return [...found].toSorted();
  }

  forget(key: LoginKey): void {
    rmSync(this.#file(key), { force: true });
  }

  /**
   * Does something that no other program may do at the same time: what renews a login is good once, and a second use would end
   * the login.
   */
  async alone<T>(key: LoginKey, act: () => Promise<T>): Promise<T> {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    return alone(`${this.#file(key)}.lock`, new AbortController().signal, act);
  }

  #file({ issuer, clientId, user }: LoginKey): string {
    const text = JSON.stringify([issuer, clientId, user ?? null]);
    return join(this.#folder, `${createHash('sha256').update(text).digest('hex').slice(0, 32)}.json`);
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whose the ID token in a file is; undefined where there is none. */
function issuerIn(file: string): string | undefined {
  try {
    const { idToken } = JSON.parse(readFileSync(file, 'utf8')) as Tokens;
    const claims = Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString();
    return (JSON.parse(claims) as { readonly iss?: string }).iss;
  } catch {
    return undefined;
  }
}
