import type { Messages } from '../../schema/index.ts';
import { messages } from '../generated/protobuf.ts';

let parsed: Messages | undefined;

/** How kinds of Kubernetes' own are written in protocol buffers; parsed when first asked for. */
export function messageTable(): Messages {
  parsed ??= JSON.parse(messages) as Messages;
  return parsed;
}

/** The name of a kind's message, whether it has one or not. */
export function messageName(group: string, version: string, kind: string): string {
  const name = group === '' ? 'core' : (group.split('.')[0] as string);
  if (group === 'meta.k8s.io') return `k8s.io/apimachinery/pkg/apis/meta/${version}.${kind}`;
  if (name === 'apiextensions')
    return `k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/${version}.${kind}`;
  if (name === 'apiregistration') return `k8s.io/kube-aggregator/pkg/apis/${name}/${version}.${kind}`;
  return `k8s.io/api/${name}/${version}.${kind}`;
}
