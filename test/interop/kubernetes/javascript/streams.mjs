/** Runs commands in pods, reads logs and forwards ports by the official JavaScript client; prints what it found as JSON. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import * as k8s from '@kubernetes/client-node';

const [, , kubeconfig, pod, container, port] = process.argv;
const namespace = 'default';
const config = new k8s.KubeConfig();
config.loadFromFile(kubeconfig);
const found = {};

function collected() {
  const stream = new PassThrough();
  const chunks = [];
  stream.on('data', chunk => chunks.push(chunk));
  return { stream, text: () => Buffer.concat(chunks).toString() };
}

async function exec(command, input, tty = false) {
  const [out, errors] = [collected(), collected()];
  const status = await new Promise((resolve, reject) => {
    new k8s.Exec(config)
      .exec(namespace, pod, container, command, out.stream, errors.stream, input, tty, resolve)
      .then(socket => socket.on('error', reject), reject);
  });
  return { out: out.text(), errors: errors.text(), status };
}

const { out, errors, status } = await exec(['sh', '-c', 'echo out; echo wrong >&2; exit 3'], null);
found['exec'] = [out, errors, status.reason, status.details.causes[0].message];
found['exec with input'] = (await exec(['head', '-c', '5'], Readable.from(['hello, and more']))).out;
found['exec at a terminal'] = (await exec(['sh', '-c', 'test -t 1 && echo terminal'], null, true)).out;

const log = collected();
await new k8s.Log(config).log(namespace, pod, container, log.stream, { tailLines: 1, follow: false });
await once(log.stream, 'end');
found['log'] = log.text();

const forward = new k8s.PortForward(config);
const server = createServer(socket =>
  forward.portForward(namespace, pod, [Number(port)], socket, null, socket),
);
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const client = connect(server.address().port, '127.0.0.1');
client.write('through');
const [echoed] = await once(client, 'data');
found['port-forward'] = echoed.toString();

process.stdout.write(JSON.stringify(found));
process.exit(0);
