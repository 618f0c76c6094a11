import type { ContainerRequest, Image } from '../runners/index.ts';
import { ConfigError } from './environment.ts';
import { type HostedContainer, type HostedPod, podTitle, type SecurityContext } from './shapes.ts';

/** What a container of an engine may not, and who it is, by its pod and itself. Pure. @throws ConfigError for what is not done */
export function restrictions(
  pod: HostedPod,
  container: HostedContainer,
  image: Pick<Image, 'user'>,
): Pick<ContainerRequest, 'user' | 'groups' | 'readOnlyRoot' | 'noNewPrivileges' | 'dropped'> {
  const own: SecurityContext = { ...pod.spec.securityContext, ...container.securityContext };
  const { runAsUser, runAsGroup, capabilities } = own;
  if (own.privileged === true) throw new ConfigError('privileged containers are not run: expected false');
  if ((capabilities?.add ?? []).length > 0) {
    throw new ConfigError('securityContext.capabilities.add is not done: found capabilities, expected none');
  }
  const why = own.runAsNonRoot === true ? rootBy(runAsUser, image.user) : undefined;
  if (why !== undefined) {
    throw new ConfigError(`${why} (pod: ${JSON.stringify(podTitle(pod))}, container: ${container.name})`);
  }
  const user = runAsUser === undefined ? undefined : String(runAsUser);
  const whole = runAsGroup === undefined ? user : `${user ?? ''}:${runAsGroup}`;
  const { fsGroup, supplementalGroups = [] } = pod.spec.securityContext ?? {};
  return {
    user: whole,
    groups: [...supplementalGroups, ...(fsGroup === undefined ? [] : [fsGroup])],
    readOnlyRoot: own.readOnlyRootFilesystem === true,
    noNewPrivileges: own.allowPrivilegeEscalation === false,
    dropped: capabilities?.drop ?? [],
  };
}

/** Why a container would, or could, run as root, in the words of a kubelet; undefined when it does not. */
function rootBy(runAsUser: number | undefined, imageUser: string): string | undefined {
  if (runAsUser === 0) return "container's runAsUser breaks non-root policy";
  if (runAsUser !== undefined) return undefined;
  const [user = ''] = imageUser.split(':', 1);
  if (user !== '' && !/^\d+$/.test(user)) {
    return `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root`;
  }
  return Number(user) === 0 ? 'container has runAsNonRoot and image will run as root' : undefined;
}
