import type { CodedError } from '../../../base/errors/index.ts';
import type { Log } from '../../../base/log/index.ts';
import { createListener, type Handler, type Head, prepareHead, type Sink } from '../../../base/net/index.ts';
import { createOutgoing, type Outgoing, passedFields, relay } from '../../../base/net/outgoing/index.ts';
import { serviceErrors } from '../errors.ts';
import { type Known, meaningOf } from './meaning.ts';

export interface NameProxyOptions {
  /** Port of 127.0.0.1 to listen on where it is free; else another is taken. */
  readonly port: number | undefined;
  readonly known: Known;
  readonly log: Log;
}

/** A proxy for programs that honour `http_proxy`, which leads names of the cluster to its Services and nothing anywhere else. */
export interface NameProxy {
  readonly port: number;
  stop(): Promise<void>;
}

const host = '127.0.0.1';
/** Milliseconds that exchanges may take to end. */
const grace = 500;
/** What this proxy is called in the field Via (RFC 9110, section 7.6.3). */
const pseudonym = 'davit-cluster-names';
/** Bytes of a body, as a gateway allows them. */
const bodyBytes = 1024 * 1024 * 1024;

/** Starts the proxy. @throws `net-address-refused` */
export async function startNameProxy({ port: wanted = 0, known, log }: NameProxyOptions): Promise<NameProxy> {
  const outgoing = createOutgoing();
  const options = {
    describe: wordsOf,
    upgrades: ['websocket'],
    bodies: 'streamed' as const,
    limits: { bodyBytes },
  };
  const listener = createListener(options, handlerOf(known, outgoing));
  const { port } = await listener.listen({ host, port: wanted }).catch((error: unknown) => {
    log.debug('names of the cluster are led to Services at another port', { port: wanted });
    if (wanted === 0) throw error;
    return listener.listen({ host, port: 0 });
  });
  return {
    port,
    stop: async () => {
      await listener.drain(grace);
      outgoing.close();
    },
  };
}

function handlerOf(known: Known, outgoing: Outgoing): Handler {
  return (method, target, head, body, sink) => {
    const authority = head.header('host') ?? '';
    const via = head.header('via') ?? '';
    // A Service may have this proxy itself behind it: each turn would take connections, and none would come to an end.
    if (via.includes(pseudonym)) throw round(authority);
    const to = meaningOf(authority, homeOf(head), known);
    // Where to ask is between the pod and the proxy.
    const fields = passedFields(head).filter(([name]) => !/^(proxy-authorization|via)$/i.test(name));
    const passed = via === '' ? `1.1 ${pseudonym}` : `${via}, 1.1 ${pseudonym}`;
    relay(
      outgoing,
      to,
      { method, target, head, body, sink, fields: [...fields, ['Via', passed]] },
      {
        failed: ({ error }) => refuse(sink, authority, error),
      },
    );
  };
}

function round(authority: string): Error {
  return serviceErrors.make['name-goes-round'](
    `found a request for ${JSON.stringify(authority.slice(0, 253))} that was here before, expected one of a pod: the Service leads to the proxy itself`,
  );
}

function refuse(sink: Sink, authority: string, { message }: CodedError): void {
  const error = serviceErrors.make['name-unreachable'](`${authority} did not answer: ${message}`);
  const { fields, body } = wordsOf(error);
  sink.send(prepareHead(error.status, fields), Buffer.from(body));
}

function wordsOf({ code, message }: CodedError): { fields: [string, string][]; body: string } {
  const fields: [string, string][] = [
    ['Content-Type', 'text/plain; charset=utf-8'],
    ['Davit-Error-Code', code],
  ];
  return { fields, body: `${message}\n` };
}

/** The namespace that stands before the @ of the proxy's URL. */
function homeOf(head: Head): string | undefined {
  const [, coded] = /^Basic ([\d+/=A-Za-z]+)$/i.exec(head.header('proxy-authorization') ?? '') ?? [];
  const [name = ''] = Buffer.from(coded ?? '', 'base64')
    .toString()
    .split(':', 1);
  return /^[\da-z-]{1,63}$/.test(name) ? name : undefined;
}
