import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { blocksOf, launcher, Running } from './platform.ts';
import { iris } from './program.ts';

interface Result {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** The YAML of an InferenceService of scikit-learn in Standard mode. */
export function service(name: string, uri: string): string {
  return `apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: ${name}
  annotations: {serving.kserve.io/deploymentMode: Standard}
spec:
  predictor:
    sklearn: {storageUri: "${uri}"}
`;
}

/** A folder with `model.joblib` and `services.yaml`, and a cluster of its own that keeps its state in it. */
export class Cluster {
  readonly folder = mkdtempSync(join(tmpdir(), 'davit-up-'));
  /** One InferenceService `iris` in Standard mode. */
  readonly file = join(this.folder, 'services.yaml');
  readonly #env: Record<string, string | undefined>;
  readonly #places: readonly string[];

  /**
   * @param first number of the blocks of addresses that no other suite has
   * @param more variables that every program of it has
   */
  constructor(first: number, more: Readonly<Record<string, string>> = {}) {
    const own = { DAVIT_DATA_DIR: join(this.folder, 'data'), KUBECONFIG: '', NO_COLOR: '1' };
    this.#env = { ...process.env, ...own, ...more };
    const { services, pods } = blocksOf(first);
    this.#places = [
      '--port=0',
      '--gateway-port=0',
      `--service-addresses=${services}`,
      `--pod-addresses=${pods}`,
    ];
    copyFileSync(iris, join(this.folder, 'model.joblib'));
    writeFileSync(this.file, service('iris', './model.joblib'));
  }

  up(...words: string[]): Running {
    return new Running(['up', ...this.#places, ...words], this.#env);
  }

  /** Runs a command of Davit to its end. */
  async davit(...words: string[]): Promise<Result> {
    try {
      const { stdout, stderr } = await promisify(execFile)(launcher, words, { env: this.#env });
      return { status: 0, out: stdout, err: stderr };
    } catch (thrown) {
      const { code, stdout, stderr } = thrown as { code: number; stdout: string; stderr: string };
      return { status: code, out: stdout, err: stderr };
    }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
