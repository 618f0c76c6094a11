import type { KubeObject } from '../../meta/index.ts';
import type { Column } from '../kind.ts';
import { age, named, partOf, text } from './cells.ts';

interface Amounts {
  readonly averageValue?: string;
  readonly averageUtilization?: number;
  readonly value?: string;
}

interface Source {
  readonly name?: string;
  readonly target?: Amounts;
  readonly current?: Amounts;
}

interface Metric {
  readonly type?: string;
  readonly resource?: Source;
  readonly containerResource?: Source;
  readonly pods?: Source;
  readonly object?: Source;
  readonly external?: Source;
}

interface ScalerSpec {
  readonly scaleTargetRef?: { readonly kind?: string; readonly name?: string };
  readonly minReplicas?: number;
  readonly maxReplicas?: number;
  readonly metrics?: readonly Metric[];
}

interface ScalerStatus {
  readonly currentReplicas?: number;
  readonly currentMetrics?: readonly Metric[] | null;
}

const unknown = '<unknown>';
const sources = new Map<string, keyof Omit<Metric, 'type'>>([
  ['External', 'external'],
  ['Pods', 'pods'],
  ['Object', 'object'],
  ['Resource', 'resource'],
  ['ContainerResource', 'containerResource'],
]);

function metricText(spec: Metric, status: Metric | undefined): string {
  const name = sources.get(spec.type ?? '');
  if (name === undefined) return '<unknown type>';
  const { target = {}, name: resource = '' } = spec[name] ?? {};
  const found = status?.[name];
  const current = found?.current ?? {};
  if (name === 'pods')
    return `${found === undefined ? unknown : (current.averageValue ?? '<nil>')}/${target.averageValue}`;
  if (name === 'external' || name === 'object') {
    if (target.averageValue !== undefined) {
      return `${current.averageValue ?? unknown}/${target.averageValue} (avg)`;
    }
    return `${found === undefined ? unknown : (current.value ?? '<nil>')}/${target.value ?? '<nil>'}`;
  }
  if (target.averageValue !== undefined) {
    const now = found === undefined ? unknown : (current.averageValue ?? '<nil>');
    return `${resource}: ${now}/${target.averageValue}`;
  }
  const wanted = target.averageUtilization === undefined ? '<auto>' : `${target.averageUtilization}%`;
  const now = current.averageUtilization === undefined ? unknown : `${current.averageUtilization}%`;
  return `${resource}: ${now}/${wanted}`;
}

function metricsText(object: KubeObject): string {
  const { metrics = [] } = partOf<ScalerSpec>(object, 'spec');
  const { currentMetrics } = partOf<ScalerStatus>(object, 'status');
  if (metrics.length === 0) return '<none>';
  const texts = metrics.map((metric, index) => metricText(metric, currentMetrics?.[index]));
  const shown = texts.slice(0, 2).join(', ');
  return texts.length > 2 ? `${shown} + ${texts.length - 2} more...` : shown;
}

export const horizontalpodautoscalers: readonly Column[] = [
  named(),
  text('Reference', 'What is scaled', object => {
    const { kind = '', name = '' } = partOf<ScalerSpec>(object, 'spec').scaleTargetRef ?? {};
    return `${kind}/${name}`;
  }),
  text('Targets', 'What is measured, and what it should be', metricsText),
  text(
    'MinPods',
    'The fewest pods',
    object => `${partOf<ScalerSpec>(object, 'spec').minReplicas ?? '<unset>'}`,
  ),
  text('MaxPods', 'The most pods', object => partOf<ScalerSpec>(object, 'spec').maxReplicas ?? 0),
  text(
    'Replicas',
    'How many pods there are',
    object => partOf<ScalerStatus>(object, 'status').currentReplicas ?? 0,
  ),
  age,
];
