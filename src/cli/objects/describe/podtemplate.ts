import { describeContainers } from './containers.ts';
import { describeAnnotations, describeLabels } from './metadata.ts';
import type { PodTemplate, SpreadConstraint, Toleration } from './shapes.ts';
import { describeVolumes } from './volumes.ts';
import { orNone, selectorText } from './words.ts';
import type { Description } from './writer.ts';

/** The pods that a workload makes. */
export function describePodTemplate(out: Description, { metadata = {}, spec }: PodTemplate): void {
  const { labels, annotations = {} } = metadata;
  out.line(0, 'Pod Template:');
  describeLabels(out, '  Labels', labels);
  if (Object.keys(annotations).length > 0) describeAnnotations(out, '  Annotations', annotations);
  const { serviceAccountName = '', priorityClassName = '', initContainers = [], containers } = spec;
  if (serviceAccountName !== '') out.line(1, 'Service Account:', serviceAccountName);
  const space = '  ';
  if (initContainers.length > 0) describeContainers(out, 'Init Containers', initContainers, { space });
  describeContainers(out, 'Containers', containers, { space });
  describeVolumes(out, spec.volumes, space);
  describeSpread(out, spec.topologySpreadConstraints, space);
  if (priorityClassName !== '') out.line(1, 'Priority Class Name:', priorityClassName);
  describeLabels(out, '  Node-Selectors', spec.nodeSelector);
  describeTolerations(out, '  Tolerations', spec.tolerations);
}

export function describeSpread(
  out: Description,
  constraints: readonly SpreadConstraint[] = [],
  space = '',
): void {
  const sorted = constraints.toSorted((a, b) => (a.topologyKey < b.topologyKey ? -1 : 1));
  for (const [index, { topologyKey, whenUnsatisfiable, maxSkew, labelSelector }] of sorted.entries()) {
    const meant = labelSelector === undefined ? '' : ` for selector ${orNone(selectorText(labelSelector))}`;
    const title = index === 0 ? 'Topology Spread Constraints:' : '';
    out.line(
      0,
      `${space}${title}`,
      `${topologyKey}:${whenUnsatisfiable} when max skew ${maxSkew} is exceeded${meant}`,
    );
  }
}

export function describeTolerations(
  out: Description,
  title: string,
  tolerations: readonly Toleration[] = [],
): void {
  const texts = tolerations
    .toSorted((a, b) => compare(a.key ?? '', b.key ?? ''))
    .map(({ key = '', value = '', effect = '', operator, tolerationSeconds }) => {
      const what = `${key}${value === '' ? '' : `=${value}`}${effect === '' ? '' : `:${effect}`}`;
      const exists = operator === 'Exists' && value === '' ? `${what === '' ? '' : ' '}op=Exists` : '';
      return `${what}${exists}${tolerationSeconds === undefined ? '' : ` for ${tolerationSeconds}s`}`;
    });
  out.line(0, `${title}:`, texts[0] ?? '<none>');
  for (const text of texts.slice(1)) out.line(0, '', text);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
