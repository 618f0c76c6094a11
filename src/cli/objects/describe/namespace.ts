import type { KubeObject } from '../../../cluster/meta/index.ts';
import { isNotFound } from '../failures.ts';
import { type Beside, needed } from './beside.ts';
import { describeAnnotations, describeLabels } from './metadata.ts';
import { describeLimits, describeQuotas } from './quotas.ts';
import type { Condition, Shaped } from './shapes.ts';
import { timeText } from './words.ts';
import type { Description } from './writer.ts';

interface NamespaceStatus {
  readonly phase?: string;
  readonly conditions?: readonly Condition[];
}

/** A namespace with what its objects may take. */
export function describeNamespace(out: Description, object: KubeObject, beside: Beside): void {
  const { metadata, status = {} } = object as Shaped<object, NamespaceStatus>;
  out.line(0, 'Name:', metadata.name ?? '');
  describeLabels(out, 'Labels', metadata.labels);
  describeAnnotations(out, 'Annotations', metadata.annotations);
  out.line(0, 'Status:', status.phase ?? '');
  describeConditions(out, status.conditions);
  const quotas = ofServer(beside, 'quotas');
  const limits = ofServer(beside, 'limits');
  if (quotas !== undefined) describeQuotas(out, quotas);
  if (limits !== undefined) describeLimits(out, limits);
}

/** Undefined where the server has no such kind. */
function ofServer(beside: Beside, name: string): readonly KubeObject[] | undefined {
  return isNotFound(beside.found[name]?.failure) ? undefined : needed(beside, name);
}

function describeConditions(out: Description, conditions: readonly Condition[] = []): void {
  if (conditions.length === 0) return;
  out.line(0, 'Conditions:');
  out.line(1, 'Type', 'Status', 'LastTransitionTime', 'Reason', 'Message');
  out.line(1, '----', '------', '------------------', '------', '-------');
  for (const { type, status, lastTransitionTime, reason = '', message = '' } of conditions) {
    out.line(1, type, status, timeText(lastTransitionTime), reason, message);
  }
}
