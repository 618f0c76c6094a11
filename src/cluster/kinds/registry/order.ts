/**
 * How high groups stand in discovery (the priorities that kube-apiserver registers its own groups with); every other group stands
 * below them.
 */
const groupPriorities: Readonly<Record<string, number>> = {
  '': 18000,
  'apiregistration.k8s.io': 17900,
  apps: 17800,
  'events.k8s.io': 17750,
  'authentication.k8s.io': 17700,
  'authorization.k8s.io': 17600,
  autoscaling: 17500,
  batch: 17400,
  'certificates.k8s.io': 17300,
  'networking.k8s.io': 17200,
  policy: 17100,
  'rbac.authorization.k8s.io': 17000,
  'storage.k8s.io': 16800,
  'admissionregistration.k8s.io': 16700,
  'apiextensions.k8s.io': 16700,
  'scheduling.k8s.io': 16600,
  'coordination.k8s.io': 16500,
  'node.k8s.io': 16300,
  'discovery.k8s.io': 16200,
  'flowcontrol.apiserver.k8s.io': 16100,
  'storagemigration.k8s.io': 15800,
};
const others = 1000;

/** How high a group stands in discovery, higher first; groups that stand equally high are in order of their names. */
export function groupPriority(group: string): number {
  return Object.hasOwn(groupPriorities, group) ? (groupPriorities[group] as number) : others;
}

/** The order of groups in discovery. */
export function compareGroups(a: string, b: string): number {
  return groupPriority(b) - groupPriority(a) || (a < b ? -1 : Number(a > b));
}

interface Parsed {
  readonly major: number;
  /** 2 for a general version, 1 for beta, 0 for alpha. */
  readonly stage: number;
  readonly minor: number;
}

function parsed(version: string): Parsed | undefined {
  const match = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(version);
  if (match === null) return undefined;
  const stage = match[2] === undefined ? 2 : Number(match[2] === 'beta');
  return { major: Number(match[1]), stage, minor: Number(match[3] ?? 0) };
}

/**
 * The order of versions, best first (apimachinery's `CompareKubeAwareVersionStrings`, turned): v10, v2, v1, v11beta2, v3beta1,
 * v12alpha1, then anything else by its letters.
 */
export function compareVersions(a: string, b: string): number {
  const left = parsed(a);
  const right = parsed(b);
  if (left !== undefined && right !== undefined) {
    return right.stage - left.stage || right.major - left.major || right.minor - left.minor;
  }
  if (left !== undefined) return -1;
  if (right !== undefined) return 1;
  return a < b ? -1 : Number(a > b);
}
