/** What a program of Davit is in a pod. */
export type Role = 'model-server' | 'storage-initializer' | 'queue-proxy' | 'agent';

/** How an image is started: its arguments as they are, or by its environment alone, as MLServer is. */
export type Convention = 'arguments' | 'mlserver';

interface Played {
  readonly name: RegExp;
  readonly role: Role;
  readonly convention: Convention;
}

interface Missing {
  readonly name: RegExp;
  /** What a reader is told this version does not do. */
  readonly what: string;
}

/** Images that Davit plays, by the name of their repository without registry and tag. */
const played: readonly Played[] = [
  {
    name: /(^|\/)(sklearnserver|xgbserver|lgbserver|predictiveserver)$/,
    role: 'model-server',
    convention: 'arguments',
  },
  { name: /(^|\/)mlserver$/, role: 'model-server', convention: 'mlserver' },
  { name: /(^|\/)davit$/, role: 'model-server', convention: 'arguments' },
  { name: /(^|\/)storage-initializer$/, role: 'storage-initializer', convention: 'arguments' },
  {
    name: /(^|\/)(knative-queue-proxy|qpext|knative\.dev\/serving\/cmd\/queue|serving\/cmd\/queue)$/,
    role: 'queue-proxy',
    convention: 'arguments',
  },
  { name: /(^|\/)kserve\/agent$/, role: 'agent', convention: 'arguments' },
];

/** Images whose work is known, and not done yet. */
const missing: readonly Missing[] = [
  { name: /(^|\/)tensorflow\/serving$/, what: 'TensorFlow SavedModels' },
  { name: /(^|\/)torchserve(-kfs)?$/, what: 'PyTorch models of TorchServe' },
  { name: /(^|\/)tritonserver$/, what: 'model repositories of Triton' },
  { name: /(^|\/)huggingfaceserver$/, what: 'Hugging Face models' },
  { name: /(^|\/)pmmlserver$/, what: 'PMML models' },
  { name: /(^|\/)paddleserver$/, what: 'PaddlePaddle models' },
  { name: /(^|\/)(art-explainer|artserver)$/, what: 'explainers' },
  { name: /(^|\/)kserve\/router$/, what: 'inference graphs' },
];

/** What is done with a container. */
export type Play =
  | { readonly how: 'davit'; readonly role: Role; readonly convention: Convention }
  | { readonly how: 'host' }
  | { readonly how: 'engine' }
  | { readonly how: 'refused'; readonly why: string };

/** The repository of an image: `docker.io/kserve/agent:v0.20.0@sha256:…` → `kserve/agent`. */
export function repositoryOf(image: string): string {
  const [plain = ''] = image.split('@', 1);
  const parts = plain.split('/');
  const [first = ''] = parts;
  if (parts.length > 1 && /[.:]|^localhost$/.test(first)) parts.shift();
  return parts.join('/').replace(/:[^/:]*$/, '');
}

/** What a container engine is for: nothing, what Davit does not mean to play itself, or all that is not Davit's. */
export type EngineUse = 'none' | 'rest' | 'all';

/** Servers of models listen on every address of the machine, whose network a container of an engine has: that is for its user to say. */
const theirs =
  'davit up --container-engine podman, or docker, runs the image itself, whose server takes its ports from everything else on this machine';

/** How a container is run on this machine. A command of its own is never one of Davit's programs. Pure. */
export function playOf(
  { image = '', command = [] }: { readonly image?: string; readonly command?: readonly string[] },
  allowHostProcesses: boolean,
  engine: EngineUse = 'none',
): Play {
  const repository = repositoryOf(image);
  const row = played.find(({ name }) => name.test(repository));
  if (row !== undefined && command.length === 0) {
    return { how: 'davit', role: row.role, convention: row.convention };
  }
  if (engine === 'all') return { how: 'engine' };
  // KServe's runtimes name commands that only their images have: what they serve is what has to be told.
  const known = missing.find(({ name }) => name.test(repository));
  if (known !== undefined) {
    const why = `this version of Davit does not serve ${known.what} yet`;
    return { how: 'refused', why: engine === 'rest' ? `${why}; ${theirs}` : why };
  }
  if (command.length > 0 && allowHostProcesses) return { how: 'host' };
  if (engine === 'rest') return { how: 'engine' };
  if (command.length > 0) {
    const why =
      'Davit does not run images without Podman or Docker, and found none that works; start davit up with --allow-host-processes to run the command of this container as a process of this machine';
    return { how: 'refused', why };
  }
  const why =
    'Davit does not run images without Podman or Docker, and found none that works; with --allow-host-processes it runs containers that have a command, and this one has none';
  return { how: 'refused', why };
}
