import { Agent, request } from 'node:https';
import { createOutgoing, type Receiver } from '../../../base/net/outgoing/index.ts';
import { binaryFields, type CloudEvent } from '../../../wire/cloudevents/index.ts';
import { type EventSink, Refused } from './line.ts';

export interface Trust {
  /** PEM of authorities that are trusted beside the system’s. */
  readonly authorities?: string | undefined;
  readonly skipVerify: boolean;
}

/** As many as KServe’s agent has. */
const workers = 5;

/** Sends events as HTTP requests in binary content mode, as KServe’s agent does. */
export function webSink(url: URL, trust: Trust): EventSink {
  const send = url.protocol === 'https:' ? secureSender(url, trust) : plainSender(url);
  return {
    workers,
    atOnce: 1,
    deliver: async ([event], signal) => {
      if (event === undefined) return;
      const status = await send(event, signal);
      if (status < 200 || status > 299) throw refusal(event, url, status);
    },
  };
}

/** What a sink may take when asked again, and what it will not. */
function refusal({ id }: CloudEvent, { host }: URL, status: number): Error {
  const text = `${host} answered ${status} to the event ${id}`;
  const passing = status >= 500 || status === 429 || status === 408;
  return passing ? new Error(text) : new Refused(text);
}

/** Sends one event; resolves to the status of the answer. */
type Sender = (event: CloudEvent, signal: AbortSignal) => Promise<number>;

/** Over connections of our own: an event must not cost more than the request that it is about. */
function plainSender({ hostname, host, port, pathname, search }: URL): Sender {
  const outgoing = createOutgoing();
  const to = { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(port === '' ? 80 : port) };
  const named = [['Host', host]] as const;
  return (event, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    let status = 0;
    const receiver: Receiver = {
      whole: head => resolve(head.status),
      begin: head => (status = head.status),
      data: () => true,
      end: () => resolve(status),
      fail: ({ error }) => reject(error),
    };
    const extra = Object.entries(binaryFields(event));
    const target = pathname + search;
    const sent = { method: 'POST', target, fields: named, extra, body: event.data };
    const sending = outgoing.send(to, sent, receiver);
    const giveUp = (): void => {
      sending.cancel();
      reject(new Error(`${host} did not answer in time`));
    };
    signal.addEventListener('abort', giveUp, { once: true });
    return promise;
  };
}

function secureSender(url: URL, { authorities, skipVerify }: Trust): Sender {
  const trusted = authorities === undefined ? {} : { ca: authorities };
  const agent = new Agent({
    keepAlive: true,
    maxSockets: workers,
    rejectUnauthorized: !skipVerify,
    ...trusted,
  });
  return (event, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    const headers = { ...binaryFields(event), 'content-length': event.data.length };
    const sending = request(url, { method: 'POST', agent, headers, signal }, response => {
      response.resume();
      response.on('error', reject).on('end', () => resolve(response.statusCode ?? 0));
    });
    sending.on('error', reject);
    sending.end(event.data);
    return promise;
  };
}
