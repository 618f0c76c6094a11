import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NamedTensor } from '../../src/tensor/index.ts';

/** What stands in the folder of a model; see models.py. */
export interface About {
  readonly file: string;
  /** That is called; absent for all that the model has. */
  readonly method?: string;
  /** Absent for texts. */
  readonly features?: number;
}

/** The first `count` rows of a model's folder as a request would bring them. */
export function firstRows(folder: string, { features }: About): (count: number) => NamedTensor {
  const name = 'input-0';
  if (features === undefined) {
    const texts = JSON.parse(readFileSync(join(folder, 'texts.json'), 'utf8')) as string[];
    return count => ({ name, datatype: 'BYTES', shape: [count], data: texts.slice(0, count) });
  }
  const { buffer, byteOffset, byteLength } = readFileSync(join(folder, 'rows.f64'));
  const all = new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength));
  return count => ({
    name,
    datatype: 'FP64',
    shape: [count, features],
    data: all.slice(0, count * features),
  });
}

export function aboutOf(folder: string): About {
  return JSON.parse(readFileSync(join(folder, 'about.json'), 'utf8')) as About;
}
