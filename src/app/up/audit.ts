import { createWriteStream, openSync, type WriteStream } from 'node:fs';
import { messageOf } from '../../base/errors/index.ts';
import type { Log } from '../../base/log/index.ts';
import type { ApiServerOptions } from '../../cluster/apiserver/index.ts';
import type { Audit } from '../../edge/identity/index.ts';
import { appErrors } from '../errors.ts';

/** What is written down of who did what. */
export interface AuditLog {
  /** Told of each request to the API that was answered; absent without a file. */
  readonly onAnswered: ApiServerOptions['onAnswered'] | undefined;
  /** Told of logins, tokens and people. */
  readonly audit: Audit;
}

/**
 * A JSON line for each; `file` may be `-` for standard error. What is about identity stands in the log, too.
 * @throws `audit-log-unavailable`
 */
export function openAudit(file: string | undefined, log: Log): AuditLog {
  const write = file === undefined ? undefined : writer(file, log);
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

function writer(file: string, log: Log): Write {
  const stream = file === '-' ? process.stderr : opened(file, log);
  return line => void stream.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);
}

/** @throws `audit-log-unavailable` */
function opened(file: string, log: Log): WriteStream {
  let fd: number;
  try {
    fd = openSync(file, 'a', 0o600);
  } catch (error) {
    const text = `--audit-log ${file}: ${messageOf(error)}; expected a file that can be written.`;
    throw appErrors.make['audit-log-unavailable'](text, { cause: error });
  }
  const stream = createWriteStream(file, { fd });
  // What the disk does not take is missing from it; the cluster goes on.
  stream.on('error', error => log.error('the audit log has gaps', { file, reason: messageOf(error) }));
  return stream;
}

type Info = Parameters<NonNullable<ApiServerOptions['onAnswered']>>[0]['info'];

/** What a request was about, what there is of it. */
function resourceIn({
  group,
  resource,
  subresource,
  namespace,
  name,
}: Info): Readonly<Record<string, string>> {
  return {
    resource: group === '' ? resource : `${resource}.${group}`,
    ...(subresource !== '' && { subresource }),
    ...(namespace !== '' && { namespace }),
    ...(name !== '' && { name }),
  };
}

function answeredWriter(write: Write): NonNullable<ApiServerOptions['onAnswered']> {
  return ({ user, asker, info, method, head }, status) =>
    write({
      user: asker.name,
      groups: asker.groups,
      ...(user !== asker && { as: { user: user.name, groups: user.groups } }),
      verb: info.verb,
      method,
      path: info.path,
      ...(info.isResource && { resource: resourceIn(info) }),
      status,
      from: head.peer?.address,
      agent: head.header('user-agent'),
    });
}
