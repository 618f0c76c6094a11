import type { Folder, Running } from './folder.ts';

/** Where a cluster that runs is reached, a line each. `health` is how its API answers. */
export function placesOf(
  { server, gateway, pid, since }: Running,
  { kubeconfig, path }: Folder,
  health?: string,
): string {
  const rows = [
    ['Kubernetes API', server],
    ['Gateway', gateway],
    ['Health', health],
    ['Process', `${pid}, since ${since}`],
    ['Kubeconfig', kubeconfig],
    ['Data', path],
  ];
  return rows
    .flatMap(([name = '', value]) => (value === undefined ? [] : [`${name.padEnd(14)}  ${value}\n`]))
    .join('');
}
