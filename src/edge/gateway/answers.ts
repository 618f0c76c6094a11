import type { CodedError } from '../../base/errors/index.ts';
import {
  type Described,
  type Field,
  type PreparedHead,
  prepareHead,
  type Sink,
} from '../../base/net/index.ts';
import { gatewayErrors } from './errors.ts';
import type { Candidate, Sees, Table } from './routes/index.ts';

const heads = new Map<string, PreparedHead>();

/** An error as a listener's own answer. */
export function described({ code, message }: CodedError): Described {
  return { fields: fieldsOf(code), body: Buffer.from(JSON.stringify({ error: message })) };
}

function fieldsOf(code: string): Field[] {
  return [
    ['Content-Type', 'application/json'],
    ['Davit-Error-Code', code],
  ];
}

/** Answers with an error; `more` is told to programs beside it. */
export type Refuse = (sink: Sink, error: CodedError, more?: object) => void;

export function refuse(sink: Sink, { code, status, message }: CodedError, more: object = {}): void {
  let head = heads.get(code);
  if (head === undefined) heads.set(code, (head = prepareHead(status, fieldsOf(code))));
  sink.send(head, Buffer.from(JSON.stringify({ error: message, ...more })));
}

/** So many hosts are named. */
const named = 20;

/**
 * Nothing has the host nor the name.
 * @param sees which services may be named; without it every host is
 */
export function unknown(
  sink: Sink,
  table: Table,
  host: string,
  sees: Sees | undefined,
  answer: Refuse = refuse,
): void {
  const all = hostsOf(table, sees);
  const shown = all.slice(0, named);
  const more = all.length > named ? ` and ${all.length - named} more` : '';
  const known = all.length === 0 ? 'There are none yet.' : `There are: ${shown.join(', ')}${more}.`;
  const text = `No service has the host ${JSON.stringify(host.slice(0, 253))}, nor the name in the path. ${known}`;
  answer(sink, gatewayErrors.make['host-unknown'](text), { hosts: shown });
}

function hostsOf({ hosts, models }: Table, sees: Sees | undefined): string[] {
  const urls: string[] = [];
  for (const [name, candidates] of models) {
    for (const { namespace, host } of candidates) {
      if (host !== undefined && sees?.(namespace, name) !== false) urls.push(host);
    }
  }
  return (urls.length > 0 || sees !== undefined ? urls : [...hosts.keys()]).toSorted();
}

/** A name that leads to no single service: several have it, or the one there is has no route. */
export function undecided(
  sink: Sink,
  name: string,
  candidates: readonly Candidate[],
  answer: Refuse = refuse,
): void {
  const shown = candidates.slice(0, named);
  if (candidates.length > 1) {
    const list = shown.map(one => `${one.host ?? 'not ready'} (namespace ${one.namespace})`).join(', ');
    const text = `Several services are called ${name}: send the Host of the one that is meant: ${list}.`;
    const told = shown.map(({ namespace, host }) => ({ namespace, name, host }));
    return answer(sink, gatewayErrors.make['route-ambiguous'](text), { candidates: told });
  }
  const { namespace = '', reason = '', host } = shown[0] ?? {};
  const why = host === undefined ? reason : `nothing routes ${host} yet`;
  answer(
    sink,
    gatewayErrors.make['route-unavailable'](`The service ${namespace}/${name} is not ready: ${why}.`),
  );
}
