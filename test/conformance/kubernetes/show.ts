import { differences, recordingsIn } from './compare.ts';
import { join } from 'node:path';

const [, , found = '', only] = process.argv;
const expected = recordingsIn(join(import.meta.dirname, 'recordings'));
const got = recordingsIn(found);
let equal = 0;
let missing = 0;
for (const [key, recorded] of expected) {
  const other = got.get(key);
  if (other === undefined) {
    missing++;
    continue;
  }
  const list = differences(recorded, other);
  if (list.length === 0) {
    equal++;
    continue;
  }
  if (only !== undefined && !key.startsWith(only)) continue;
  console.log(`## ${key} ${recorded.request.method} ${recorded.request.path.slice(0, 100)}`);
  for (const { path, expected, found } of list.slice(0, 6)) {
    console.log(
      `   ${path}\n     - ${JSON.stringify(expected)?.slice(0, 420)}\n     + ${JSON.stringify(found)?.slice(0, 420)}`,
    );
  }
}
console.log(`${equal} equal, ${missing} missing, of ${expected.size}`);
