import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOf, machineCpu, ownCpu } from './accounting.ts';
import type { Running } from './running.ts';
import { askOneByOne } from './counted.ts';
import { type Load, runWrk } from './wrk.ts';
import type { Workload } from './workload.ts';

/** Cores that others may take in a round that still counts as quiet: strangers on this machine, and its host. */
export const quietCores = 0.15;

/** One server under one load for some seconds. */
export interface Cell extends Load {
  readonly server: string;
  readonly workload: string;
  readonly connections: number;
  readonly round: number;
  /** Microseconds of CPU, of the server's whole tree, for a request. */
  readonly cpuMicros: number;
  /** Cores that the server used. */
  readonly cores: number;
  /** Cores that the load used: near 1, it is wrk that limits the rate. */
  readonly loadCores: number;
  /** Cores that processes other than the server and the load used meanwhile. */
  readonly strangers: number;
  /** Cores that the host kept from this machine meanwhile. */
  readonly stolen: number;
}

export const isQuiet = (cell: { readonly strangers: number; readonly stolen: number }): boolean =>
  cell.strangers <= quietCores && cell.stolen <= quietCores;

/** Who used how much CPU while `work` ran. Without `pid`, the servers are children that end within it. */
export async function watched<T>(
  pid: number | undefined,
  work: () => Promise<T>,
): Promise<{ result: T; cpu: number; cores: number; loadCores: number; strangers: number; stolen: number }> {
  const before = {
    server: pid === undefined ? 0 : cpuOf(pid),
    machine: machineCpu(),
    own: ownCpu(),
    at: performance.now(),
  };
  const result = await work();
  const seconds = (performance.now() - before.at) / 1000;
  const cpu = pid === undefined ? 0 : cpuOf(pid) - before.server;
  const machine = machineCpu();
  const own = ownCpu() - before.own;
  const others = machine.used - before.machine.used - cpu - own;
  const stolen = (machine.stolen - before.machine.stolen) / seconds;
  return {
    result,
    cpu,
    cores: cpu / seconds,
    loadCores: own / seconds,
    strangers: Math.max(0, others) / seconds,
    stolen,
  };
}

/** Waits until half a second has passed in which the machine was idle, for at most `patience` seconds. */
export async function waitQuiet(patience: number): Promise<void> {
  const end = performance.now() + patience * 1000;
  while (performance.now() < end) {
    const { used } = machineCpu();
    await sleep(500);
    if (machineCpu().used - used < quietCores / 2) return;
  }
}

/** Where and how long the load runs. */
export interface Drive {
  readonly seconds: number;
  readonly core: number;
}

/** Loads one server: with wrk, or question by question where wrk would count none that its end cuts off. */
export function load(
  { port }: Running,
  workload: Workload,
  connections: number,
  { seconds, core }: Drive,
): Promise<Load> {
  const { path, bodyFile, body, counted } = workload;
  return counted
    ? askOneByOne({ port, path, body }, seconds)
    : runWrk({ port, path, bodyFile, connections, seconds, core });
}

/** Drives one server from `connections` connections and accounts for it. */
export async function measure(
  running: Running,
  workload: Workload,
  connections: number,
  round: number,
  drive: Drive,
): Promise<Cell> {
  const { result, cpu, ...shares } = await watched(running.pid, () =>
    load(running, workload, connections, drive),
  );
  await running.check(workload);
  const cpuMicros = (cpu / Math.max(1, result.requests)) * 1e6;
  const where = { server: running.server.name, workload: workload.name, connections, round };
  return { ...where, ...result, ...shares, cpuMicros };
}
