import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite, test } from 'node:test';
import { readIssuerConfig } from '../../src/edge/identity/issuer/index.ts';

const page = join(dirname(dirname(import.meta.dirname)), 'docs', 'reference', 'issuer.md');

suite('what the page says of a configuration of Dex', () => {
  const env = {
    ID: 'a',
    SECRET: 'b',
    HASH: '$2y$12$4K/VkmDd1q1Orb3xAt82zu8gk7Ad6ReFR4LCP9UeYE90NLiN9Df72',
  };
  const [, section = ''] = readFileSync(page, 'utf8').split('## What is read of a configuration of Dex');
  const lines = [...section.matchAll(/^\| `(.*?)` +\| (.*?) +\|$/gm)];
  assert.ok(lines.length > 20, `${lines.length} lines`);
  for (const [, written = '', said = ''] of lines) {
    test(written.slice(0, 60), () => {
      const flow = written.startsWith('{') ? written : `{${written}}`;
      const text = written.startsWith('issuer') ? written : `{issuer: http://localhost/dex, ${flow.slice(1)}`;
      const { warnings } = readIssuerConfig(text, env);
      assert.equal(warnings.length, said.startsWith('warning') ? 1 : 0, warnings.join('\n'));
    });
  }
});
