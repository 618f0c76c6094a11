import type { KubeObject } from '../../../cluster/meta/index.ts';
import { describeAnnotations, describeLabels } from './metadata.ts';
import type { Description } from './writer.ts';

type Texts = Readonly<Record<string, string>>;

/** A ConfigMap as kubectl shows it: its texts whole, of its bytes how many there are. */
export function describeConfigMap(out: Description, object: KubeObject): void {
  const { name = '', namespace = '', labels, annotations } = object.metadata;
  const { data = {}, binaryData = {} } = object as { data?: Texts; binaryData?: Texts };
  out.line(0, 'Name:', name);
  out.line(0, 'Namespace:', namespace);
  describeLabels(out, 'Labels', labels);
  describeAnnotations(out, 'Annotations', annotations);
  out.write(0, '\nData\n====\n');
  for (const key of Object.keys(data).toSorted()) out.write(0, `${key}:\n----\n${data[key]}\n\n`);
  out.write(0, '\nBinaryData\n====\n');
  for (const key of Object.keys(binaryData).toSorted()) {
    out.write(0, `${key}: ${Buffer.from(binaryData[key] as string, 'base64').length} bytes\n`);
  }
  out.write(0, '\n');
}
