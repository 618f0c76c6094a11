import { type Batchable, type Batching, isObject } from './contract.ts';
import { elementsOf, membersOf, skip, slice } from './spans.ts';

interface Request extends Batchable {
  readonly instances: string[];
  /** Members beside the instances, as sent, each ended by a comma. */
  readonly rest: string;
}

/** V1’s `:predict`, answered as KServe’s batcher answers: the predictions of one request beside the batch’s identity. */
export const v1Batching: Batching<Request> = {
  matches: path => path.endsWith(':predict'),

  read(text, value) {
    if (!isObject(value) || !Array.isArray(value['instances']) || value['instances'].length === 0)
      return undefined;
    const members = membersOf(text, skip(text, 0));
    const instances = elementsOf(text, members.get('instances')?.start ?? 0).map(span => slice(text, span));
    members.delete('instances');
    const rest = [...members].map(([name, span]) => `${JSON.stringify(name)}:${slice(text, span)},`).join('');
    return { key: rest, rows: instances.length, instances, rest };
  },

  merge: requests =>
    `{${requests[0]?.rest ?? ''}"instances":[${requests.flatMap(({ instances }) => instances).join(',')}]}`,

  share(text, value, requests, batchId) {
    const rows = requests.reduce((sum, request) => sum + request.rows, 0);
    if (!isObject(value) || !Array.isArray(value['predictions'])) return undefined;
    const span = membersOf(text, skip(text, 0)).get('predictions');
    const predictions = elementsOf(text, span?.start ?? 0).map(one => slice(text, one));
    if (predictions.length !== rows) return undefined;
    let at = 0;
    return requests.map(request => {
      const own = predictions.slice(at, (at += request.rows));
      return `{"message":"","batchId":"${batchId}","predictions":[${own.join(',')}]}`;
    });
  },
};
