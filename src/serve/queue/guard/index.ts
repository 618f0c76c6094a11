export { Guard, type GuardOptions } from './guard.ts';
export { KubernetesReviews, type ReviewPlace } from './kubernetes.ts';
export type { Caller, Permission, Reviews } from './reviews.ts';
