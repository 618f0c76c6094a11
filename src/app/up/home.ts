/** The namespace of the first user, as Kubeflow's has it. */
export const home = 'kubeflow-user-example-com';
