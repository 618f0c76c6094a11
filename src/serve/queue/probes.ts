import { prepareHead, type Head, type Sink } from '../../base/net/index.ts';
import { type Asked, hashField, kubeletField, probeField } from '../../base/probes/index.ts';

const text = [['Content-Type', 'text/plain; charset=utf-8']] as const;
const okHead = prepareHead(200, text);
const badHead = prepareHead(400, text);
const awayHead = prepareHead(503, text);

/** Programs whose requests ask after health whatever their path (Knative pkg/network, networking/pkg/http/header). */
const probers = ['kube-probe/', 'Knative-Activator-Probe', 'Knative-Autoscaling-Probe'];

/** What a request asks after: the health of the pod, the network on the way to it, or nothing of the kind. */
export function probeOf(head: Head): 'health' | 'network' | undefined {
  const asked = head.header(probeField) as Asked | undefined;
  if (asked === 'probe') return 'network';
  if (asked === 'queue') return 'health';
  const agent = head.header('user-agent');
  const isProber = agent !== undefined && probers.some(name => agent.startsWith(name));
  return isProber || head.header(kubeletField) !== undefined ? 'health' : undefined;
}

/** Whether the container behind is ready; asked for each probe. */
export type Ready = () => boolean | Promise<boolean>;

/** Answers a probe as Knative’s queue does: `queue`, 503 without a word, or 503 `shutting down`. */
export function answerProbe(
  probe: 'health' | 'network',
  head: Head,
  sink: Sink,
  draining: boolean,
  ready: Ready,
): void | Promise<void> {
  if (draining) return sink.send(awayHead, 'shutting down\n');
  if (probe === 'network') return answerNetwork(head, sink);
  const asked = head.header(probeField) ?? '';
  if (asked !== ('queue' satisfies Asked))
    return sink.send(badHead, `unexpected probe header value: ${printable(asked)}\n`);
  const answer = ready();
  if (typeof answer === 'boolean') return tell(sink, answer);
  return answer.then(found => tell(sink, found));
}

function tell(sink: Sink, ready: boolean): void {
  if (ready) sink.send(okHead, 'queue');
  else sink.send(awayHead, '');
}

/** Echoes the hash of the routes that the prober waits for. */
function answerNetwork(head: Head, sink: Sink): void {
  const hash = head.header(hashField);
  if (hash === undefined || hash === '') {
    return sink.send(badHead, `a probe request must contain a non-empty "${hashField}" header\n`);
  }
  return sink.send(prepareHead(200, [[hashField, printable(hash)]]), '');
}

function printable(value: string): string {
  return value.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 200);
}
