import { sendJson, sendText } from '../answers.ts';
import type { Protocol } from '../contract.ts';

/** What belongs to the server and to no inference protocol: KServe's liveness answer at `/`, and `/metrics`. */
export const server: Protocol = {
  route: (segments, { control }) => {
    const [first, ...rest] = segments;
    if (rest.length > 0) return undefined;
    if (first === '') return { GET: (_head, _body, sink) => sendJson(sink, { status: 'alive' }) };
    if (first === 'metrics')
      return { GET: async (_head, _body, sink) => sendText(sink, await control.metrics()) };
    return undefined;
  },
};
