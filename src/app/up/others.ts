import { readFileSync } from 'node:fs';
import { get } from 'node:https';
import { join } from 'node:path';
import { readSettings } from '../../base/settings/index.ts';
import { type CommandHandler, downSettings, kubeconfigSettings, statusSettings } from '../../cli/index.ts';
import { appErrors } from '../errors.ts';
import { endPods } from './children.ts';
import { Folder, type Running } from './folder.ts';
import type { Served } from './served.ts';
import { placesOf } from './whereabouts.ts';

/** Milliseconds between two looks whether a process has gone. */
const pause = 50;

/** `davit down`: stops the process of `davit up`. */
export const down: CommandHandler = async (invocation, io) => {
  const { dataDir, wait } = readSettings(downSettings, invocation.given, io.env);
  const folder = new Folder(dataDir, Date.now);
  const running = folder.running();
  if (running === undefined) {
    // A process that was killed leaves its pods running.
    const left = await endPods(folder.path, wait);
    io.out(left === 0 ? 'Nothing runs.\n' : `Ended ${left} processes of pods that davit up had left.\n`);
    return 0;
  }
  process.kill(running.pid, 'SIGTERM');
  const until = performance.now() + wait;
  while (folder.running() !== undefined) {
    if (performance.now() > until) {
      const text = `Process ${running.pid} has not stopped within ${wait} ms.`;
      throw appErrors.make['cluster-not-stopping'](text);
    }
    await new Promise(resolve => setTimeout(resolve, pause));
  }
  io.out(`Stopped. The state stays in ${folder.path}.\n`);
  return 0;
};

/** `davit status`: whether the cluster is up, and what it serves. */
export const status: CommandHandler = async (invocation, io) => {
  const { dataDir, json } = readSettings(statusSettings, invocation.given, io.env);
  const folder = new Folder(dataDir, Date.now);
  const running = folder.running();
  const health = running === undefined ? 'not running' : await healthOf(folder, running);
  const services = health === 'ok' ? await servedNow(folder, io.version) : [];
  if (json) {
    const { server, gateway, pid, since } = running ?? {};
    const told = {
      running: running !== undefined,
      health,
      server,
      gateway,
      pid,
      since,
      dataDir: folder.path,
      services,
    };
    io.out(`${JSON.stringify(told, null, 2)}\n`);
  } else if (running === undefined) {
    io.out(`Not running. Start it with davit up; its state would lie in ${folder.path}.\n`);
  } else {
    io.out(placesOf(running, folder, health));
    io.out((await import('./served.ts')).servedTable(services));
  }
  return health === 'ok' ? 0 : 1;
};

async function servedNow(folder: Folder, version: string): Promise<readonly Served[]> {
  const { servedBy } = await import('./served.ts');
  return servedBy(folder, version);
}

function healthOf(folder: Folder, { server }: Running): Promise<string> {
  const ca = readFileSync(join(folder.path, 'pki', 'ca.crt'));
  return new Promise(resolve => {
    const asked = get(`${server}/readyz`, { ca, timeout: 5000 }, response => {
      response.resume();
      resolve(response.statusCode === 200 ? 'ok' : `answers ${response.statusCode}`);
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer within 5 s')));
    asked.on('error', error => resolve(error.message));
  });
}

/** `davit kubeconfig`: how clients reach the cluster. */
export const kubeconfig: CommandHandler = async (invocation, io) => {
  const { dataDir, path, user } = readSettings(kubeconfigSettings, invocation.given, io.env);
  const folder = new Folder(dataDir, Date.now);
  let text: string;
  try {
    text = readFileSync(folder.kubeconfig, 'utf8');
  } catch {
    const found = `There is no ${folder.kubeconfig}: davit up writes it.`;
    throw appErrors.make['cluster-missing'](found);
  }
  if (user !== undefined) {
    const { personalKubeconfig } = await import('./personal.ts');
    text = await personalKubeconfig(folder.kubeconfig, user, io);
  }
  io.out(path ? `${folder.kubeconfig}\n` : text);
  return 0;
};
