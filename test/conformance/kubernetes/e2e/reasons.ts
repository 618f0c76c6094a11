/** Cases that are not asked for, and why: what they prove is proved by something that the test does not have. */
export const leftOut: readonly (readonly [cases: RegExp, why: string])[] = [
  [
    /ClusterTrustBundle\].*(mount|specify multiple|prevent a pod|start if|can combine)/,
    'reads a volume in a container that runs, on a real kubelet',
  ],
  [
    /Projected PodCertificate .*(issue certificate|mTLS|SPIFFE)/,
    'reads a volume in a container that runs, on a real kubelet',
  ],
  [
    /ServiceAccounts .*(mount an API token|mount projected|OIDC discovery)/,
    'looks into a container that runs',
  ],
  [/serve a basic image on each replica/, 'asks containers that run, over the network'],
  [
    /Kubectl client (Guestbook|Update Demo)|Kubectl logs/,
    'asks containers that run, or reads what they print',
  ],
  [
    /AdmissionWebhook .*(listing|patching\/updating|deny|honor timeout|mutate (configmap|custom|everything|pod))/,
    'calls a webhook that runs in a pod',
  ],
  [/CustomResourceConversionWebhook/, 'calls a webhook that runs in a pod'],
  [/Aggregator/, 'asks another API server, which runs in a pod'],
  [
    /StatefulSet .*(rolling updates and roll|predictable order|unhealthy pods|recreate evicted)/,
    'breaks the probe of a container that runs, or needs one that fails',
  ],
  [
    /Job .*(exit code|backoffLimitPerIndex|FailIndex|maxFailedIndexes|remain pending|sometimes fail|DisruptionTarget)/,
    'waits until containers end with a status of their own',
  ],
  [
    /Job .*(adopt matching|delete a job|lifecycle of a job|changes to a job status)/,
    'looks at containers while they run, before they end',
  ],
];

/** Why cases that a real API server passes fail on Davit, by names. */
export const known: readonly (readonly [cases: RegExp, why: string])[] = [
  [
    /proportional scaling|rollback without unnecessary/,
    'an image that does not exist would have to fail, and every pod runs here',
  ],
  [/Kubectl expose/, 'reads what a container prints'],
  [/fail closed webhook|prevent deletion of webhook/, 'calls a webhook that runs in a pod'],
  [/CustomResourceFieldSelectors/, 'converts by a webhook that runs in a pod'],
];

/** Why a case stands as it does; undefined where nothing is said. Pure. */
export function reasonOf(name: string, rows: typeof known): string | undefined {
  return rows.find(([cases]) => cases.test(name))?.[1];
}
