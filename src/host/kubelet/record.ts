import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HostedPod } from './shapes.ts';

/** What is kept of a pod, so that it is known what runs for it even when the API knows nothing of it any more. */
export interface PodRecord {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly address: string | undefined;
  /** Where its ports are found at its address, where it shares that with others: pairs. */
  readonly ports?: readonly (readonly [port: number, found: number])[];
  /** `2026-11-25T20:00:00Z` */
  readonly startTime: string;
}

export function writeRecord(folder: string, record: PodRecord): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'pod.json');
  writeFileSync(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** The records below a folder; what is not whole is left out. */
export function readRecords(folder: string): PodRecord[] {
  return namesIn(folder).flatMap(name => {
    try {
      return [JSON.parse(readFileSync(join(folder, name, 'pod.json'), 'utf8')) as PodRecord];
    } catch {
      return [];
    }
  });
}

/** The records of a container's runs, oldest first. */
export function runsIn(folder: string): string[] {
  const numbers = namesIn(folder).filter(name => /^\d+$/.test(name));
  return numbers.toSorted((a, b) => Number(a) - Number(b)).map(name => join(folder, name));
}

export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** A pod that only its record tells of, with the containers that have run for it. */
export function forgotten({ namespace, name, uid }: PodRecord, folder: string): HostedPod {
  const containers = namesIn(join(folder, uid, 'containers')).map(one => ({ name: one }));
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, uid }, spec: { containers } };
}
