/** Annotations of an InferenceService that say who may call it: of our own, and read by parts of the platform that do not know each other. */
export const callersAnnotation = 'davit.dev/callers';
/** Paths that everybody may call without saying who he is. */
export const publicAnnotation = 'davit.dev/public-paths';
/** Who may reach its pods where no gateway is passed: by a ClusterIP, a NodePort or the address of a pod. */
export const directAnnotation = 'davit.dev/direct-access';
/** The ClusterRole by which pods of such a service may ask who calls. */
export const directRole = 'davit-direct-access';
