import { messageOf } from '../../base/errors/index.ts';
import type { Log } from '../../base/log/index.ts';
import { createListener, type Listener, prepareHead, type Sink } from '../../base/net/index.ts';
import type { Admission } from '../../cluster/admission/index.ts';
import { createKinds, kindParts } from '../../cluster/kinds/index.ts';
import { isStatusError } from '../../cluster/meta/index.ts';
import { answerReview, type Asked } from '../../cluster/webhooks/index.ts';

/** Bytes of a review: an API server takes objects of 3 MiB, and sends the old one beside the new one. */
const largestReview = 8 * 2 ** 20;
const json = prepareHead(200, [['Content-Type', 'application/json']]);
const decoder = new TextDecoder('utf-8', { fatal: true });

/** The listener of the webhooks: what begins with `/mutate` is asked for changes, what begins with `/validate` whether it may be. */
export function reviewListener(steps: readonly Admission[], log: Log): Listener {
  const kinds = createKinds(kindParts);
  const describe = (error: { readonly message: string }): { fields: []; body: string } => ({
    fields: [],
    body: `${error.message}\n`,
  });
  return createListener(
    { limits: { bodyBytes: largestReview }, describe },
    (method, target, _head, body, sink) => {
      const asked = askedAt(method, target);
      if (asked === undefined)
        return refuse(sink, 404, `expected POST to /mutate… or /validate…, found ${method} ${target}`);
      // The body is read before anything is waited for.
      const review = readJson(body);
      if (review === undefined) return refuse(sink, 400, 'the body is no JSON');
      return answerReview(steps, asked, review, (...place) => kinds.find(...place)).then(
        answer => sink.send(json, Buffer.from(JSON.stringify(answer))),
        (error: unknown) => {
          const status = isStatusError(error) ? error.code : 500;
          if (status === 500) log.error('a review failed', { target, reason: messageOf(error) });
          refuse(sink, status, messageOf(error));
        },
      );
    },
  );
}

function askedAt(method: string, target: string): Asked | undefined {
  if (method !== 'POST') return undefined;
  return (['mutate', 'validate'] as const).find(asked => target.startsWith(`/${asked}`));
}

function readJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(body)) as unknown;
  } catch {
    return undefined;
  }
}

function refuse(sink: Sink, status: number, message: string): void {
  sink.send(prepareHead(status, [['Content-Type', 'text/plain']]), Buffer.from(`${message}\n`));
}
