import type { Convention, Role } from './images.ts';

export interface Started {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Address of the pod. */
  readonly address: string;
}

/** The words after `davit` by which a program of ours plays a container. Pure. */
export function wordsOf(role: Role, convention: Convention, started: Started): string[] {
  const { args, environment, address } = started;
  if (role === 'model-server') {
    const given = convention === 'mlserver' ? mlserver(environment) : args;
    return ['serve', ...given, '--host', address];
  }
  return role === 'storage-initializer' ? [role, ...args] : [role, ...args, '--host', address];
}

/** What MLServer’s settings take for no. */
const no = /^(0|f|n|no|off|false)$/i;

/** MLServer is told everything by its environment (its `settings.json` and `model-settings.json`). */
function mlserver(environment: Readonly<Record<string, string>>): string[] {
  const name = environment['MLSERVER_MODEL_NAME'];
  const folder = environment['MLSERVER_MODEL_URI'] ?? environment['MODELS_DIR'] ?? '.';
  const port = environment['MLSERVER_HTTP_PORT'] ?? '8080';
  // Its models come later, by its repository.
  if (no.test(environment['MLSERVER_LOAD_MODELS_AT_STARTUP'] ?? '')) {
    const root = environment['MLSERVER_MODEL_REPOSITORY_ROOT'];
    return [...(root === undefined ? [] : [`--model-repository=${root}`]), `--http_port=${port}`];
  }
  const named = name === undefined ? [] : [`--model_name=${name}`];
  return [...named, `--model_dir=${folder}`, `--http_port=${port}`];
}
