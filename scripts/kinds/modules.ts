import { execFileSync } from 'node:child_process';

/** What the data is made from: Go modules, pinned. */
export const modules = {
  kubernetes: 'k8s.io/kubernetes@v1.37.2',
  api: 'k8s.io/api@v0.37.2',
  apimachinery: 'k8s.io/apimachinery@v0.37.2',
  apiextensions: 'k8s.io/apiextensions-apiserver@v0.37.2',
  aggregator: 'k8s.io/kube-aggregator@v0.37.2',
  kserve: 'github.com/kserve/kserve@v0.20.0',
  knativeServing: 'knative.dev/serving@v0.48.1',
  /** The version that Knative Serving 0.48.1 requires. */
  knativeNetworking: 'knative.dev/networking@v0.0.0-20260120131110-a7cdca238a0d',
  istio: 'istio.io/api@v1.27.1',
  gateway: 'sigs.k8s.io/gateway-api@v1.5.1',
} as const;

export type ModuleName = keyof typeof modules;

const folders = new Map<ModuleName, string>();

/** The folder of a module's sources; downloaded through the Go module proxy when it is not there yet. */
export function folderOf(name: ModuleName): string {
  let folder = folders.get(name);
  if (folder === undefined) {
    const told = execFileSync('go', ['mod', 'download', '-json', modules[name]], { encoding: 'utf8' });
    folder = (JSON.parse(told) as { Dir: string }).Dir;
    folders.set(name, folder);
  }
  return folder;
}
