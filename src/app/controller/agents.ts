import { createOutgoing, type Receiver } from '../../base/net/outgoing/index.ts';
import type { AskAgent, ModelReport, PodReport } from '../../cluster/controllers/kserve/index.ts';
import { modelsProbe } from '../../serve/queue/index.ts';

/** Milliseconds in which an agent has to have answered. */
const patience = 1000;
/** Bytes of an answer that are taken. */
const most = 4 * 2 ** 20;
/** Characters of a reason that are told. */
const mostReason = 2000;

/** Asks the agents of pods over connections of its own: an answer of another kind is one that does not tell, no answer, or half of one, is silence. */
export function agentAsker(): AskAgent {
  const outgoing = createOutgoing({ connectTimeout: patience, answerTimeout: patience });
  return ({ host, port, uid }) => {
    const { promise, resolve } = Promise.withResolvers<PodReport | undefined>();
    const chunks: Buffer[] = [];
    let bytes = 0;
    const giveUp = (as: 'silent' | undefined): void => {
      sending.cancel();
      resolve(as);
    };
    const receiver: Receiver = {
      whole: ({ status }, body) => resolve(status === 200 ? read(body) : refusal(status)),
      begin: ({ status }) => {
        if (status !== 200) giveUp(refusal(status));
      },
      data: chunk => {
        bytes += chunk.length;
        if (bytes > most) giveUp('silent');
        else chunks.push(Buffer.from(chunk));
        return true;
      },
      end: () => resolve(read(Buffer.concat(chunks))),
      fail: () => resolve('silent'),
    };
    const fields = [['Host', host], ...modelsProbe(uid)] as const;
    const sending = outgoing.send({ host, port }, { method: 'GET', target: '/', fields }, receiver);
    const timer = setTimeout(() => giveUp('silent'), patience);
    return promise.finally(() => clearTimeout(timer));
  };
}

/** Who cannot answer now, or what stands before him, says so by a status of its own. */
function refusal(status: number): 'silent' | undefined {
  return status >= 500 ? 'silent' : undefined;
}

function read(body: Buffer): readonly ModelReport[] | undefined {
  try {
    const { models } = JSON.parse(body.toString()) as { models?: unknown };
    return Array.isArray(models) ? models.flatMap(reportIn) : undefined;
  } catch {
    return undefined;
  }
}

const states: readonly unknown[] = ['Loading', 'Loaded', 'Failed'] satisfies ModelReport['state'][];

function reportIn(value: unknown): ModelReport[] {
  const { name, of, state, reason } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (typeof name !== 'string' || typeof of !== 'string' || !states.includes(state)) return [];
  const told = typeof reason === 'string' ? { reason: reason.slice(0, mostReason) } : {};
  return [{ name, of, state: state as ModelReport['state'], ...told }];
}
