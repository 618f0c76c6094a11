import { type Field, type PreparedHead, prepareHead, type Sink } from '../../../base/net/index.ts';

export interface Refusal {
  /** A code of the queue's errors. */
  readonly refused: 'guard-unauthenticated' | 'guard-forbidden' | 'guard-blind';
  readonly why: string;
}

const heads: Readonly<Record<Refusal['refused'], PreparedHead>> = {
  'guard-unauthenticated': headOf(401, 'guard-unauthenticated', ['WWW-Authenticate', 'Bearer realm="davit"']),
  'guard-forbidden': headOf(403, 'guard-forbidden'),
  'guard-blind': headOf(503, 'guard-blind', ['Retry-After', '1']),
};

function headOf(status: number, code: string, ...more: readonly Field[]): PreparedHead {
  const usual: Field[] = [
    ['Content-Type', 'application/json'],
    ['Cache-Control', 'no-store'],
    ['Davit-Error-Code', code],
  ];
  return prepareHead(status, [...usual, ...more]);
}

export function refuse(sink: Sink, { refused, why }: Refusal): void {
  sink.send(heads[refused], Buffer.from(JSON.stringify({ error: why })));
}
