import type { KubeObject } from '../../../cluster/meta/index.ts';
import { describeAnnotations, describeLabels } from './metadata.ts';
import type { Description } from './writer.ts';

/** A Secret as kubectl shows it: of its values only how long they are, except tokens of service accounts. */
export function describeSecret(out: Description, object: KubeObject): void {
  const { name = '', namespace = '', labels, annotations } = object.metadata;
  const { data = {}, type = '' } = object as { data?: Readonly<Record<string, string>>; type?: string };
  out.line(0, 'Name:', name);
  out.line(0, 'Namespace:', namespace);
  describeLabels(out, 'Labels', labels);
  describeAnnotations(out, 'Annotations', annotations);
  out.write(0, `\nType:\t${type}\n\nData\n====\n`);
  for (const key of Object.keys(data).toSorted()) {
    const bytes = Buffer.from(data[key] as string, 'base64');
    const isToken = key === 'token' && type === 'kubernetes.io/service-account-token';
    out.line(0, `${key}:`, isToken ? bytes.toString() : `${bytes.length} bytes`);
  }
}
