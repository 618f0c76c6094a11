import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { createListener, probePort } from '../../src/base/net/index.ts';
import { request, serve } from './serving.ts';

const host = '127.0.0.1';

test('a taken port is refused with the name of the program that has it', async context => {
  const { port } = await serve(context);
  const { listener } = await serve(context);
  const expected = { code: 'net-port-taken', message: new RegExp(`port ${port} of 127\\.0\\.0\\.1: `) };
  await assert.rejects(listener.listen({ host, port }), expected);
  await assert.rejects(probePort({ host, port }), expected);
  const named = process.platform === 'linux' ? new RegExp(`this process has it`) : /has it/;
  await assert.rejects(listener.listen({ host, port }), { message: named });
});

test(
  'a stranger is named by its program and number',
  { skip: process.platform !== 'linux' },
  async context => {
    const script = `require('net').createServer().listen(0, '${host}', function () { console.log(this.address().port) })`;
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    context.after(() => child.kill());
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const port = Number(line.toString());
    await assert.rejects(probePort({ host, port }), {
      message: new RegExp(`node .*\\(pid ${child.pid}\\) has it`),
    });
  },
);

test('probing gives the port back, and listeners of several threads share it', async context => {
  const port = await probePort({ host, port: 0 });
  const { client } = await serve(context);
  const two = [1, 2].map(() =>
    createListener({ describe: () => ({ fields: [], body: '' }) }, (_m, _t, _h, _b, sink) =>
      sink.send(gone, ''),
    ),
  );
  const { prepareHead } = await import('../../src/base/net/index.ts');
  const gone = prepareHead(204, []);
  context.after(() => Promise.all(two.map(listener => listener.close())));
  for (const listener of two) {
    assert.equal((await listener.listen({ host, port, reusePort: true })).port, port);
  }
  await assert.rejects(probePort({ host, port }), { code: 'net-port-taken' });
  const one = client();
  await one.write(request('/'));
  await one.answers(1);
});

test('an address of another machine is refused', async context => {
  const { listener } = await serve(context);
  await assert.rejects(listener.listen({ host: '192.0.2.1', port: 0 }), { code: 'net-address-refused' });
});
