import { Agent as HttpAgent, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
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
export function webSink(url: URL, { authorities, skipVerify }: Trust): EventSink {
  const isSecure = url.protocol === 'https:';
  const options = { keepAlive: true, maxSockets: workers };
  const agent = isSecure
    ? new HttpsAgent({ ...options, rejectUnauthorized: !skipVerify, ...(authorities && { ca: authorities }) })
    : new HttpAgent(options);
  const send = isSecure ? requestHttps : requestHttp;
  return {
    workers,
    atOnce: 1,
    deliver: ([event], signal) => {
      if (event === undefined) return Promise.resolve();
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const headers = { ...binaryFields(event), 'content-length': event.data.length };
      const request = send(url, { method: 'POST', agent, headers, signal }, response => {
        response.resume();
        response.on('error', reject);
        response.on('end', () => {
          const { statusCode = 0 } = response;
          if (statusCode >= 200 && statusCode < 300) resolve();
          else reject(answered(event, url, statusCode));
        });
      });
      request.on('error', reject);
      request.end(event.data);
      return promise;
    },
  };
}

/** What a sink may take when asked again, and what it will not. */
function answered({ id }: CloudEvent, { host }: URL, status: number): Error {
  const text = `${host} answered ${status} to the event ${id}`;
  const passing = status >= 500 || status === 429 || status === 408;
  return passing ? new Error(text) : new Refused(text);
}
