import { readKubeconfig } from '../../cli/index.ts';
import { HttpTransport, ResourceClient } from '../../cluster/client/index.ts';
import type { KubeObject } from '../../cluster/meta/index.ts';
import { conditionOf, type Condition, resourceOf } from '../../cluster/view/index.ts';
import type { Resident } from '../../host/kubelet/index.ts';
import type { Folder } from './folder.ts';

/** An InferenceService as `davit status` tells of it. */
export interface Served {
  readonly namespace: string;
  readonly name: string;
  readonly ready: string;
  readonly url: string;
  readonly pods: number;
  /** Of its pods' processes, bytes. */
  readonly memory: number;
}

const serviceLabel = 'serving.kserve.io/inferenceservice';

interface Service extends KubeObject {
  readonly status?: { readonly url?: string; readonly conditions?: readonly Condition[] };
}

/** The InferenceServices of a cluster that runs, and what their pods take of this machine. */
export async function servedBy(folder: Folder, version: string): Promise<readonly Served[]> {
  const [{ residents }, context] = await Promise.all([
    import('../../host/kubelet/index.ts'),
    readKubeconfig(folder.kubeconfig),
  ]);
  const transport = new HttpTransport({ ...context, userAgent: `davit/${version}` });
  try {
    const services = await new ResourceClient<Service>(transport, resourceOf('inferenceservices')).list();
    const pods = await new ResourceClient(transport, resourceOf('pods')).list({
      labelSelector: serviceLabel,
    });
    const running = new Map(residents(folder.path).map(one => [`${one.namespace}/${one.name}`, one]));
    return services.items.map(service => served(service, pods.items, running));
  } finally {
    transport.close();
  }
}

function served(
  { metadata, status }: Service,
  pods: readonly KubeObject[],
  running: ReadonlyMap<string, Resident>,
): Served {
  const { namespace = '', name = '' } = metadata;
  const own = pods.flatMap(pod => {
    const { metadata: about } = pod;
    if (about.namespace !== namespace || about.labels?.[serviceLabel] !== name) return [];
    return running.get(`${namespace}/${about.name ?? ''}`) ?? [];
  });
  return {
    namespace,
    name,
    ready: conditionOf(status?.conditions, 'Ready')?.status ?? 'Unknown',
    url: status?.url ?? '',
    pods: own.length,
    memory: own.reduce((sum, { memory }) => sum + memory, 0),
  };
}

/** A table for people; empty when nothing is served. */
export function servedTable(rows: readonly Served[]): string {
  if (rows.length === 0) return '';
  const head = ['NAMESPACE', 'INFERENCESERVICE', 'READY', 'PODS', 'MEMORY', 'URL'];
  const cells = rows.map(({ namespace, name, ready, pods, memory, url }) => [
    namespace,
    name,
    ready,
    String(pods),
    `${Math.round(memory / 2 ** 20)} MiB`,
    url,
  ]);
  const all = [head, ...cells];
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)));
  const lines = all.map(row => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '));
  return `\n${lines.map(line => line.trimEnd()).join('\n')}\n`;
}
