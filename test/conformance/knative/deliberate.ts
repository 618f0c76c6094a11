/** What differs from Knative, and why; by the path of the field. */
export const deliberate: readonly {
  /** The fields, in words. */
  readonly what: string;
  readonly reason: string;
  readonly path: RegExp;
}[] = [
  {
    what: 'ServerlessServices: `mode`, `numActivators`, activator’s condition',
    reason: 'no activator stands before pods: requests go straight to the queues of the pods',
    path: /^children\.ServerlessService\/[^.]+\.(spec\.(mode|numActivators)|generation|status\.(conditions\[ActivatorEndpointsPopulated\]|observedGeneration))/,
  },
  {
    what: 'selector of a revision’s public Service',
    reason: 'the Service that takes requests selects the pods of the revision itself',
    path: /^children\.Service\/[a-z]+-[a-z]+-\d{5}\.spec\.selector/,
  },
  {
    what: 'finalizers of Routes',
    reason: 'all that a route has goes by owner references; it needs no finalizer',
    path: /^children\.Route\/[^.]+\.finalizers/,
  },
  {
    what: '`managedFields` of Ingresses, PodAutoscalers, ServerlessServices',
    reason: 'scaling and routing are done by one program of one name, also the status of Ingresses',
    path: /^children\.(Ingress|PodAutoscaler|ServerlessService)\/.*\.managers\[\d\]$/,
  },
];

export function allowed(path: string): string | undefined {
  return deliberate.find(one => one.path.test(path))?.reason;
}
