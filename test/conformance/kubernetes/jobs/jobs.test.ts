import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startCluster } from '../controllers/cluster.ts';
import { play } from './play.ts';

const recorded: unknown = JSON.parse(readFileSync(new URL('recorded.json', import.meta.url), 'utf8'));

test('jobs come to their ends as those of a real cluster do', async context => {
  const { transport } = await startCluster(context, 'in the process');
  const ended = await play((method, path, body, contentType) =>
    transport.ask({ method, path, body, ...(contentType !== undefined && { contentType }) }),
  );
  assert.deepEqual(ended, recorded);
});
