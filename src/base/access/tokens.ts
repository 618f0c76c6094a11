/** What tokens of service accounts are for that are shown to a gateway, as Kubeflow's users ask for them. */
export const gatewayAudience = 'istio-ingressgateway.istio-system.svc.cluster.local';
/** And those that are shown to the Kubernetes API, whose issuer has the same name. */
export const apiAudience = 'https://kubernetes.default.svc.cluster.local';

/** Annotation of the gateway's Service: the name that its certificate is good for, where people come over https. */
export const certificateName = 'davit.dev/certificate-name';

/** By which an access review says which path it is about, among the extras of nobody in particular. */
export const pathExtra = 'davit.dev/path';
