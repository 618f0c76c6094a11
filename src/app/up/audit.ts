import { createWriteStream } from 'node:fs';
import type { Log } from '../../base/log/index.ts';
import type { ApiServerOptions } from '../../cluster/apiserver/index.ts';
import type { Audit } from '../../edge/identity/index.ts';

/** What is written down of who did what. */
export interface AuditLog {
  /** Told of each request to the API that was answered; absent without a file. */
  readonly onAnswered: ApiServerOptions['onAnswered'] | undefined;
  /** Told of logins, tokens and people. */
  readonly audit: Audit;
}

/** A JSON line for each; `file` may be `-` for standard error. What is about identity stands in the log, too. */
export function openAudit(file: string | undefined, log: Log): AuditLog {
  const write = file === undefined ? undefined : writer(file);
  return {
    onAnswered: write && answeredWriter(write),
    audit: event => {
      const { event: what, ...rest } = event;
      log.info(what.replaceAll('-', ' '), { audit: true, ...rest });
      write?.({ event: what, ...rest });
    },
  };
}

type Write = (line: Readonly<Record<string, unknown>>) => void;

function writer(file: string): Write {
  const stream = file === '-' ? process.stderr : createWriteStream(file, { flags: 'a', mode: 0o600 });
  return line => void stream.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);
}

function answeredWriter(write: Write): NonNullable<ApiServerOptions['onAnswered']> {
  return ({ user, info, method, head }, status) =>
    write({
      user: user.name,
      groups: user.groups,
      verb: info.verb,
      method,
      path: info.path,
      status,
      from: head.peer?.address,
      agent: head.header('user-agent'),
    });
}
