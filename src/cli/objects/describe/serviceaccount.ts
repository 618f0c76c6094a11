import type { KubeObject } from '../../../cluster/meta/index.ts';
import { describeAnnotations, describeLabels } from './metadata.ts';
import type { Description } from './writer.ts';

const title = 'Image pull secrets:';

export function describeServiceAccount(out: Description, object: KubeObject): void {
  const { metadata, imagePullSecrets = [] } = object as KubeObject & {
    readonly imagePullSecrets?: readonly { readonly name?: string }[];
  };
  out.line(0, 'Name:', metadata.name ?? '');
  out.line(0, 'Namespace:', metadata.namespace ?? '');
  describeLabels(out, 'Labels', metadata.labels);
  describeAnnotations(out, 'Annotations', metadata.annotations);
  if (imagePullSecrets.length === 0) out.line(0, title, '<none>');
  for (const [index, { name = '' }] of imagePullSecrets.entries()) {
    out.line(0, index === 0 ? title : ' '.repeat(title.length), name);
  }
}
