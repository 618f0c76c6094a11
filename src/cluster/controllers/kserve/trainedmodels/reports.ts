import { createHash } from 'node:crypto';
import { foundAt } from '../../../meta/index.ts';
import { isReady, type Pod } from '../../../view/index.ts';
import type { TrainedModel } from './shapes.ts';

/** How the server of a pod is with a model, as the agent beside it says. */
export interface ModelReport {
  readonly name: string;
  /** SHA-256 of the storage URI in hexadecimal digits: what the state is of. */
  readonly of: string;
  readonly state: 'Loading' | 'Loaded' | 'Failed';
  /** Why it failed. */
  readonly reason?: string;
}

/** What a pod says of the models of its server; `silent` for one that has not answered, of which nothing is known now. */
export type PodReport = readonly ModelReport[] | 'silent';

/** Asks the agent of a pod about the models of its server; undefined where it answers, but does not tell, as KServe’s own. */
export type AskAgent = (at: {
  readonly host: string;
  readonly port: number;
  /** Of the pod: it tells nobody else. */
  readonly uid: string;
}) => Promise<PodReport | undefined>;

/** What the pods of a server say; those that do not tell are left out. */
export async function reportsOf(pods: readonly Pod[], ask: AskAgent): Promise<readonly PodReport[]> {
  const places = pods.flatMap(pod => {
    const host = pod.status?.podIP;
    const port = agentPort(pod);
    return host === undefined || port === undefined || !isReady(pod)
      ? []
      : [{ host, port, uid: pod.metadata.uid ?? '' }];
  });
  return (await Promise.all(places.map(ask))).filter(one => one !== undefined);
}

function agentPort({ metadata, spec }: Pod): number | undefined {
  const agent = spec.containers.find(({ name }) => name === 'agent');
  const { args = [], ports = [] } = (agent ?? {}) as {
    args?: readonly string[];
    ports?: readonly { readonly containerPort: number }[];
  };
  const [port] = ports;
  if (port === undefined || !args.includes('--enable-puller')) return undefined;
  return foundAt(metadata, port.containerPort);
}

/** How far a model is; `Unknown` where one of its pods has not said, and none that has says otherwise than that it is loaded. */
export interface Progress {
  readonly state: ModelReport['state'] | 'Unknown';
  /** Why it failed. */
  readonly reason?: string;
}

/** How far a model is: with all pods that tell, and as its spec is now; undefined where none tells. Pure. */
export function progressOf(
  { metadata, spec }: TrainedModel,
  reports: readonly PodReport[],
): Progress | undefined {
  if (reports.length === 0) return undefined;
  const of = createHash('sha256').update(spec.model.storageUri).digest('hex');
  const told = reports.filter(one => one !== 'silent');
  const own = told.map(report => report.find(one => one.name === metadata.name && one.of === of));
  const failed = own.find(one => one?.state === 'Failed');
  if (failed !== undefined) return failed;
  if (own.some(one => one?.state !== 'Loaded')) return { state: 'Loading' };
  return { state: told.length < reports.length ? 'Unknown' : 'Loaded' };
}
