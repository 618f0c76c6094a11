import { isAbsolute } from 'node:path';
import { CodedError, errorOf, type ErrorNote } from '../../base/errors/index.ts';
import type { Annex, PageAnswer } from '../../cluster/apiserver/index.ts';
import { throwIfFailed, type Transport } from '../../cluster/client/index.ts';
import { appErrors } from '../errors.ts';

/** Where a cluster that runs is asked for a copy of its state, on the listener of its API. */
export const backupPath = '/davit/backup';
/** Milliseconds that a copy may take. */
const patience = 600_000;

interface Asked {
  readonly file?: unknown;
}

/** Copies the state of a cluster that runs into the file that the body names; whoever asks has been let in to the path by the API. */
export function backupAnnex(copy: (file: string) => Promise<void>): Annex {
  return async ({ method, body }) => {
    try {
      const file = fileOf(method, body);
      await copy(file);
      return json(200, { file });
    } catch (error) {
      if (!(error instanceof CodedError)) throw error;
      const { code, status, fault, message } = error;
      return json(status, { error: { code, status, fault, message } });
    }
  };
}

function fileOf(method: string, body: Uint8Array): string {
  let asked: Asked | null = null;
  try {
    asked = JSON.parse(Buffer.from(body).toString()) as Asked | null;
  } catch {
    // What is no JSON names no file.
  }
  const file = asked?.file;
  if (method === 'POST' && typeof file === 'string' && isAbsolute(file)) return file;
  const found = `${method.slice(0, 20)} with ${JSON.stringify(file ?? null).slice(0, 100)}`;
  throw appErrors.make['backup-invalid'](`file: found ${found}, expected POST with an absolute path.`);
}

function json(status: number, value: unknown): PageAnswer {
  return { status, type: 'application/json', body: Buffer.from(`${JSON.stringify(value)}\n`) };
}

/**
 * Asks a cluster that runs to copy its state into a file of the machine that it runs on.
 * @throws `store-backup-exists` and what else it answers
 */
export async function askBackup(transport: Transport, file: string): Promise<void> {
  const signal = AbortSignal.timeout(patience);
  const reply = await transport.ask({ method: 'POST', path: backupPath, body: { file }, signal });
  const { error } = (reply.body ?? {}) as { readonly error?: Omit<ErrorNote, 'stack'> };
  if (error !== undefined) throw errorOf({ ...error, stack: undefined });
  throwIfFailed(reply);
}
